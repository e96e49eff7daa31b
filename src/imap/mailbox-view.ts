/**
 * A selected mailbox as one session has been told of it. Sequence numbers change only when the session hears of it; what has
 * happened since is found by `update`, and what has vanished waits until it may be told. Source: RFC 9051 §2.3.1.2, §7.5.1.
 */
import type { MailFileId } from '../ports/mail-store.ts';
import type {
  ChangedMessage,
  FolderId,
  Mailboxes,
  NumberedMessage,
  OpenedMailbox,
} from '../ports/mailboxes.ts';
import { firstBehind } from '../system/first-behind.ts';
import { mailboxId } from './object-id.ts';
import { type Place, Places } from './places.ts';
import { type NumberSet, rangesOf } from './syntax/number-set.ts';

/** Numbers read together. */
const PAGE = 50_000;
/** Messages looked at together. */
const DOUBTFUL = 1_000;

export interface ViewChanges {
  /** They are numbered already. */
  readonly arrived: number;
  /** Numbers of messages whose flags another session has changed, or MAIL; ascending. */
  readonly changed: readonly number[];
}

export interface PlacedMessage {
  readonly sequence: number;
  readonly message: NumberedMessage;
}

export class MailboxView {
  readonly fileId: MailFileId;
  /** By which all is asked: others may rename it, and give its name to another. */
  readonly folderId: FolderId;
  readonly isReadOnly: boolean;
  /** Of the mailbox. RFC 8474 §4 */
  readonly mailboxId: string;
  readonly uidValidity: number;
  readonly #mailboxes: Mailboxes;
  /** Shared with other views, as long as it has only been read. */
  #uids: Uint32Array;
  #isShared = true;
  #count: number;
  #nextUid: number;
  #modseq: number;
  /** Gone, but still numbered; ascending. */
  #vanished: number[] = [];
  /** The store as it was looked at last. */
  #stamp: number;
  /** Changes the session has made itself, and knows: modification sequences by number. */
  readonly #known = new Map<number, number>();

  private constructor(
    mailboxes: Mailboxes,
    fileId: MailFileId,
    { mailbox: record, uids, stamp }: OpenedMailbox,
    isReadOnly: boolean,
  ) {
    this.#mailboxes = mailboxes;
    this.fileId = fileId;
    this.isReadOnly = isReadOnly;
    this.folderId = record.id;
    this.mailboxId = mailboxId(record);
    this.uidValidity = record.uidValidity;
    this.#uids = uids;
    this.#count = uids.length;
    this.#nextUid = record.nextUid;
    this.#modseq = record.highestModseq;
    this.#stamp = stamp;
  }

  /** Undefined when there is no such folder. */
  static async open(
    mailboxes: Mailboxes,
    fileId: MailFileId,
    folder: string,
    isReadOnly: boolean,
  ): Promise<MailboxView | undefined> {
    const opened = await mailboxes.open(fileId, folder);
    return opened && new MailboxView(mailboxes, fileId, opened, isReadOnly);
  }

  get count(): number {
    return this.#count;
  }
  get nextUid(): number {
    return this.#nextUid;
  }
  get highestModseq(): number {
    return this.#modseq;
  }

  /** Whether something has vanished that the session has not been told of. */
  get hasVanished(): boolean {
    return this.#vanished.length > 0;
  }

  /** @param sequence  1 to `count` */
  uidAt(sequence: number): number {
    return this.#uids[sequence - 1]!;
  }

  /** Undefined where there is none of that number. */
  sequenceOf(uid: number): number | undefined {
    const index = this.#indexFrom(uid);
    return index < this.#count && this.#uids[index] === uid ? index + 1 : undefined;
  }

  /** Those of a set that are there. Undefined where it names a sequence number there is none of. */
  places(set: NumberSet, byUid: boolean): Places | undefined {
    const largest = byUid ? (this.#uids[this.#count - 1] ?? 0) : this.#count;
    if (!byUid && set.some(({ from, to }) => [from, to].some((each) => isBeyond(each, this.#count))))
      return undefined;
    const ranges = rangesOf(set, largest).map(({ first, last }) =>
      byUid
        ? { first: this.#indexFrom(first) + 1, last: this.#indexFrom(last + 1) }
        : { first, last: Math.min(last, this.#count) },
    );
    return new Places(this, ranges);
  }

  /** Those of some numbers that are there. @param uids  ascending */
  placesOf(uids: readonly number[]): Places {
    const ranges: { first: number; last: number }[] = [];
    for (const uid of uids) {
      const sequence = this.sequenceOf(uid);
      if (sequence === undefined) continue;
      const before = ranges.at(-1);
      if (before?.last === sequence - 1) before.last = sequence;
      else ranges.push({ first: sequence, last: sequence });
    }
    return new Places(this, ranges);
  }

  /**
   * Those that are there as they were when the view last looked. What somebody has changed since is left out: with a modification
   * sequence ahead of the view's a client would come back as one who has heard of everything before it, removals too. The next
   * look finds it. RFC 7162 §3.2.5.1
   */
  async settled(uids: readonly number[]): Promise<readonly PlacedMessage[]> {
    const found: PlacedMessage[] = [];
    for (const message of await this.#mailboxes.messages(this.fileId, this.folderId, uids)) {
      const sequence = message === undefined ? undefined : this.sequenceOf(message.uid);
      if (message === undefined || sequence === undefined || message.modseq > this.#modseq) continue;
      found.push({ sequence, message });
    }
    return found;
  }

  /**
   * What a command of the session has changed, and answered: it is not told again. But what somebody else had changed before,
   * unheard of, is: a client whose STORE was silent would never know. RFC 9051 §6.4.6
   */
  noteOwnChange({ uid, modseq, modseqBefore }: ChangedMessage): void {
    if (modseqBefore <= (this.#known.get(uid) ?? this.#modseq)) this.#known.set(uid, modseq);
    else this.#known.delete(uid);
  }

  /** Looks what has happened, without taking numbers away. Undefined: the folder is there no more. */
  async update(): Promise<ViewChanges | undefined> {
    const stamp = this.#mailboxes.stamp();
    if (stamp === this.#stamp) return { arrived: 0, changed: [] };
    const changes = await this.#mailboxes.changes(this.fileId, this.folderId, {
      modseq: this.#modseq,
      nextUid: this.#nextUid,
    });
    if (changes === undefined) return undefined;
    // All of it is read before any of it counts: where the store fails half-way the next look finds it again.
    const vanished = changes.vanished ?? (await this.#compare(changes.mailbox.nextUid));
    const changed = await this.#foreign(changes.changed);
    this.#stamp = stamp;
    for (const uid of vanished) if (this.sequenceOf(uid) !== undefined) this.#vanished.push(uid);
    if (vanished.length > 0) this.#vanished = [...new Set(this.#vanished)].sort((a, b) => a - b);
    this.#append(changes.arrived);
    this.#nextUid = changes.mailbox.nextUid;
    this.#modseq = changes.mailbox.highestModseq;
    this.#known.clear();
    return { arrived: changes.arrived.length, changed };
  }

  /** Takes the numbers of what has vanished away: sequence numbers change. @returns places as they were, ascending */
  forget(): readonly Place[] {
    const places = this.#vanished.map((uid) => ({ sequence: this.sequenceOf(uid)!, uid }));
    this.#vanished = [];
    if (places.length === 0) return places;
    if (this.#isShared) this.#own(this.#count);
    let next = 0;
    let kept = 0;
    for (let index = 0; index < this.#count; index++) {
      const uid = this.#uids[index]!;
      if (next < places.length && places[next]!.uid === uid) next++;
      else this.#uids[kept++] = uid;
    }
    this.#count = kept;
    return places;
  }

  /** Numbers the view has that are not there: where the store has forgotten what vanished. */
  async #compare(nextUid: number): Promise<readonly number[]> {
    const gone: number[] = [];
    let index = 0;
    for (let after = 0; ; ) {
      const page = await this.#mailboxes.uids(this.fileId, this.folderId, after, PAGE);
      for (const uid of page) {
        while (index < this.#count && this.#uids[index]! < uid) gone.push(this.#uids[index++]!);
        if (index < this.#count && this.#uids[index] === uid) index++;
      }
      after = page.at(-1) ?? after;
      if (page.length < PAGE || after >= nextUid) break;
    }
    while (index < this.#count) gone.push(this.#uids[index++]!);
    return gone;
  }

  /** Without changes of the session's own, as long as nobody has changed the message after them. */
  async #foreign(changed: readonly number[]): Promise<readonly number[]> {
    if (this.#known.size === 0) return changed;
    const doubtful = changed.filter((uid) => this.#known.has(uid));
    const own = new Set<number>();
    for (let at = 0; at < doubtful.length; at += DOUBTFUL) {
      const uids = doubtful.slice(at, at + DOUBTFUL);
      const messages = await this.#mailboxes.messages(this.fileId, this.folderId, uids);
      for (const [index, uid] of uids.entries())
        if (messages[index]?.modseq === this.#known.get(uid)) own.add(uid);
      // Whoever has changed a whole folder leaves others their turn.
      if (uids.length === DOUBTFUL) await new Promise((resolve) => setImmediate(resolve));
    }
    return changed.filter((uid) => !own.has(uid));
  }

  #append(uids: readonly number[]): void {
    const count = this.#count + uids.length;
    if (uids.length === 0) return;
    if (this.#isShared || count > this.#uids.length) this.#own(Math.ceil(count * 1.125) + 16);
    this.#uids.set(uids, this.#count);
    this.#count = count;
  }

  /** From now on it is of no other view. */
  #own(length: number): void {
    const own = new Uint32Array(length);
    own.set(this.#uids.subarray(0, this.#count));
    this.#uids = own;
    this.#isShared = false;
  }

  /** The first place whose number is not less. */
  #indexFrom(uid: number): number {
    return firstBehind(this.#count, (place) => this.#uids[place]! < uid);
  }
}

const isBeyond = (number: number | '*', count: number): boolean =>
  number === '*' ? count === 0 : number > count;
