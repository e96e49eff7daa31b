/**
 * A terminal that plays a transcript (STYLE §12): what the program writes is compared with the lines, and what stands
 * behind a prompt is typed. `^Z`, `^C` and `^Y` are those keys, `~` begins a pattern, `...` skips lines, `!@` sets up.
 */
import type { ReadOptions, ReadResult, Terminal } from '../../src/ports/session-io.ts';

export interface TranscriptStep {
  /** `$ …` or `!@ …`, without the lead. */
  readonly kind: 'command' | 'setUp';
  readonly text: string;
}

export class TranscriptTerminal implements Terminal {
  readonly isTerminal = true;
  readonly deviceName = 'FTA1:';
  readonly columns = 80;
  readonly rows = 24;
  readonly #lines: readonly string[];
  #at = 0;
  #shown = '';

  constructor(transcript: string) {
    this.#lines = transcript.replace(/\n$/, '').split('\n');
    if (!this.#lines[0]?.startsWith('! ')) throw new Error('a transcript begins with its source');
    this.#at = 1;
  }

  /** The next command or set-up line; undefined at the end. Everything shown before must have matched. */
  nextStep(): TranscriptStep | undefined {
    this.#compareShown('');
    const line = this.#lines[this.#at];
    if (line === undefined) return undefined;
    this.#at += 1;
    if (line.startsWith('!@ ')) return { kind: 'setUp', text: line.slice(3) };
    if (line.startsWith('$ ') || line === '$') return { kind: 'command', text: line.slice(2) };
    throw this.#difference('(nothing more)', line);
  }

  async read(options: ReadOptions = {}): Promise<ReadResult> {
    this.#shown += options.prompt ?? '';
    const start = this.#shown.lastIndexOf('\n') + 1;
    const prompt = this.#shown.slice(start);
    this.#shown = this.#shown.slice(0, start);
    this.#compareShown(prompt);
    const line = this.#lines[this.#at];
    if (line === undefined || !line.startsWith(prompt)) throw this.#difference(prompt, line);
    this.#at += 1;
    return this.#typed(line.slice(prompt.length));
  }

  writeLine(text: string): void {
    this.#shown += `${text}\n`;
  }
  writeRaw(): void {
    // Clearing the screen leaves no line behind.
  }
  onControlKey(): () => void {
    return () => undefined;
  }
  broadcast(text: string): void {
    this.#shown += `${text}\n`;
  }

  #typed(text: string): ReadResult {
    if (text === '^Z') return { kind: 'endOfFile' };
    const key = /\^([CY])$/.exec(text)?.[1];
    if (key === 'C' || key === 'Y') return { kind: 'interrupt', key };
    return { kind: 'record', text };
  }

  #compareShown(prompt: string): void {
    const lines = this.#shown.split('\n').slice(0, -1);
    this.#shown = '';
    for (const line of lines) this.#compare(line);
    if (this.#lines[this.#at] === '...' && prompt !== '') this.#at += 1;
  }

  #compare(line: string): void {
    const wanted = this.#lines[this.#at];
    if (wanted === '...') {
      const next = this.#lines[this.#at + 1];
      if (next !== undefined && matches(next, line)) this.#at += 2;
      return;
    }
    if (wanted === undefined || !matches(wanted, line)) throw this.#difference(line, wanted);
    this.#at += 1;
  }

  #difference(got: string, want: string | undefined): Error {
    return new Error(
      `line ${this.#at + 1}\n got: ${JSON.stringify(got)}\nwant: ${JSON.stringify(want ?? '(end of the transcript)')}`,
    );
  }
}

const matches = (wanted: string, line: string): boolean =>
  wanted.startsWith('~') ? new RegExp(`^(?:${wanted.slice(1)})$`).test(line) : wanted === line;
