/**
 * The lines of a section while it is played: compares what programs write, hands out what is to be typed or said, and in
 * rewriting mode notes what the lines should be. It knows nothing of how programs are run: a session in this process, a
 * socket or a real terminal can play it.
 */
import { differenceLines, matchesLines, rewritten } from './line-matching.ts';
import type { Section, Transcript, TranscriptLine } from './transcript.ts';

/** Lines `first` up to, not including, `end` (numbers as editors count) become these. */
export interface Edit {
  readonly first: number;
  readonly end: number;
  readonly lines: readonly string[];
}

export interface ScriptOptions {
  readonly transcript: Pick<Transcript, 'file' | 'lines'>;
  readonly section: Section;
  /** Rewriting: differences are noted here instead of thrown. */
  readonly edits?: Edit[] | undefined;
}

export class TranscriptDifference extends Error {}

export class Script {
  readonly #file: string;
  readonly #lines: readonly TranscriptLine[];
  readonly #edits: Edit[] | undefined;
  readonly #lastLine: number;
  #at = 0;
  /** What was last typed or said: where a reader finds the place. */
  #cue: TranscriptLine | undefined;

  constructor({ transcript, section, edits }: ScriptOptions) {
    this.#file = transcript.file;
    this.#lines = section.lines;
    this.#edits = edits;
    this.#lastLine = section.lines.at(-1)?.number ?? transcript.lines.length;
  }

  get isRewriting(): boolean {
    return this.#edits !== undefined;
  }
  /** Lines taken so far. */
  get position(): number {
    return this.#at;
  }

  peek(): string | undefined {
    return this.#lines[this.#at]?.text;
  }
  /** The lines from here on as long as they answer to the test; they are not taken. */
  run(test: (line: string) => boolean): readonly string[] {
    const rest = this.#lines.slice(this.#at);
    const end = rest.findIndex(({ text }) => !test(text));
    return (end === -1 ? rest : rest.slice(0, end)).map(({ text }) => text);
  }

  /** Takes the line that is to be typed, said or obeyed. */
  take(): string {
    const line = this.#lines[this.#at];
    if (line === undefined) throw new Error('the transcript is at its end');
    this.#at += 1;
    this.#cue = line;
    return line.text;
  }

  /** True, and past them, when what was written is just what stands here before a line of this kind. */
  passes(got: readonly string[], ends: (line: string) => boolean): boolean {
    for (let end = this.#at; end <= this.#lines.length; end += 1) {
      const after = this.#lines[end];
      if (after !== undefined && !ends(after.text)) continue;
      if (!matchesLines(this.#between(end), got)) continue;
      this.#at = end;
      return true;
    }
    return false;
  }

  /**
   * Goes past the lines a program wrote.
   * @param ends  tells the first line that is something else: what is typed next, a directive; the end of the section is one too
   * Throws a TranscriptDifference with file, line and diff; in rewriting mode the lines are noted as an edit instead.
   */
  expect(got: readonly string[], ends: (line: string) => boolean, what = 'the program wrote'): void {
    if (this.passes(got, ends)) return;
    const found = this.#lines.findIndex(({ text }, index) => index >= this.#at && ends(text));
    const end = found === -1 ? this.#lines.length : found;
    const want = this.#between(end);
    if (this.#edits === undefined) throw this.difference(`${what} something else`, want, got);
    const lost = want.find((line) => /^\$( |$)/.test(line));
    if (lost !== undefined) {
      throw this.difference(`cannot rewrite, ${lost} would be lost: ${what} something else`, want, got);
    }
    const first = this.#lines[this.#at]?.number ?? this.#lastLine + 1;
    const last = this.#lines[end - 1]?.number ?? first - 1;
    this.#edits.push({ first, end: end === this.#at ? first : last + 1, lines: rewritten(want, got) });
    this.#at = end;
  }

  #between(end: number): readonly string[] {
    return this.#lines.slice(this.#at, end).map(({ text }) => text);
  }

  /** For a reader: where, what, and the difference. */
  difference(what: string, want: readonly string[], got: readonly string[]): TranscriptDifference {
    const place = `${this.#file}:${this.#lines[this.#at]?.number ?? this.#lastLine}`;
    const error = new TranscriptDifference(
      [
        `${place}: ${what} (- transcript, + program)`,
        ...(this.#cue === undefined ? [] : [`  ${this.#cue.text}`]),
        ...differenceLines(want, got),
      ].join('\n'),
    );
    // The stack would only show the harness.
    error.stack = error.message;
    return error;
  }

  /** A line of the transcript that makes no sense, or asks for what cannot be done. */
  mistake(why: string): TranscriptDifference {
    const error = new TranscriptDifference(
      `${this.#file}:${this.#cue?.number ?? 1}: ${why}\n  ${this.#cue?.text ?? ''}`,
    );
    error.stack = error.message;
    return error;
  }
}
