/** The text of the message sent last, for SEND/LAST and REPLY/LAST. Source: vms-mail.md §2.29, §2.32 (inferred). */
import { signal } from '../../condition/index.ts';
import { MAIL } from '../index.ts';

/** Longer texts are not kept: memory does not grow with what people send. */
const LONGEST = 1_048_576;

export class LastText {
  #lines: readonly string[] | undefined;

  /** The same text, kept while it passes. */
  async *passing(text: Iterable<string> | AsyncIterable<string>): AsyncGenerator<string> {
    const lines: string[] = [];
    let length = 0;
    for await (const line of text) {
      length += line.length + 1;
      if (length <= LONGEST) lines.push(line);
      else lines.length = 0;
      yield line;
    }
    this.#lines = length <= LONGEST ? lines : undefined;
  }

  /** Signals SENDABORT, "no message sent", where none was yet. */
  get lines(): readonly string[] {
    return this.#lines ?? signal(MAIL.SENDABORT);
  }
}
