/** One of many clients in the same mailboxes: does this and that, and holds what it is told against the rules. */
import { randomNumbers } from '../support/random-numbers.ts';
import type { Ledger } from './ledger.ts';
import { fetchItems, numbersOf, stringValue } from './response-reader.ts';
import { flagSet, flagsAfter, TrackedMailbox, type TrackedMessage } from './tracked-mailbox.ts';
import { TrackingSession } from './tracking-session.ts';

/** What a run is asked to do. */
export interface Options {
  readonly port: number;
  readonly clients: number;
  readonly seconds: number;
  readonly seed: number;
  /** Where what is expunged goes; undefined: nowhere. */
  readonly wastebasket: string | undefined;
}

export const BOXES = ['INBOX', 'Archive'] as const;
const FLAGS = ['\\Seen', '\\Flagged', '\\Deleted', '\\Answered', '\\Draft', 'Work', '$Forwarded'];
/** Above it more is moved and expunged than comes. */
const ENOUGH = 150;
const extensions = ['', 'CONDSTORE', 'QRESYNC', 'IMAP4rev2'] as const;

export class Actor {
  commands = 0;
  session!: TrackingSession;
  readonly #name: string;
  readonly #extension: (typeof extensions)[number];
  readonly #options: Options;
  readonly #ledger: Ledger;
  readonly #problems: string[];
  readonly #until: number;
  readonly #random: () => number;
  #texts = 0;

  constructor(index: number, options: Options, ledger: Ledger, problems: string[], until: number) {
    this.#name = `c${index}`;
    this.#extension = extensions[index % extensions.length]!;
    this.#options = options;
    this.#ledger = ledger;
    this.#problems = problems;
    this.#until = until;
    this.#random = randomNumbers(options.seed * 1_000 + index);
  }

  async run(): Promise<void> {
    await this.#open();
    await this.#select(this.#one(BOXES));
    while (Date.now() < this.#until && !this.session.isEnded) {
      await this.#act();
      if (this.#random() < 0.2) await new Promise((resolve) => setTimeout(resolve, this.#random() * 20));
    }
    if (this.session.isEnded) this.session.problem('the server closed the connection');
  }

  /** Hears of everything there is to be heard of, by coming back where it can. */
  async settle(): Promise<void> {
    if (this.#extension === 'QRESYNC') await this.#comeBack();
    await this.session.command('NOOP');
  }

  async #act(): Promise<void> {
    this.commands++;
    const { session } = this;
    const count = session.mailbox.messages.length;
    const dice = this.#random();
    if (count === 0 || dice < (count > ENOUGH ? 0.03 : 0.15)) return this.#append();
    if (dice < 0.35) return this.#store();
    if (dice < 0.45) return this.#fetch();
    if (dice < 0.52) return this.#search();
    if (dice < 0.58) return this.#transfer('COPY');
    if (dice < 0.68) return this.#transfer('MOVE');
    if (dice < 0.76) return this.#expunge();
    if (dice < 0.82) return this.#several();
    if (dice < 0.86) return session.idle(this.#random() * 300);
    if (dice < 0.88) return this.#select(this.#one(BOXES));
    if (dice < 0.9 && this.#extension === 'QRESYNC') return this.#comeBack();
    if (dice < 0.905) return this.#breakOff();
    await session.command('NOOP');
  }

  async #open(): Promise<void> {
    this.session = await TrackingSession.open(this.#name, this.#options.port, this.#problems);
    await this.session.command('LOGIN smith secret');
    if (this.#extension === '') return;
    const { text } = await this.session.command('CAPABILITY').then(({ untagged }) => ({
      text: untagged.join(' '),
    }));
    if (text.includes(this.#extension)) await this.session.command(`ENABLE ${this.#extension}`);
  }

  async #select(box: string): Promise<void> {
    const { session } = this;
    if (session.selected !== '') await session.command('UNSELECT');
    session.mailbox = new TrackedMailbox(session.problem);
    session.forgetModseq();
    session.selected = box;
    await session.command(`SELECT ${box}`);
    await this.#learn();
  }

  /** QRESYNC: with what it knew, and what the server says has happened since. RFC 7162 §3.2.5 */
  async #comeBack(): Promise<void> {
    const { session } = this;
    await this.#learn();
    const known = session.mailbox;
    if (this.#random() < 0.5) await session.command('UNSELECT');
    else {
      session.close();
      await this.#open();
    }
    const box = session.selected;
    const again = this.session;
    again.selected = box;
    again.mailbox = new TrackedMailbox(again.problem);
    again.forgetModseq();
    const { untagged } = await again.command(
      `SELECT ${box} (QRESYNC (${known.uidValidity} ${known.highestModseq}))`,
    );
    const gone = new Set(
      untagged.flatMap((each) => numbersOf(/^VANISHED \(EARLIER\) ([\d:,]+)/.exec(each)?.[1] ?? '')),
    );
    mergeKnown(again, known, gone);
  }

  /** The numbers of what has come, as a client does that keeps copies. */
  async #learn(): Promise<void> {
    const { messages } = this.session.mailbox;
    const first = messages.findIndex((each) => each.uid === undefined || each.flags === undefined);
    if (first === -1) return;
    const modseq = this.#extension === 'QRESYNC' || this.#extension === 'CONDSTORE' ? ' MODSEQ' : '';
    await this.#mayMiss(`FETCH ${first + 1}:* (UID FLAGS${modseq})`);
    // A command that may tell everything.
    await this.session.command('NOOP');
    if (this.session.mailbox.messages.some((each) => each.uid === undefined) && !this.session.isEnded)
      await this.#learn();
  }

  async #append(): Promise<void> {
    const box = this.#random() < 0.7 ? this.session.selected : this.#one(BOXES);
    const count = this.#random() < 0.2 ? 3 : 1;
    const texts = Array.from({ length: count }, () => `${this.#name}-${++this.#texts}`);
    const flags = this.#random() < 0.5 ? ` (${this.#some(FLAGS)})` : '';
    const messages = texts.map((text) => `${flags} ${literal(this.#message(text))}`).join('');
    const { status, text } = await this.session.command(`APPEND ${box}${messages}`);
    if (status === 'OK') this.#ledger.appendedAs(box, texts, text);
    else for (const each of texts) this.#ledger.doubtful.add(each);
  }

  /** Now and then one that is kept in a file. */
  #message(text: string): string {
    const lines = this.#random() < 0.02 ? 2_000 : Math.floor(this.#random() * 20);
    return `From: jones@example.com\r\nSubject: ${text}\r\n\r\n${'This is a line of some length.\r\n'.repeat(lines)}`;
  }

  async #store(): Promise<void> {
    const { session } = this;
    const { set, byUid, messages } = this.#set();
    const mode = this.#one(['+', '-', ''] as const);
    const flags = this.#some(FLAGS);
    const isSilent = this.#random() < 0.5;
    const since =
      this.#extension === 'QRESYNC' && this.#random() < 0.3
        ? ` (UNCHANGEDSINCE ${session.mailbox.highestModseq})`
        : '';
    const before = messages.map(({ flags: known }) => known);
    const reply = await this.#mayMiss(
      `${byUid}STORE ${set}${since} ${mode}FLAGS${isSilent ? '.SILENT' : ''} (${flags})`,
    );
    if (reply.status === 'END' || !isSilent) return;
    const modified = numbersOf(/\[MODIFIED ([\d:,]+)\]/.exec(reply.text)?.[1] ?? '');
    for (const [index, message] of messages.entries()) {
      const number = byUid === '' ? session.mailbox.messages.indexOf(message) + 1 : message.uid!;
      if (reply.told.has(message) || modified.includes(number)) continue;
      const known = before[index];
      if (known !== undefined) message.flags = flagsAfter(known, mode, flags);
      else if (mode === '') message.flags = flagSet(flags);
    }
  }

  async #fetch(): Promise<void> {
    const { session } = this;
    const { set, byUid } = this.#set();
    const what = this.#random() < 0.5 ? 'FLAGS' : 'BODY.PEEK[HEADER.FIELDS (SUBJECT)]';
    this.#read(session.selected, (await this.#mayMiss(`${byUid}FETCH ${set} (UID ${what})`)).untagged);
  }

  #read(box: string, untagged: readonly string[]): void {
    for (const each of untagged) {
      if (!/^\d+ FETCH .*BODY\[/.test(each.slice(0, 200))) continue;
      const items = fetchItems(each.slice(each.indexOf('(')));
      const header = [...items].find(([name]) => name.startsWith('BODY['))?.[1] ?? '';
      const text = /^Subject: (\S+)/.exec(stringValue(header))?.[1];
      if (text !== undefined && items.has('UID')) this.#ledger.saw(box, Number(items.get('UID')), text);
    }
  }

  async #search(): Promise<void> {
    const { session } = this;
    const byUid = this.#random() < 0.5 ? 'UID ' : '';
    const { untagged } = await session.command(
      `${byUid}SEARCH ${this.#one(['ALL', 'FLAGGED', 'UNSEEN NOT DELETED', 'KEYWORD Work'])}`,
    );
    const found = untagged.find((each) => /^E?SEARCH/.test(each)) ?? '';
    const numbers = foundNumbers(found);
    if (numbers.some((number, index) => index > 0 && number <= numbers[index - 1]!))
      session.problem(`SEARCH does not ascend: ${found}`);
    if (byUid === '' && (numbers.at(-1) ?? 0) > session.mailbox.messages.length)
      session.problem(`SEARCH found ${numbers.at(-1)} of ${session.mailbox.messages.length}`);
  }

  async #transfer(way: 'COPY' | 'MOVE'): Promise<void> {
    const { session } = this;
    const { set, byUid } = this.#set(way === 'COPY' ? 3 : 6);
    const to = this.#random() < 0.9 ? BOXES.find((box) => box !== session.selected)! : session.selected;
    const { status, text, untagged } = await this.#mayMiss(`${byUid}${way} ${set} ${to}`);
    if (status === 'OK')
      this.#ledger.transferred(
        way,
        session.selected,
        to,
        [text, ...untagged].find((each) => each.includes('COPYUID')) ?? '',
      );
    if (status === 'END') this.session.problem(`the connection ended in ${way}`);
  }

  async #expunge(): Promise<void> {
    const uid = this.#random() < 0.5 ? this.#set(10) : undefined;
    if (uid !== undefined && uid.byUid !== '') await this.session.command(`UID EXPUNGE ${uid.set}`);
    else await this.session.command('EXPUNGE');
  }

  /** In one write; none but the last may change numbers. */
  async #several(): Promise<void> {
    const count = this.session.mailbox.messages.length;
    const number = (): number => 1 + Math.floor(this.#random() * count);
    const replies = this.session.send([
      { text: `FETCH ${number()} (UID FLAGS)` },
      { text: `STORE ${number()} +FLAGS (${this.#some(FLAGS)})` },
      { text: `FETCH ${number()}:* (FLAGS)` },
      { text: 'SEARCH UNSEEN' },
      { text: 'NOOP' },
    ]);
    this.commands += 4;
    for (const reply of replies) this.#expect(await reply, 'one of several');
  }

  /** In the middle of a message; then a new session. */
  async #breakOff(): Promise<void> {
    const text = `${this.#name}-${++this.#texts}`;
    this.#ledger.doubtful.add(text);
    const box = this.session.selected;
    const message = this.#message(text);
    await this.session.breakOff(
      `x APPEND ${box} {${message.length}+}\r\n${message.slice(0, Math.floor(this.#random() * message.length))}`,
    );
    await this.#open();
    await this.#select(box);
  }

  /** Others may have expunged what is named. */
  async #mayMiss(text: string) {
    const reply = await this.session.send([{ text }])[0]!;
    this.#expect(reply, text);
    return reply;
  }

  #expect({ status, text }: { readonly status: string; readonly text: string }, command: string): void {
    if (status === 'OK' || status === 'END' || status === 'BAD') return;
    if (!/EXPUNGEISSUED|MODIFIED/.test(text))
      this.session.problem(`${command.slice(0, 100)}: ${status} ${text}`);
  }

  /** Some messages there are, by sequence number or UID. */
  #set(most = 20): {
    readonly set: string;
    readonly byUid: string;
    readonly messages: readonly TrackedMessage[];
  } {
    const { messages } = this.session.mailbox;
    const first = Math.floor(this.#random() * messages.length);
    const those = messages.slice(first, first + 1 + Math.floor(this.#random() * most));
    if (this.#random() < 0.5 && those.every(({ uid }) => uid !== undefined))
      return { set: those.map(({ uid }) => uid).join(','), byUid: 'UID ', messages: those };
    return { set: `${first + 1}:${first + those.length}`, byUid: '', messages: those };
  }

  #one<T>(those: readonly T[]): T {
    return those[Math.floor(this.#random() * those.length)]!;
  }
  #some(those: readonly string[]): string {
    return those.filter(() => this.#random() < 0.3).join(' ');
  }
}

/** Of a SEARCH or an ESEARCH response. */
function foundNumbers(response: string): readonly number[] {
  const listed = /^SEARCH((?: \d+)*)/.exec(response)?.[1]?.trim().replaceAll(' ', ',');
  return numbersOf(/ ALL ([\d:,]+)/.exec(response)?.[1] ?? listed ?? '');
}

const literal = (text: string): string => `{${text.length}+}\r\n${text}`;

/** What it knew, without what has gone, and with what the SELECT told: exactly what is there. */
function mergeKnown(session: TrackingSession, known: TrackedMailbox, gone: ReadonlySet<number>): void {
  const { messages } = session.mailbox;
  const told = new Map(messages.filter(({ uid }) => uid !== undefined).map((each) => [each.uid!, each]));
  const rest = known.messages.filter(({ uid }) => uid !== undefined && !gone.has(uid) && !told.has(uid));
  const merged = [...told.values(), ...rest].sort((a, b) => a.uid! - b.uid!);
  if (merged.length !== messages.length) {
    session.problem(`QRESYNC: knows ${merged.length} of ${messages.length} messages`);
    return;
  }
  for (const [index, message] of merged.entries()) {
    const there = messages[index]!;
    if (there.uid !== undefined && there.uid !== message.uid)
      session.problem(`QRESYNC: ${index + 1} is UID ${there.uid}, and should be ${message.uid}`);
    messages[index] = message;
  }
}
