/** /CONFIRM: asks for each file. Source: dcl.md §13, §19.5 (CONFDEL). */
import type { VerbContext } from '../../../system/image.ts';

export class Confirmation {
  readonly #context: Pick<VerbContext, 'command'>;
  readonly #question: ((name: string) => string) | undefined;
  #answer: 'all' | 'quit' | undefined;

  /** @param question  `undefined`: nobody is asked, everything is confirmed */
  constructor(context: Pick<VerbContext, 'command'>, question: ((name: string) => string) | undefined) {
    this.#context = context;
    this.#question = question;
  }

  /** QUIT, Ctrl/Z or Ctrl/C: the command is over. */
  get isOver(): boolean {
    return this.#answer === 'quit';
  }

  async confirms(name: string): Promise<boolean> {
    if (this.#question === undefined || this.#answer === 'all') return true;
    const prompt = this.#question(name);
    while (this.#answer === undefined) {
      const read = await this.#context.command.read({ prompt });
      const word = read.kind === 'record' ? read.text.trim().toUpperCase() : 'QUIT';
      if (isShortFor(word, ['YES', 'TRUE', '1'])) return true;
      if (word === '' || isShortFor(word, ['NO', 'FALSE', '0'])) return false;
      if (isShortFor(word, ['ALL'])) this.#answer = 'all';
      else if (isShortFor(word, ['QUIT'])) this.#answer = 'quit';
    }
    return this.#answer === 'all';
  }
}

const isShortFor = (word: string, words: readonly string[]): boolean =>
  word !== '' && words.some((each) => each.startsWith(word));

/** `X, delete? (Y or N): ` */
export const deleteQuestion = (name: string): string => `${name}, delete? (Y or N): `;

/** `COPY X, answer [N]:` */
export const answerQuestion =
  (verb: string) =>
  (name: string): string =>
    `${verb} ${name}, answer [N]:`;
