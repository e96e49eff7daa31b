/**
 * Commands of a client, each with the literals in it. A literal is asked for, or taken, only when it fits: what is too long is
 * refused before it comes, and what comes unasked is read past. Messages of an APPEND are kept while they come.
 * Source: RFC 9051 §4.3, §7.6; RFC 7888.
 */
import type { ClientConnection } from '../mail-access/client-connection.ts';
import { type CommandPart, Upload } from './syntax/cursor.ts';

/** Of one literal that is kept in memory, and of a command without messages. */
const LIMITS = { literal: 65_536, command: 2_097_152 };
/** Before a login: names and passwords. */
const LIMITS_OF_STRANGERS = { literal: 8_192, command: 16_384 };
/** A refused literal that comes anyway: what is longer costs the connection. */
const PASSED_OCTETS = 268_435_456;

export type ReadCommand =
  | { readonly kind: 'command'; readonly parts: readonly CommandPart[] }
  /** To be answered with NO or BAD. `tag` is `*` where it cannot be told. */
  | {
      readonly kind: 'refused';
      readonly tag: string;
      readonly status: 'NO' | 'BAD';
      readonly text: string;
      /** What follows cannot be told from the command: BYE, and the end. */
      readonly isLast: boolean;
    }
  | { readonly kind: 'end' };

/** Where messages go while they come. */
export interface UploadSink {
  /** Octets that may come; fewer with each message of a command. */
  readonly limit: number;
  /** Takes all octets. Rejects where they cannot be kept: the rest is read past, and the command answered with NO. */
  keep(octets: AsyncIterable<Uint8Array>, isBinary: boolean): Promise<unknown>;
}

interface LiteralHead {
  readonly octets: number;
  /** The client does not wait for leave. */
  readonly comesAnyway: boolean;
  readonly isBinary: boolean;
}

const HEAD = /(~?)\{(\d{1,20})(\+?)\}$/;

export class CommandReader {
  readonly #connection: ClientConnection;
  readonly #stop: AbortSignal | undefined;

  constructor(connection: ClientConnection, stop: AbortSignal | undefined) {
    this.#connection = connection;
    this.#stop = stop;
  }

  /** @param uploads  undefined: nothing is uploaded before a login */
  async next(uploads: UploadSink | undefined): Promise<ReadCommand> {
    const limits = uploads === undefined ? LIMITS_OF_STRANGERS : LIMITS;
    const parts: CommandPart[] = [];
    let octets = 0;
    let tag = '*';
    for (;;) {
      const line = await this.#connection.readLine(this.#stop);
      if (line.kind === 'end') return line;
      // What follows may be a literal of it as well as commands: obeying that would be obeying the content of a message.
      if (line.kind === 'bad')
        return { ...refused(tag, 'BAD', 'The line is too long, or is none.'), isLast: true };
      if (parts.length === 0) tag = tagOf(line.text);
      octets += line.text.length;
      const head = literalHead(line.text);
      if (head === undefined) {
        parts.push(line.text);
        return octets > limits.command
          ? refused(tag, 'BAD', 'The command is too long.')
          : { kind: 'command', parts };
      }
      const text = line.text.replace(HEAD, '');
      const isUpload = uploads !== undefined && isMessage(parts, text);
      const limit = isUpload ? uploads.limit : limits.literal;
      if (head.octets > limit || octets > limits.command) return this.#refuse(tag, head, isUpload);
      parts.push(text);
      if (!head.comesAnyway) this.#connection.say('+ Ready for the literal\r\n');
      const literal = isUpload ? await this.#upload(uploads, head) : await this.#take(head.octets);
      if (literal === undefined) return { kind: 'end' };
      if (literal instanceof Refused) return this.#passRest(refused(tag, 'NO', literal.text));
      if (!isUpload) octets += head.octets;
      parts.push(literal);
    }
  }

  async #take(octets: number): Promise<Buffer | undefined> {
    const literal = Buffer.alloc(octets);
    let at = 0;
    for await (const chunk of this.#connection.octets(octets, this.#stop)) {
      literal.set(chunk, at);
      at += chunk.byteLength;
    }
    return at === octets ? literal : undefined;
  }

  async #upload(
    uploads: UploadSink,
    { octets, isBinary }: LiteralHead,
  ): Promise<Upload | Refused | undefined> {
    let taken = 0;
    const source = this.#connection.octets(octets, this.#stop);
    const counted = async function* (): AsyncGenerator<Uint8Array> {
      for (;;) {
        const next = await source.next();
        if (next.done === true) break;
        taken += next.value.byteLength;
        yield next.value;
      }
      if (taken < octets) throw new Error('The client has gone.');
    };
    try {
      return new Upload(await uploads.keep(counted(), isBinary), octets);
    } catch (failure) {
      for (;;) {
        const next = await source.next();
        if (next.done === true) break;
        taken += next.value.byteLength;
      }
      if (taken < octets) return undefined;
      return new Refused(failure instanceof UploadRefusal ? failure.message : NOT_NOW);
    }
  }

  /** RFC 7888 §4: what comes anyway is read past, or the connection ends. */
  async #refuse(tag: string, head: LiteralHead, isUpload: boolean): Promise<ReadCommand> {
    const status = isUpload ? 'NO' : 'BAD';
    const text = isUpload ? '[TOOBIG] The message is too large.' : 'The literal is too long.';
    if (!head.comesAnyway) return refused(tag, status, text);
    if (head.octets > PASSED_OCTETS) return { ...refused(tag, status, text), isLast: true };
    for await (const _ of this.#connection.octets(head.octets, this.#stop));
    return this.#passRest(refused(tag, status, text));
  }

  /** What stands behind a literal belongs to the same command. */
  async #passRest(answer: ReadCommand): Promise<ReadCommand> {
    for (;;) {
      const line = await this.#connection.readLine(this.#stop);
      if (line.kind === 'end') return line;
      const head = line.kind === 'line' ? literalHead(line.text) : undefined;
      if (head === undefined || !head.comesAnyway) return answer;
      if (head.octets > PASSED_OCTETS) return { ...answer, isLast: true } as ReadCommand;
      for await (const _ of this.#connection.octets(head.octets, this.#stop));
    }
  }
}

/** Why a message is not taken, in words for the client. */
export class UploadRefusal extends Error {}

const NOT_NOW = '[UNAVAILABLE] The mail file cannot be used now, try again later.';

class Refused {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

function literalHead(line: string): LiteralHead | undefined {
  const [, binary, octets, plus] = HEAD.exec(line) ?? [];
  if (octets === undefined) return undefined;
  return { octets: Number(octets), comesAnyway: plus === '+', isBinary: binary === '~' };
}

/** In an APPEND every literal but the name of the mailbox. */
const isMessage = (before: readonly CommandPart[], text: string): boolean =>
  before.length > 0
    ? typeof before[0] === 'string' && /^\S+ APPEND /i.test(before[0])
    : /^\S+ APPEND ./i.test(text);

/** tag = 1*<any ASTRING-CHAR except "+"> */
const tagOf = (line: string): string => /^[^\x00-\x20\x7f-\xff(){%*"\\+]+(?= |$)/.exec(line)?.[0] ?? '*';

const refused = (tag: string, status: 'NO' | 'BAD', text: string) =>
  ({ kind: 'refused', tag, status, text, isLast: false }) as const;
