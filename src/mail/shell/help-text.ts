/** HELP derived from the command table: topics, and for each verb its text, parameters and qualifiers. vms-mail.md §2.17 */
import type { CommandTable, VerbDefinition } from '../../command-definition/index.ts';

// biome-ignore lint/suspicious/noExplicitAny: HELP needs no context
type AnyVerb = VerbDefinition<any>;

export interface HelpTopic {
  readonly name: string;
  readonly lines: readonly string[];
  readonly subtopics: readonly HelpTopic[];
}

/** SET and SHOW share the topic SET-SHOW, with a subtopic for each option. */
// biome-ignore lint/suspicious/noExplicitAny: HELP needs no context
export function helpTopics(table: CommandTable<any>): readonly HelpTopic[] {
  const verbs = table.verbs.flatMap((verb) => [
    verb,
    ...(verb.synonyms ?? []).map((name) => synonym(verb, name)),
  ]);
  const options = verbs.filter((verb) => /^(SET|SHOW) /.test(verb.name));
  const topics = verbs.filter((verb) => !options.includes(verb)).map(verbTopic);
  const setShow: HelpTopic = {
    name: 'SET-SHOW',
    lines: ['SET changes, and SHOW displays, settings of MAIL. They last until you change them.'],
    subtopics: byName(options.map((verb) => ({ ...verbTopic(verb), name: verb.name }))),
  };
  return byName([...topics, setShow]);
}

const synonym = (verb: AnyVerb, name: string): AnyVerb => ({
  name,
  summary: `Another name of ${verb.name}.`,
  ...(verb.parameters === undefined ? {} : { parameters: verb.parameters }),
  ...(verb.qualifiers === undefined ? {} : { qualifiers: verb.qualifiers }),
});

function verbTopic(verb: AnyVerb): HelpTopic {
  const parameters = verb.parameters ?? [];
  const form = parameters.map((each) => (each.required ? name(each.label) : `[${name(each.label)}]`));
  const qualifiers = Object.entries(verb.qualifiers ?? {});
  return {
    name: verb.name,
    lines: [
      verb.summary,
      ...(verb.help === undefined ? [] : ['', ...verb.help.split('\n')]),
      '',
      'Format:',
      '',
      `  ${[verb.name, ...form].join(' ')}`,
    ],
    subtopics: [
      ...(parameters.length === 0
        ? []
        : [
            {
              name: 'Parameters',
              lines: parameters.flatMap((each) => entry(name(each.label), each.summary)),
              subtopics: [],
            },
          ]),
      ...qualifiers.map(([label, definition]) => ({
        name: `/${label}`,
        lines: entry(`/${definition.negatable === false ? '' : '[NO]'}${label}`, definition.summary),
        subtopics: [],
      })),
    ],
  };
}

const name = (label: string): string => label.toLowerCase().replaceAll('_', '-');
const entry = (term: string, summary: string | undefined): readonly string[] => [
  term,
  ...(summary === undefined ? [] : [`  ${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`]),
];
const byName = (topics: readonly HelpTopic[]): readonly HelpTopic[] =>
  [...topics].sort((a, b) => (a.name < b.name ? -1 : 1));

/** Topics whose name begins with what was typed; one that is meant exactly counts alone. */
export function matchTopics(topics: readonly HelpTopic[], typed: string): readonly HelpTopic[] {
  const text = typed.toUpperCase();
  const exact = topics.filter((topic) => topic.name.toUpperCase() === text);
  if (exact.length > 0) return exact;
  return topics.filter((topic) =>
    topic.name.split(/[- ]/).some((part) => part.toUpperCase().startsWith(text)),
  );
}

/** The display of a topic: name, indented text, what else there is. */
export function topicLines(path: readonly string[], topic: HelpTopic, columns: number): readonly string[] {
  const heading = path.flatMap((each, depth) => [`${'  '.repeat(depth)}${each}`, '']);
  const indent = '  '.repeat(Math.max(path.length, 1));
  const text = topic.lines.map((line) => (line === '' ? '' : indent + line));
  const names = topic.subtopics.map((each) => each.name);
  if (names.length === 0) return ['', ...heading, ...text, ''];
  const more = columnLines(names, columns - indent.length).map((line) => indent + line);
  return ['', ...heading, ...text, '', `${indent}Additional information available:`, '', ...more, ''];
}

function columnLines(names: readonly string[], columns: number): readonly string[] {
  const width = Math.max(...names.map((each) => each.length)) + 1;
  const count = Math.max(1, Math.floor(columns / width));
  const lines: string[] = [];
  for (let at = 0; at < names.length; at += count) {
    const row = names.slice(at, at + count);
    lines.push(
      row
        .map((each) => each.padEnd(width))
        .join('')
        .trimEnd(),
    );
  }
  return lines;
}
