/**
 * What MAIL reads: commands, answers and message text come from one stream. On a terminal a question waits for its
 * answer; in a procedure or a pipe the next line is taken as the answer only when it looks like one, so that a script
 * that expects no question keeps its next command.
 */
import type { ReadOptions, ReadResult, SessionInput } from '../../ports/session-io.ts';

export class MailInput implements SessionInput {
  readonly #input: SessionInput;
  #pushedBack: ReadResult | undefined;

  constructor(input: SessionInput) {
    this.#input = input;
  }
  get isTerminal(): boolean {
    return this.#input.isTerminal;
  }

  async read(options?: ReadOptions): Promise<ReadResult> {
    const again = this.#pushedBack;
    this.#pushedBack = undefined;
    return again ?? this.#input.read(options);
  }

  /** A question whose default is N. Ctrl/C counts as N. */
  async isYes(prompt: string): Promise<boolean> {
    return (await this.ask(prompt)) === 'yes';
  }

  /** `unanswered`: a procedure or a pipe goes on with something else, or ends. */
  async ask(prompt: string): Promise<'yes' | 'no' | 'unanswered'> {
    const answer = await this.read({ prompt });
    if (answer.kind !== 'record') return this.isTerminal ? 'no' : 'unanswered';
    if (!this.isTerminal && !/^\s*(Y(ES?)?|NO?)?\s*$/i.test(answer.text)) {
      this.#pushedBack = answer;
      return 'unanswered';
    }
    return /^\s*Y/i.test(answer.text) ? 'yes' : 'no';
  }
}
