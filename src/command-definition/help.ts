/**
 * HELP from the tables themselves: a topic for each verb, subtopics for the words and qualifiers that choose a syntax, a
 * page with format, parameters and qualifiers for each definition. Layout as the HELP librarian's: columns of 11.
 */
import { matchPrefix } from './abbreviation.ts';
import type { ParameterDefinition, QualifierDefinition } from './definition.ts';
import { type AnyTable, type AnyVerb, syntaxesOf } from './syntax-selection.ts';

interface Topic {
  /** `SHOW`, `QUEUE`, `/ENTRY`. */
  readonly name: string;
  verb: AnyVerb | undefined;
  readonly subtopics: Map<string, Topic>;
}

/** First words of all verbs, sorted. */
export const helpTopics = (tables: readonly AnyTable[]): readonly string[] => sortedNames(topicTree(tables));

/**
 * @param topicWords  `[]` for the list of topics; `['SHOW', 'QUE']`, `['DELETE/ENTRY']`: abbreviations show every match
 * @returns lines, with the blank lines before and after that HELP writes
 */
export function helpText(tables: readonly AnyTable[], topicWords: readonly string[] = []): readonly string[] {
  const wanted = topicWords
    .join(' ')
    .toUpperCase()
    .replaceAll('/', ' /')
    .split(/[\s,]+/)
    .filter((word) => word !== '');
  const root = topicTree(tables);
  if (wanted.length === 0)
    return ['', '  Information available:', '', ...topicColumns(sortedNames(root)), ''];
  const lines = pages(root, wanted, []);
  return lines.length > 0
    ? lines
    : ['', `  Sorry, no documentation on ${topicWords.join(' ').toUpperCase()}`, ''];
}

function topicTree(tables: readonly AnyTable[]): Topic {
  const root: Topic = { name: '', verb: undefined, subtopics: new Map() };
  for (const { words, selectors, verb } of syntaxesOf(tables)) {
    let topic = root;
    for (const name of [...words, ...selectors.map((each) => `/${each}`)]) {
      const next = topic.subtopics.get(name) ?? { name, verb: undefined, subtopics: new Map() };
      topic.subtopics.set(name, next);
      topic = next;
    }
    topic.verb = verb;
  }
  return root;
}

const sortedNames = (topic: Topic): readonly string[] => [...topic.subtopics.keys()].sort();

/** The pages of every topic the words can mean. */
function pages(topic: Topic, wanted: readonly string[], path: readonly string[]): readonly string[] {
  const [word, ...others] = wanted;
  if (word === undefined) return page(topic, path);
  const names = sortedNames(topic);
  const exact = matchPrefix(word, names);
  const meant =
    exact.kind === 'unique'
      ? [exact.name]
      : names.filter((name) => word === '*' || (name.startsWith(word) && word !== '/'));
  return meant.flatMap((name) => pages(topic.subtopics.get(name)!, others, [...path, name]));
}

function page(topic: Topic, path: readonly string[]): readonly string[] {
  const heading = path.flatMap((name, depth) => ['', '  '.repeat(depth) + name]);
  const indent = '  '.repeat(path.length);
  const body = topic.verb === undefined ? [] : verbPage(topic.verb);
  const names = sortedNames(topic);
  const more =
    names.length === 0 ? [] : ['', 'Additional information available:', '', ...topicColumns(names, '')];
  return [...heading, ...[...body, ...more].map((line) => (line === '' ? '' : indent + line)), ''];
}

function verbPage(verb: AnyVerb): readonly string[] {
  const parameters = verb.parameters ?? [];
  const qualifiers = Object.entries(verb.qualifiers ?? {});
  return [
    '',
    sentence(verb.summary),
    ...(verb.help === undefined ? [] : ['', ...verb.help.split('\n')]),
    ...(verb.privilege === undefined ? [] : ['', `Requires ${verb.privilege} privilege.`]),
    '',
    'Format',
    '',
    `  ${[verb.name, ...parameters.map(parameterForm)].join(' ')}`,
    ...section(
      'Parameters',
      parameters.map((each) => [shown(each.label), each.summary]),
    ),
    ...section(
      'Qualifiers',
      qualifiers.map(([name, each]) => [qualifierForm(name, each), each.summary]),
    ),
  ];
}

const shown = (label: string): string => label.toLowerCase().replaceAll('_', '-');

function parameterForm({ label, required, value }: ParameterDefinition): string {
  const form = shown(label) + (value?.list ? '[,...]' : '');
  return required ? form : `[${form}]`;
}

function qualifierForm(name: string, { negatable, value }: QualifierDefinition): string {
  const form = negatable === false ? `/${name}` : `/[NO]${name}`;
  if (value === undefined) return form;
  const keywords = Object.keys(value.keywords ?? {});
  const text =
    keywords.length > 0 ? keywords.join('|') : (value.type ?? 'value').replace(/^\$/, '').toLowerCase();
  const shownValue = value.list ? `=(${text}[,...])` : `=${text}`;
  return form + (value.required ? shownValue : `[${shownValue}]`);
}

function section(
  title: string,
  entries: readonly (readonly [string, string | undefined])[],
): readonly string[] {
  if (entries.length === 0) return [];
  const lines = entries.flatMap(([term, summary]) => [
    '',
    `  ${term}`,
    ...(summary ? [`    ${sentence(summary)}`] : []),
  ]);
  return ['', title, ...lines];
}

const sentence = (text: string): string =>
  text === '' ? '' : `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;

const CELL = 11;
const LINE = 78;

/** Names in columns of 11; a longer name takes as many as it needs. */
function topicColumns(names: readonly string[], indent = '  '): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const name of names) {
    const cell = name.padEnd(Math.ceil((name.length + 1) / CELL) * CELL);
    if (line !== '' && line.length + name.length > LINE) {
      lines.push(line);
      line = '';
    }
    line += cell;
  }
  return [...lines, line].filter((each) => each !== '').map((each) => indent + each.trimEnd());
}
