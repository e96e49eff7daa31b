/** A command of POP3: when it may be given, with how many parameters, and what it answers. Source: RFC 1939 §3. */
import type { Session } from '../session.ts';

export interface Answer {
  readonly isOk: boolean;
  /** Behind `+OK` or `-ERR`. */
  readonly text: string;
  /** `IN-USE`: RFC 2449 §8, RFC 3206. */
  readonly code?: string;
  /** A multi-line answer: mail data, with whatever line ends; dots are stuffed on the way. */
  readonly data?: AsyncIterable<Uint8Array>;
  readonly next?: 'close' | 'startTls';
}

export const ok = (text: string, data?: AsyncIterable<Uint8Array>): Answer => ({
  isOk: true,
  text,
  ...(data === undefined ? {} : { data }),
});
export const error = (text: string, code?: string): Answer => ({
  isOk: false,
  text,
  ...(code === undefined ? {} : { code }),
});

export interface PopVerb {
  /** The states of RFC 1939 it may be given in. */
  readonly states: readonly ('authorization' | 'transaction')[];
  /** Fewest and most parameters. The last takes the rest of the line when `keepsRest`. */
  readonly parameters: readonly [fewest: number, most: number];
  readonly keepsRest?: boolean;
  obey(session: Session, parameters: readonly string[], dialogue: Dialogue): Answer | Promise<Answer>;
}

/** For a command that goes on talking: AUTH. */
export interface Dialogue {
  /** `+ text`, and the client's line; undefined when it has gone or the line was no line. */
  ask(text: string): Promise<string | undefined>;
}

export async function* lines(texts: Iterable<string>): AsyncGenerator<Uint8Array> {
  let some = '';
  for (const text of texts) {
    some += `${text}\r\n`;
    if (some.length > 32_768) {
      yield Buffer.from(some);
      some = '';
    }
  }
  if (some !== '') yield Buffer.from(some);
}
