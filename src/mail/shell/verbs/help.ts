/** HELP. Source: vms-mail.md §2.17. */
import { type CommandTable, defineVerb, type VerbDefinition } from '../../../command-definition/index.ts';
import { type HelpTopic, helpTopics, matchTopics, topicLines } from '../help-text.ts';
import type { MailSession } from '../mail-session.ts';

const INTRODUCTION = [
  'MAIL sends messages to users of this system and of others, and lets you read, answer,',
  'file and delete the messages you receive.',
  '',
  'Type READ, or press RETURN, to read your mail; SEND to send a message; DIRECTORY to see',
  'what you have; EXIT to leave.',
];

/** @param table  the table HELP itself belongs to, asked when HELP runs */
export const helpVerb = (table: () => CommandTable<MailSession>): VerbDefinition<MailSession> =>
  defineVerb<MailSession>({
    name: 'HELP',
    summary: 'Explains MAIL and its commands.',
    source: 'vms-mail.md §2.17',
    parameters: [
      { label: 'TOPIC', prompt: 'Topic', value: { type: '$REST_OF_LINE' }, summary: 'what to explain' },
    ],
    routine: async (command, session) => {
      const root: HelpTopic = { name: '', lines: INTRODUCTION, subtopics: helpTopics(table()) };
      const words = (command.value('TOPIC') ?? '').split(/[\s]+|(?=\/)/).filter((word) => word !== '');
      const shown = await explain(session, root, words);
      if (session.input.isTerminal) await browse(session, root, shown);
      return undefined;
    },
  });

interface Shown {
  readonly path: readonly string[];
  readonly topic: HelpTopic;
}

/** Shows the topics a path of words means, and returns where the reader then stands. */
async function explain(session: MailSession, root: HelpTopic, words: readonly string[]): Promise<Shown> {
  const found = find({ path: [], topic: root }, words);
  if (found.length === 0) {
    await session.write('', `  Sorry, no documentation on ${words.join(' ')}`, '');
    return { path: [], topic: root };
  }
  for (const { path, topic } of found) {
    await session.write(...topicLines(path, topic, session.output.columns));
  }
  const [first] = found;
  return found.length === 1 && first !== undefined ? first : { path: [], topic: root };
}

function find(from: Shown, words: readonly string[]): readonly Shown[] {
  const [word, ...rest] = words;
  if (word === undefined) return [from];
  return matchTopics(from.topic.subtopics, word).flatMap((topic) =>
    find({ path: [...from.path, topic.name], topic }, rest),
  );
}

/** `Topic? ` and `SEND Subtopic? `: RETURN goes up, `?` shows again, Ctrl/Z leaves. */
async function browse(session: MailSession, root: HelpTopic, start: Shown): Promise<void> {
  let path = start.topic.subtopics.length > 0 ? start.path : start.path.slice(0, -1);
  for (;;) {
    const prompt = path.length === 0 ? 'Topic? ' : `${path.join(' ')} Subtopic? `;
    const answer = await session.input.read({ prompt });
    if (answer.kind !== 'record') return;
    const words = answer.text
      .trim()
      .split(/\s+/)
      .filter((word) => word !== '');
    if (words.length === 0) {
      if (path.length === 0) return;
      path = path.slice(0, -1);
      continue;
    }
    const shown = await explain(session, root, words[0] === '?' ? path : [...path, ...words]);
    if (shown.topic.subtopics.length > 0) path = shown.path;
  }
}
