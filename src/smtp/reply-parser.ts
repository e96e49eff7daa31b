/**
 * Replies of a server out of a byte stream, in any cutting. A bare LF ends a line too: what a peer says is only read here,
 * never handed on as commands. Source: RFC 5321 §4.2, §4.5.3.1.5.
 */
import type { Reply } from './reply.ts';

/** A peer may talk longer than RFC 5321 allows, but not for ever. */
const LINE_LIMIT = 4_096;
const LINES_LIMIT = 200;

export class ReplyParser {
  #buffered = '';
  #lines: string[] = [];
  /** Why nothing more can be read: the peer said what no SMTP server says. */
  failure: string | undefined;

  /** Nothing of a further reply has come. */
  get isBetweenReplies(): boolean {
    return this.#buffered === '' && this.#lines.length === 0;
  }

  /** The replies that are whole with this chunk. */
  read(chunk: Uint8Array): readonly Reply[] {
    const replies: Reply[] = [];
    this.#buffered += Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1');
    while (this.failure === undefined) {
      const end = this.#buffered.indexOf('\n');
      if (end === -1) break;
      const reply = this.#take(this.#buffered.slice(0, end).replace(/\r$/, ''));
      this.#buffered = this.#buffered.slice(end + 1);
      if (reply !== undefined) replies.push(reply);
    }
    if (this.#buffered.length > LINE_LIMIT) this.failure ??= 'endless reply line';
    return replies;
  }

  /** Reply-line = code [ "-" / SP ] [ text ] */
  #take(line: string): Reply | undefined {
    const [, code, mark = '', text = ''] = /^([2-5][0-9]{2})([ -]?)(.*)$/s.exec(line) ?? [];
    if (code === undefined || (mark === '' && text !== '')) {
      this.failure = 'invalid reply';
      return undefined;
    }
    this.#lines.push(text.trimEnd());
    if (this.#lines.length > LINES_LIMIT) this.failure = 'endless reply';
    if (mark === '-') return undefined;
    const lines = this.#lines;
    this.#lines = [];
    return { code: Number(code), lines };
  }
}
