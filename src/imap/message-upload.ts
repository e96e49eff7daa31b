/**
 * The message of an APPEND, kept while it comes: in the store's own form of a text, with CRLF line ends whatever the client
 * wrote. Source: RFC 9051 §6.3.12.
 */
import { LOOKED_AT_OCTETS } from '../mail/index.ts';
import type { StoredText } from '../ports/mail-store.ts';
import type { MessageText } from '../ports/message-text.ts';
import { UploadRefusal, type UploadSink } from './command-reader.ts';
import type { Session } from './session.ts';

export interface UploadedMessage {
  readonly text: MessageText | StoredText;
  readonly beginning: Uint8Array;
}

/** Undefined: nobody has logged in, and nothing is kept for strangers. */
export function uploadSink({ login, settings }: Session): UploadSink | undefined {
  if (login === undefined) return undefined;
  const { store } = login.mailboxes;
  return {
    limit: settings.appendLimit,
    async keep(octets): Promise<UploadedMessage> {
      const text = store.createText();
      const beginning: Uint8Array[] = [];
      let known = 0;
      try {
        for await (const chunk of withCrlf(octets)) {
          if (chunk.includes(0))
            throw new UploadRefusal('[UNKNOWN-CTE] A message with NUL in it is not taken.');
          if (known < LOOKED_AT_OCTETS) {
            const some = Uint8Array.from(chunk.subarray(0, LOOKED_AT_OCTETS - known));
            beginning.push(some);
            known += some.byteLength;
          }
          await text.write(chunk);
        }
        return { text: await text.commit(), beginning: Buffer.concat(beginning) };
      } catch (failure) {
        await text.abandon();
        throw failure;
      }
    },
  };
}

const CR = 0x0d;
const LF = 0x0a;

/** A CR or an LF that stands alone becomes CRLF. */
export async function* withCrlf(octets: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let endsWithCr = false;
  for await (const chunk of octets) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (bytes.byteLength === 0) continue;
    const text = (endsWithCr ? '\r' : '') + bytes.toString('latin1');
    endsWithCr = bytes.at(-1) === CR;
    const whole = endsWithCr ? text.slice(0, -1) : text;
    yield isClean(whole)
      ? Buffer.from(whole, 'latin1')
      : Buffer.from(whole.replace(/\r\n|\r|\n/g, '\r\n'), 'latin1');
  }
  if (endsWithCr) yield Buffer.from([CR, LF]);
}

const isClean = (text: string): boolean => !/\r(?!\n)|(?<!\r)\n/.test(text);
