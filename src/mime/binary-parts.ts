/**
 * A message that came as binary, in lines as every host takes them: bodies that are no lines become base64, others are called
 * 8bit, and nothing of what is in them changes. Headers and what stands between the parts stay as they came: what is wrong
 * there nobody mends, and whoever keeps the text has to look. A signature over a body that is encoded anew, or over a field that
 * says so, does not hold any more. Source: RFC 3030 §3; RFC 2045 §2.7–§2.9, §6.
 */
import { Base64Lines } from './base64-lines.ts';
import { BodyCharset } from './body-charset.ts';
import { type BodyChange, mimeFields, rewritten } from './body-rewriter.ts';
import type { PartHeader } from './part-header.ts';
import { PartNotes } from './part-notes.ts';
import { type PartEvent, PartWalker } from './part-walker.ts';

type Text = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** What becomes of a body, and in which characters it is. */
const words = ['8bit', 'us-ascii', 'utf-8', 'unknown-8bit'] as const;
type Word = (typeof words)[number];
export type BinaryParts = Pick<PartNotes<Word>, 'of'>;

/** RFC 5321 §4.5.3.1.6, RFC 2045 §2.8: characters of a line, without its end. */
const LONGEST_LINE = 998;

/** In all headers, those of parts too: nobody writes so many, and each costs more than its bytes. */
const HEADER_LINES_AT_MOST = 500_000;

/** Looks which bodies are no lines, and which only say that they may be none. @returns undefined: too many headers to look at */
export async function findBinaryParts(text: Text): Promise<BinaryParts | undefined> {
  const walker = new PartWalker({ raw: true, binary: true });
  const parts = new PartNotes<Word>(words);
  let body: Body | undefined;
  /** The body has ended, and nothing has come behind it. */
  let isLast = false;
  let headerLines = 0;
  const look = (event: PartEvent): void => {
    switch (event.kind) {
      case 'part':
        parts.begin();
        body = new Body(event.header);
        return;
      case 'data':
        body?.read(event.bytes);
        return;
      case 'end':
        parts.last = body?.end();
        isLast = true;
        return;
      case 'raw':
        isLast = false;
        if (event.inHeader) headerLines++;
        return;
      default:
        return;
    }
  };
  for await (const chunk of text) {
    for (const event of walker.push(chunk)) look(event);
    if (headerLines > HEADER_LINES_AT_MOST) return undefined;
  }
  for (const event of walker.end()) look(event);
  if (isLast && body !== undefined) parts.last = body.endOfText();
  return parts;
}

class Body {
  readonly #isDeclared: boolean;
  readonly #lines: BodyLines | undefined;
  /** Where the header names none. */
  readonly #characters: BodyCharset | undefined;

  constructor(header: PartHeader) {
    this.#isDeclared = isBinary(header);
    this.#lines = mayBeEncoded(header) ? new BodyLines() : undefined;
    const isNamed = header.fields.some(({ name }) => name === 'content-type');
    this.#characters = this.#lines === undefined || isNamed ? undefined : new BodyCharset();
  }

  read(bytes: Uint8Array): void {
    this.#lines?.read(bytes);
    this.#characters?.read(bytes);
  }

  end(): Word | undefined {
    this.#characters?.end();
    if (this.#lines?.areLines === false || this.#lines?.endsWithCr === true) return this.#encoded;
    return this.#isDeclared ? '8bit' : undefined;
  }

  /** The line end that the text gets must become no part of it. */
  endOfText(): Word | undefined {
    return this.#isDeclared && this.#lines?.isWithinLine === true ? this.#encoded : this.end();
  }

  get #encoded(): Word {
    return this.#characters?.charset ?? 'us-ascii';
  }
}

/** RFC 2045 §6.1: the encodings that are none. */
const isPlain = ({ encoding }: PartHeader): boolean =>
  encoding === undefined || /^(?:7bit|8bit|binary)(?![\w-])/i.test(encoding.trim());
const isBinary = ({ encoding }: PartHeader): boolean =>
  encoding !== undefined && /^binary(?![\w-])/i.test(encoding.trim());

/** RFC 2045 §6.4: what holds parts, or a message, must not be; where it could not be looked into, it is not touched. */
const mayBeEncoded = (header: PartHeader): boolean =>
  isPlain(header) && !/^(?:multipart\/|message\/(?:rfc822|global|partial|external-body)$)/.test(header.type);

const [CR, LF, NUL] = [0x0d, 0x0a, 0x00];

/** Whether a body, as it goes by, consists of lines. */
class BodyLines {
  areLines = true;
  endsWithCr = false;
  /** Bytes behind the last line end. */
  #lineBytes = 0;

  get isWithinLine(): boolean {
    return this.#lineBytes > 0;
  }

  read(bytes: Uint8Array): void {
    if (this.areLines) this.areLines = !bytes.includes(NUL) && this.#haveLines(bytes);
  }

  #haveLines(bytes: Uint8Array): boolean {
    let at = 0;
    if (this.endsWithCr) {
      if (bytes[0] !== LF) return false;
      this.#lineBytes = 0;
      at = 1;
    }
    this.endsWithCr = bytes.at(-1) === CR;
    const end = this.endsWithCr ? bytes.byteLength - 1 : bytes.byteLength;
    while (at < end) {
      const lf = bytes.indexOf(LF, at);
      const lineEnd = lf === -1 ? end : lf - 1;
      if (lf !== -1 && (lineEnd < at || bytes[lineEnd] !== CR)) return false;
      this.#lineBytes += lineEnd - at;
      if (this.#lineBytes > LONGEST_LINE || bytes.subarray(at, lineEnd).includes(CR)) return false;
      if (lf === -1) return true;
      this.#lineBytes = 0;
      at = lf + 1;
    }
    return true;
  }
}

/** The message in lines, as far as bodies go; its last line has an end. @param parts  what findBinaryParts said of the same text */
export async function* withoutBinary(text: Text, parts: BinaryParts): AsyncIterable<Uint8Array> {
  const pieces = rewritten(text, new PartWalker({ raw: true, binary: true }), {
    body: (index, header, isOfMessage) => changeOf(parts.of(index), header, isOfMessage),
    container: (header) => (isBinary(header) ? '8bit' : undefined),
  });
  let last: number | undefined = LF;
  for await (const bytes of pieces) {
    last = bytes.at(-1) ?? last;
    yield bytes;
  }
  if (last !== LF) yield Buffer.from('\r\n');
}

function changeOf(word: Word | undefined, header: PartHeader, isOfMessage: boolean): BodyChange | undefined {
  if (word === undefined) return undefined;
  if (word === '8bit') return { encoding: '8bit' };
  return {
    encoding: 'base64',
    encoder: new Base64Lines(),
    fields: mimeFields(header, isOfMessage, word),
  };
}
