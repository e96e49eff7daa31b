/** SYS$INPUT of an image that runs from a procedure: the lines behind the command, up to the next `$` line. dcl.md §9.4 */
import type { ReadResult, SessionInput } from '../ports/session-io.ts';
import type { Level } from './level.ts';

export class DataLines implements SessionInput {
  readonly isTerminal = false;
  readonly #level: Level;
  readonly #echo: ((record: string) => void) | undefined;
  #inDeck = false;
  /** Where the level stood when there was nothing more: a job's own stream of commands goes on behind the next one. */
  #endedAt: number | undefined;

  /** @param echo  SET VERIFY=IMAGE shows the lines as they are read. */
  constructor(level: Level, echo?: (record: string) => void) {
    this.#level = level;
    this.#echo = echo;
  }

  async read(): Promise<ReadResult> {
    const level = this.#level;
    while (level.position !== this.#endedAt) {
      if (level.position >= level.text.lines.length) {
        if (!level.text.complete && (await level.text.pull())) continue;
        this.#endedAt = level.position;
        break;
      }
      const line = level.text.lines[level.position]!;
      if (line.kind === 'command') {
        this.#endedAt = level.position;
        break;
      }
      level.position += 1;
      if (line.kind === 'deck') {
        this.#inDeck = true;
      } else if (line.kind === 'endOfDeck' && this.#inDeck) {
        this.#inDeck = false;
        return { kind: 'endOfFile' };
      } else {
        const text = line.records[0] ?? '';
        this.#echo?.(text);
        return { kind: 'record', text };
      }
    }
    return { kind: 'endOfFile' };
  }
}

/** NL: as input. */
export const nullInput: SessionInput = {
  isTerminal: false,
  read: () => Promise.resolve({ kind: 'endOfFile' }),
};
