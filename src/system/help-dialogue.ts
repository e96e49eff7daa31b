/**
 * HELP as DCL and every utility have it: shows what was asked for, and on a terminal goes on asking. `Topic? ` and
 * `SEND Subtopic? `: RETURN goes one level up, `?` shows again, Ctrl/Z leaves. Source: vms-mail.md §2.17.
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

export interface HelpTerminal {
  readonly input: SessionInput;
  readonly output: SessionOutput;
}

/**
 * @param library  topics, below an introduction that HELP alone shows; an introduction without lines lists them only
 * @param text     what stands behind HELP
 */
export async function runHelp(library: HelpTopic, text: string, terminal: HelpTerminal): Promise<void> {
  const root = { path: [], topic: library };
  const shown = await explain(terminal, root, topicWords(text));
  if (terminal.input.isTerminal) await browse(terminal, root, shown);
}

/** Shows the topics the words mean; where the reader then stands. */
async function explain(
  terminal: HelpTerminal,
  root: FoundTopic,
  words: readonly string[],
): Promise<FoundTopic> {
  const found = findTopics(root, words);
  const pages = found.map((each) => helpPage(each, terminal.output.columns));
  for (const line of found.length === 0 ? noHelpPage(words) : pages.flat()) {
    await terminal.output.writeLine(line);
  }
  const [first] = found;
  return found.length === 1 && first !== undefined ? first : root;
}

async function browse(terminal: HelpTerminal, root: FoundTopic, start: FoundTopic): Promise<void> {
  let path = start.topic.subtopics.length > 0 ? start.path : start.path.slice(0, -1);
  for (;;) {
    const prompt = path.length === 0 ? 'Topic? ' : `${path.join(' ')} Subtopic? `;
    const answer = await terminal.input.read({ prompt });
    if (answer.kind !== 'record') return;
    const words = topicWords(answer.text);
    if (words.length === 0) {
      if (path.length === 0) return;
      path = path.slice(0, -1);
      continue;
    }
    const shown = await explain(terminal, root, words[0] === '?' ? path : [...path, ...words]);
    if (shown.topic.subtopics.length > 0) path = shown.path;
  }
}
