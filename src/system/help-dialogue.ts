/**
 * HELP as DCL and every utility have it: shows what was asked for, page by page on a terminal, and goes on asking there.
 * `Topic? ` and `SEND Subtopic? `: RETURN goes one level up, `?` shows again, Ctrl/Z leaves. `@name` means another library.
 * Sources: vms-mail.md §2.17; DCL Dictionary, HELP.
 */
import {
  type FoundTopic,
  findTopics,
  type HelpTopic,
  helpPage,
  noHelpPage,
  topicWords,
} from '../command-definition/index.ts';
import type { SessionInput, SessionOutput } from '../ports/session-io.ts';
import type { HelpLibrary } from './help-library.ts';

export interface HelpTerminal {
  readonly input: SessionInput;
  readonly output: Pick<SessionOutput, 'isTerminal' | 'columns' | 'rows' | 'writeLine'>;
}

export interface HelpOptions {
  /** Searched for what the first does not have. */
  readonly others?: readonly HelpLibrary[];
  /** Goes on asking; default: on a terminal. */
  readonly prompts?: boolean;
  /** Stops when the screen is full; default: on a terminal. */
  readonly pages?: boolean;
}

const MORE = 'Press RETURN to continue ... ';

/**
 * @param library  topics, below an introduction that HELP alone shows; an introduction without lines lists them only
 * @param text     what stands behind HELP
 */
export async function runHelp(
  library: HelpTopic,
  text: string,
  terminal: HelpTerminal,
  options: HelpOptions = {},
): Promise<void> {
  const dialogue = new HelpDialogue(library, terminal, options);
  const shown = await dialogue.explain([], topicWords(text));
  if (shown !== 'leave' && (options.prompts ?? terminal.input.isTerminal)) await dialogue.browse(shown);
}

/** Where a reader stands: a topic of a library. */
interface Place {
  readonly library: HelpTopic;
  readonly found: FoundTopic;
}

class HelpDialogue {
  readonly #main: HelpTopic;
  readonly #others: readonly HelpLibrary[];
  readonly #terminal: HelpTerminal;
  readonly #pages: boolean;
  /** The library the reader is in. */
  #library: HelpTopic;

  constructor(library: HelpTopic, terminal: HelpTerminal, { others = [], pages }: HelpOptions) {
    this.#main = library;
    this.#library = library;
    this.#others = others;
    this.#terminal = terminal;
    this.#pages = pages ?? terminal.output.isTerminal;
  }

  /** Shows the topics the words mean, below `path`; where the reader then stands. */
  async explain(path: readonly string[], words: readonly string[]): Promise<FoundTopic | 'leave'> {
    const places = this.#find(path, words);
    const { columns } = this.#terminal.output;
    const lines =
      places.length === 0
        ? noHelpPage([...path, ...words])
        : places.flatMap(({ found }) => helpPage(found, columns, this.#otherNames(found)));
    if (!(await this.#show(lines))) return 'leave';
    const [first] = places;
    if (first !== undefined) this.#library = first.library;
    return places.length === 1 && first !== undefined ? first.found : { path: [], topic: this.#library };
  }

  async browse(start: FoundTopic): Promise<void> {
    let path = start.topic.subtopics.length > 0 ? start.path : start.path.slice(0, -1);
    for (;;) {
      const prompt = path.length === 0 ? 'Topic? ' : `${path.join(' ')} Subtopic? `;
      const answer = await this.#terminal.input.read({ prompt });
      if (answer.kind !== 'record') return;
      const words = topicWords(answer.text);
      if (words.length === 0) {
        if (path.length === 0) return;
        path = path.slice(0, -1);
        continue;
      }
      const shown = words[0] === '?' ? await this.explain(path, []) : await this.explain(path, words);
      if (shown === 'leave') return;
      if (shown.topic.subtopics.length > 0) path = shown.path;
    }
  }

  /** In the library the reader is in, then in the others, from their top. */
  #find(path: readonly string[], words: readonly string[]): readonly Place[] {
    const [first = '', ...rest] = words;
    if (first.startsWith('@')) {
      const named = this.#others.find(({ name }) => name.startsWith(first.slice(1).toUpperCase()));
      return named === undefined ? [] : placesIn(asTopic(named), rest);
    }
    const here = placesIn(this.#library, [...path, ...words]);
    if (here.length > 0) return here;
    for (const library of [this.#main, ...this.#others.map(asTopic)]) {
      const found = placesIn(library, words);
      if (found.length > 0) return found;
    }
    return [];
  }

  #otherNames({ path }: FoundTopic): readonly string[] {
    return path.length === 0 ? this.#others.map(({ name }) => name) : [];
  }

  /** False when the reader has had enough. */
  async #show(lines: readonly string[]): Promise<boolean> {
    const { input, output } = this.#terminal;
    let left = output.rows - 1;
    for (const [index, line] of lines.entries()) {
      await output.writeLine(line);
      left -= 1;
      if (!this.#pages || left > 1 || index >= lines.length - 2) continue;
      const answer = await input.read({ prompt: line === '' ? MORE : `\n${MORE}` });
      if (answer.kind !== 'record') return false;
      left = output.rows - 1;
    }
    return true;
  }
}

const asTopic = ({ name, topics }: HelpLibrary): HelpTopic => ({ name, lines: [], subtopics: topics });

const placesIn = (library: HelpTopic, words: readonly string[]): readonly Place[] =>
  findTopics({ path: [], topic: library }, words).map((found) => ({ library, found }));
