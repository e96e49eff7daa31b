/**
 * A selected mailbox as a client must believe it to be from what the server tells, and what the server did wrong: the rules of
 * RFC 9051 §7.4, §7.5 and RFC 7162 that a client relies on, checked with each response.
 */
import { fetchItems, numbersOf, type Response } from './response-reader.ts';

export interface TrackedMessage {
  uid: number | undefined;
  /** In lower case, sorted; undefined: not told yet. */
  flags: string | undefined;
  modseq: number | undefined;
}

/** The commands during which no sequence number may change. RFC 9051 §7.5.1 */
export const keepsNumbers = (command: string): boolean =>
  /^(FETCH|STORE|SEARCH|SORT|THREAD)\b/i.test(command);

export class TrackedMailbox {
  readonly #problem: (text: string) => void;
  messages: TrackedMessage[] = [];
  uidValidity = 0;
  nextUid = 0;
  /** What a client could come back with: everything up to there has been told. */
  highestModseq = 0;
  /** Messages of which FETCH responses of this command have told the flags. */
  told: Set<TrackedMessage> = new Set();
  #hasVanished = false;

  /** @param problem  takes what the server did wrong */
  constructor(problem: (text: string) => void) {
    this.#problem = problem;
  }

  /** A command is about to be sent. */
  begin(): void {
    this.told = new Set();
  }

  /** @param command  the one in progress, from its name on; '' when there is none */
  take({ tag, text }: Response, command: string): void {
    if (tag !== '*') return;
    const [, number, what] = /^(\d+) (EXISTS|EXPUNGE|FETCH)/.exec(text) ?? [];
    if (what === 'EXISTS') this.#exists(Number(number), command);
    else if (what === 'EXPUNGE') this.#expunge(Number(number), command);
    else if (what === 'FETCH') this.#fetch(Number(number), text.slice(text.indexOf('(')), command);
    else if (text.startsWith('VANISHED ')) this.#vanished(text.slice(9), command);
    else this.#code(text);
  }

  /** Codes of status responses, tagged ones too. */
  code(text: string): void {
    this.#code(text);
  }

  byUid(uid: number): TrackedMessage | undefined {
    return this.messages.find((each) => each.uid === uid);
  }

  #code(text: string): void {
    const [, name, value] = /\[(UIDVALIDITY|UIDNEXT|HIGHESTMODSEQ) (\d+)\]/.exec(text.slice(0, 200)) ?? [];
    if (name === 'UIDVALIDITY') this.uidValidity = Number(value);
    if (name === 'UIDNEXT') {
      if (Number(value) < this.nextUid) this.#problem(`UIDNEXT fell from ${this.nextUid} to ${value}`);
      this.nextUid = Number(value);
    }
    if (name === 'HIGHESTMODSEQ') this.highestModseq = Number(value);
  }

  #exists(count: number, command: string): void {
    const before = this.messages.length;
    if (count < before) this.#problem(`EXISTS fell from ${before} to ${count} in ${command}`);
    while (this.messages.length < count)
      this.messages.push({ uid: undefined, flags: undefined, modseq: undefined });
  }

  #expunge(number: number, command: string): void {
    if (command === '' || keepsNumbers(command)) this.#problem(`EXPUNGE in "${command}"`);
    if (number < 1 || number > this.messages.length) {
      this.#problem(`EXPUNGE ${number} of ${this.messages.length}`);
      return;
    }
    this.messages.splice(number - 1, 1);
  }

  #vanished(text: string, command: string): void {
    const isEarlier = text.startsWith('(EARLIER) ');
    if (!isEarlier && (command === '' || keepsNumbers(command))) this.#problem(`VANISHED in "${command}"`);
    this.#hasVanished = true;
    for (const uid of numbersOf(isEarlier ? text.slice(10) : text)) {
      const index = this.messages.findIndex((each) => each.uid === uid);
      if (index >= 0) this.messages.splice(index, 1);
      else if (!isEarlier) this.#vanishedUnknown(uid);
    }
  }

  /** A message whose number is not known yet: all of those between two that are known are alike. */
  #vanishedUnknown(uid: number): void {
    const index = this.messages.findLastIndex((each) => each.uid !== undefined && each.uid < uid) + 1;
    if (index >= this.messages.length || this.messages[index]!.uid !== undefined)
      this.#problem(`VANISHED ${uid}, which is not there`);
    else this.messages.splice(index, 1);
  }

  #fetch(number: number, list: string, command: string): void {
    const message = this.messages[number - 1];
    if (message === undefined) {
      this.#problem(`FETCH of ${number} among ${this.messages.length} in ${command}`);
      return;
    }
    const items = fetchItems(list);
    const uid = items.get('UID');
    if (uid !== undefined) this.#setUid(number - 1, Number(uid), command);
    else if (this.#hasVanished && /^UID /i.test(command)) this.#problem(`FETCH without UID in ${command}`);
    const modseq = items.get('MODSEQ');
    if (modseq !== undefined) {
      const now = Number(modseq.slice(1, -1));
      if (now < (message.modseq ?? 0)) this.#problem(`MODSEQ of ${uid ?? number} fell to ${now}`);
      message.modseq = now;
    }
    const flags = items.get('FLAGS');
    if (flags === undefined) return;
    message.flags = flagSet(flags);
    this.told.add(message);
  }

  /** Numbers ascend, and there is room between them for those that are not known. */
  #setUid(index: number, uid: number, command: string): void {
    const message = this.messages[index]!;
    if (message.uid !== undefined) {
      if (message.uid !== uid)
        this.#problem(`message ${index + 1} is UID ${message.uid}, and then ${uid}, in ${command}`);
      return;
    }
    message.uid = uid;
    const before = this.messages.findLastIndex((each, at) => at < index && each.uid !== undefined);
    if (before >= 0 && this.messages[before]!.uid! + (index - before) > uid)
      this.#problem(`UID ${uid} at ${index + 1} behind ${this.messages[before]!.uid} at ${before + 1}`);
    const after = this.messages.findIndex((each, at) => at > index && each.uid !== undefined);
    if (after >= 0 && uid + (after - index) > this.messages[after]!.uid!)
      this.#problem(`UID ${uid} at ${index + 1} before ${this.messages[after]!.uid} at ${after + 1}`);
  }
}

/** Without \Recent, which is each session's own. */
export const flagSet = (list: string): string =>
  [...new Set(list.replace(/[()]/g, '').toLowerCase().split(' '))]
    .filter((each) => each !== '' && each !== '\\recent')
    .sort()
    .join(' ');

/** As a STORE leaves them. @param mode  `+`, `-` or '' */
export function flagsAfter(before: string, mode: string, named: string): string {
  const old = before.split(' ');
  const others = flagSet(named).split(' ');
  if (mode === '') return flagSet(named);
  return flagSet(
    (mode === '+' ? [...old, ...others] : old.filter((each) => !others.includes(each))).join(' '),
  );
}
