/** FETCH without a server: a message in memory, and what would go to a client. */
import { parseFetch } from '../../src/imap/fetch/fetch-request.ts';
import { writeFetch } from '../../src/imap/fetch/write-fetch.ts';
import type { ReadableMessage } from '../../src/imap/readable-message.ts';
import { structureOf } from '../../src/imap/structure/structure-parser.ts';
import { Cursor } from '../../src/imap/syntax/cursor.ts';

/** Number 1 of its mailbox, new. @param sizes  of the pieces it is read in, in turn */
export function readableMessage(bytes: Buffer, sizes: readonly number[] = [bytes.length]): ReadableMessage {
  async function* read(start = 0, end = bytes.length): AsyncGenerator<Uint8Array> {
    for (let at = start, turn = 0; at < Math.min(end, bytes.length); turn++) {
      const size = sizes[turn % sizes.length]!;
      yield bytes.subarray(at, Math.min(at + size, end));
      at += size;
    }
  }
  return {
    sequence: 1,
    numbered: {
      id: 1,
      uid: 1,
      modseq: 1,
      receivedAt: 0,
      sizeBytes: bytes.length,
      flags: { new: true, replied: false, marked: false, foreign: false, deleted: false, draft: false },
      keywords: [],
      format: 'rfc5322',
      from: '',
    },
    octets: async () => bytes.length,
    structure: () => structureOf(read()),
    bytes: read,
  };
}

/** What goes to the client. */
export class FetchOutput {
  /** One character per octet. */
  text = '';
  /** The connection had to be broken off. */
  isBroken = false;

  say(text: string): void {
    this.text += text;
  }
  async send(octets: Uint8Array): Promise<void> {
    this.text += Buffer.from(octets).toString('latin1');
  }
  breakOff(): void {
    this.isBroken = true;
  }
}

/** @param what  the items, in their brackets */
export async function fetchInto(
  out: FetchOutput,
  what: string,
  message: ReadableMessage,
  utf8: boolean,
): Promise<string> {
  await writeFetch(parseFetch(new Cursor([what])).items, message, out, { utf8 });
  return out.text;
}
