/**
 * An mbox file taken apart as it streams by: where each message starts and ends, and its bytes as mail data (CRLF).
 * What the file's own programs wrote into the header (Status:, X-UID: …) is read and left out, so that a message is the
 * same one whatever was done with it in between. Sources: RFC 4155; mboxrd quoting (qmail, mbox(5)).
 */
import { isFileField } from './mbox-status.ts';

const CR = 0x0d;
const LF = 0x0a;
const CRLF = Buffer.from('\r\n');
/** A longer line passes in pieces; none of them is looked at. */
const LINE_LIMIT = 65_536;

/** `From sender Tue Mar 03 10:00:00 2026`: without a time of day it is a line of text that nobody quoted. */
const SEPARATOR = /^From (?:.* )?[A-Za-z]{3} [A-Za-z]{3} [ \d]?\d \d{1,2}:\d{2}(?::\d{2})?(?: .*)?$/;
/** Of the placeholder of c-client, as its sources have it: the first message of a file, and never one that somebody sent. */
const PLACEHOLDER = /^Subject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA\s*$/i;

export interface MboxStatus {
  /** Status: R */
  readonly isRead: boolean;
  /** X-Status: A */
  readonly isReplied: boolean;
  /** X-Status: F */
  readonly isMarked: boolean;
  /** X-Status: D */
  readonly isDeleted: boolean;
}

export type MboxEvent =
  /** @property receivedAt  of the separator line, undefined when it is no date */
  | { readonly kind: 'start'; readonly sender: string; readonly receivedAt: number | undefined }
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  /** @property isInternal  the placeholder that c-client keeps its own data in */
  | { readonly kind: 'end'; readonly status: MboxStatus; readonly isInternal: boolean };

export class MboxSplitter {
  #rest: Buffer = Buffer.alloc(0);
  /** Of the message, since the last event. */
  #pieces: Uint8Array[] = [];
  /** The rest of a line too long to be looked at. */
  #isLongLine = false;
  #isOpen = false;
  #isHeader = false;
  /** A folded line belongs to a field that is left out. */
  #isDropping = false;
  /** An empty line: part of the message only when another line of it follows. */
  #holdsEmptyLine = false;
  /** The header section has just ended: an empty text may follow, which is none. */
  #isAfterHeader = false;
  #flags = '';
  #isFirst = true;
  #hasInternalField = false;
  #hasInternalSubject = false;
  /** Bytes before the first separator line that are not white space: no mbox. */
  #hasStrangeStart = false;

  /** True when the file does not begin with a separator line. */
  get isStrange(): boolean {
    return this.#hasStrangeStart;
  }

  /** What a chunk holds of a message comes as one event. */
  *push(chunk: Uint8Array): Generator<MboxEvent> {
    for (const event of this.#lines(chunk)) {
      yield* this.#gathered();
      yield event;
    }
    yield* this.#gathered();
  }

  *end(): Generator<MboxEvent> {
    for (const event of this.#rest.length > 0 ? this.#line(this.#rest, true) : []) {
      yield* this.#gathered();
      yield event;
    }
    this.#rest = Buffer.alloc(0);
    yield* this.#gathered();
    if (this.#isOpen) yield this.#close();
  }

  *#gathered(): Generator<MboxEvent> {
    if (this.#pieces.length === 0) return;
    const bytes = Buffer.concat(this.#pieces);
    this.#pieces = [];
    yield { kind: 'data', bytes };
  }

  *#lines(chunk: Uint8Array): Generator<MboxEvent> {
    const bytes = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(LF); end !== -1; end = bytes.indexOf(LF, start)) {
      yield* this.#line(bytes.subarray(start, end), true);
      start = end + 1;
    }
    this.#rest = bytes.subarray(start);
    if (this.#rest.length <= LINE_LIMIT) return;
    // Its last byte stays: it may be the CR of the line end.
    yield* this.#line(this.#rest.subarray(0, -1), false);
    this.#rest = this.#rest.subarray(-1);
  }

  *#line(bytes: Buffer, isWhole: boolean): Generator<MboxEvent> {
    const isContinued = this.#isLongLine;
    this.#isLongLine = !isWhole;
    const line = isWhole && bytes.at(-1) === CR ? bytes.subarray(0, -1) : bytes;
    if (isContinued) {
      if (this.#isOpen && !this.#isDropping) this.#keep(line, isWhole);
      return;
    }
    const mayEnd = !this.#isOpen || this.#holdsEmptyLine || this.#isAfterHeader;
    this.#isAfterHeader = false;
    const isSeparator = isWhole && mayEnd && isSeparatorLine(line);
    if (isSeparator) {
      if (this.#isOpen) yield this.#close();
      yield this.#open(line.toString('latin1'));
      return;
    }
    if (!this.#isOpen) {
      if (line.length > 0) this.#hasStrangeStart = true;
      return;
    }
    if (this.#isHeader) {
      if (this.#isFileField(line)) return;
      if (line.length === 0) {
        this.#isHeader = false;
        this.#isAfterHeader = true;
        this.#isDropping = false;
        this.#pieces.push(CRLF);
        return;
      }
    } else if (this.#holdsEmptyLine) {
      this.#holdsEmptyLine = false;
      this.#pieces.push(CRLF);
    }
    if (line.length === 0 && isWhole) {
      this.#holdsEmptyLine = true;
      return;
    }
    this.#keep(unquoted(line), isWhole);
  }

  #keep(line: Uint8Array, isWhole: boolean): void {
    this.#pieces.push(line);
    if (isWhole) this.#pieces.push(CRLF);
  }

  #open(separator: string): MboxEvent {
    this.#isOpen = true;
    this.#isHeader = true;
    this.#isDropping = false;
    this.#holdsEmptyLine = false;
    this.#flags = '';
    this.#hasInternalField = false;
    this.#hasInternalSubject = false;
    const [, sender = '', date = ''] =
      /^From (?:(\S+)\s+)?([A-Za-z]{3} [A-Za-z]{3} .*)$/.exec(separator) ?? [];
    // Without a zone it is UTC. RFC 4155, appendix A
    const instant = Date.parse(/[+-]\d{4}|\b[A-Z]{3,5}\b/.test(date) ? date : `${date} UTC`);
    return { kind: 'start', sender, receivedAt: Number.isNaN(instant) ? undefined : instant };
  }

  #close(): MboxEvent {
    this.#isOpen = false;
    const has = (flag: string): boolean => this.#flags.includes(flag);
    const status = { isRead: has('R'), isReplied: has('A'), isMarked: has('F'), isDeleted: has('D') };
    const isInternal = this.#isFirst && this.#hasInternalField && this.#hasInternalSubject;
    this.#isFirst = false;
    return { kind: 'end', status, isInternal };
  }

  #isFileField(line: Buffer): boolean {
    if (line[0] === 0x20 || line[0] === 0x09) return this.#isDropping;
    const text = line.toString('latin1', 0, 200);
    this.#isDropping = isFileField(text);
    if (/^(?:X-)?Status:/i.test(text)) this.#flags += text.slice(text.indexOf(':') + 1).replace(/\s/g, '');
    this.#hasInternalField ||= /^X-IMAP:/i.test(text);
    this.#hasInternalSubject ||= PLACEHOLDER.test(text);
    this.#flags += mozillaFlags(text);
    return this.#isDropping;
  }
}

/** X-Mozilla-Status: four hexadecimal digits. 1 read, 2 replied, 4 marked, 8 expunged. */
function mozillaFlags(field: string): string {
  const bits = Number.parseInt(/^X-Mozilla-Status:\s*([0-9A-Fa-f]{4})\b/.exec(field)?.[1] ?? '0', 16);
  return [...'RAFD'].filter((_, bit) => (bits & (1 << bit)) !== 0).join('');
}

const isSeparatorLine = (line: Buffer): boolean =>
  line.length < 1_000 && line[0] === 0x46 && SEPARATOR.test(line.toString('latin1'));

/** `>From ` was quoted when it was written, `>>From ` twice: one `>` goes. */
const unquoted = (line: Buffer): Buffer =>
  line[0] === 0x3e && /^>+From /.test(line.toString('latin1', 0, 200)) ? line.subarray(1) : line;
