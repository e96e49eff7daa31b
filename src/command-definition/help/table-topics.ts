/**
 * HELP from the tables themselves: a topic for each verb and each of its other names, subtopics for the words and
 * qualifiers that choose a syntax, for the parameters and for each qualifier. Form and privilege come from the table; what
 * else there is to say comes from the help library, or is the summary in the table.
 */
import type { ParameterDefinition, QualifierDefinition } from '../definition.ts';
import { type AnyTable, type AnyVerb, syntaxesOf } from '../syntax-selection.ts';
import { type HelpTopic, topicNamed } from './help-topic.ts';

/** First words that share one topic, as SET and SHOW do in MAIL: what follows them stands below it in full. */
export interface TopicGroup {
  readonly name: string;
  readonly words: readonly string[];
  readonly lines: readonly string[];
}

/** Topic of a library with the qualifiers that mean the same with every command. */
export const COMMON_QUALIFIERS = 'Common_Qualifiers';

/**
 * Sorted by name.
 * @param prose  level 1 of the help library: texts for topics of the tables, and topics of its own
 */
export function tableTopics(
  tables: readonly AnyTable[],
  groups: readonly TopicGroup[] = [],
  prose: readonly HelpTopic[] = [],
): readonly HelpTopic[] {
  const tree = treeOf(tables);
  const library: Library = {
    text: { name: '', lines: [], subtopics: prose },
    common: topicNamed(prose, COMMON_QUALIFIERS)?.subtopics ?? [],
  };
  const isGrouped = (name: string): boolean => groups.some(({ words }) => words.includes(name));
  const topics = [
    ...[...tree.below]
      .filter(([name]) => !isGrouped(name))
      .map(([, node]) => topicOf(node, below(library, node.name))),
    ...groups.map((group) => groupTopic(group, tree, below(library, group.name))),
  ];
  return byName([...topics, ...own(prose, topics)]);
}

/** What the help library says here. */
interface Library {
  readonly text: HelpTopic | undefined;
  readonly common: readonly HelpTopic[];
}

const below = ({ text, common }: Library, name: string): Library => ({
  text:
    topicNamed(text?.subtopics ?? [], name) ?? topicNamed(text?.subtopics ?? [], name.replaceAll(' ', '_')),
  common,
});

/** Topics of the library that no table has. */
const own = (prose: readonly HelpTopic[], derived: readonly HelpTopic[]): readonly HelpTopic[] =>
  prose.filter(
    ({ name }) =>
      !derived.some((each) => each.name.replaceAll(' ', '_').toUpperCase() === name.toUpperCase()),
  );

/** A word or qualifier on the way to a syntax. */
interface Node {
  readonly name: string;
  /** `DELETE/ENTRY` */
  readonly fullName: string;
  verb: AnyVerb | undefined;
  readonly below: Map<string, Node>;
}

function treeOf(tables: readonly AnyTable[]): Node {
  const root: Node = { name: '', fullName: '', verb: undefined, below: new Map() };
  for (const { words, selectors, verb } of syntaxesOf(tables)) {
    let node = root;
    for (const name of [...words, ...selectors.map((each) => `/${each}`)]) {
      const fullName = `${node.fullName} ${name}`.trim().replace(' /', '/');
      const next: Node = node.below.get(name) ?? { name, fullName, verb: undefined, below: new Map() };
      node.below.set(name, next);
      node = next;
    }
    node.verb ??= verb;
  }
  return root;
}

function topicOf(node: Node, library: Library, name = node.name): HelpTopic {
  const nodes = byName([...node.below.values()].map((each) => topicOf(each, below(library, each.name))));
  const prose = library.text?.subtopics ?? [];
  if (node.verb === undefined) {
    return { name, lines: library.text?.lines ?? [], subtopics: [...nodes, ...own(prose, nodes)] };
  }
  const qualifiers = qualifierTopics(node.verb, library).filter((each) => !node.below.has(each.name));
  const derived = [...parameterTopics(node.verb, library), ...qualifiers, ...nodes];
  return {
    name,
    lines: verbLines(node.verb, node.fullName, library.text),
    subtopics: [...derived, ...own(prose, derived)],
  };
}

function groupTopic({ name, words, lines }: TopicGroup, tree: Node, library: Library): HelpTopic {
  const derived = byName(
    words
      .flatMap((word) => [...(tree.below.get(word)?.below.values() ?? [])])
      .map((node) => topicOf(node, below(library, node.fullName), node.fullName)),
  );
  const text = library.text?.lines ?? [];
  return {
    name,
    lines: text.length > 0 ? text : lines,
    subtopics: [...derived, ...own(library.text?.subtopics ?? [], derived)],
  };
}

function verbLines(verb: AnyVerb, fullName: string, text: HelpTopic | undefined): readonly string[] {
  const isSynonym = fullName !== verb.name.toUpperCase();
  const summary = isSynonym
    ? [`Another name of ${verb.name}.`]
    : [sentence(verb.summary), ...(verb.help === undefined ? [] : ['', ...verb.help.split('\n')])];
  return [
    ...(text === undefined || text.lines.length === 0 ? summary : text.lines),
    ...(verb.privilege === undefined ? [] : ['', `Requires ${verb.privilege} privilege.`]),
    // What the table does not know of, IF and its like, the text explains.
    ...(verb.routine === undefined && text !== undefined && verb.parameters === undefined
      ? []
      : ['', 'Format', '', `  ${[fullName, ...(verb.parameters ?? []).map(parameterForm)].join(' ')}`]),
  ];
}

function parameterTopics({ parameters = [] }: AnyVerb, library: Library): readonly HelpTopic[] {
  if (parameters.length === 0) return [];
  const text = topicNamed(library.text?.subtopics ?? [], 'Parameters');
  const derived = parameters.flatMap((each, index) => [
    ...(index === 0 ? [] : ['']),
    ...entry(shown(each.label), each.summary),
  ]);
  return [{ name: 'Parameters', lines: text?.lines ?? derived, subtopics: text?.subtopics ?? [] }];
}

const qualifierTopics = ({ qualifiers = {} }: AnyVerb, { text, common }: Library): readonly HelpTopic[] =>
  Object.entries(qualifiers).map(([key, each]) => {
    const name = `/${key}`;
    const prose =
      topicNamed(text?.subtopics ?? [], name) ??
      (each.summary === undefined ? topicNamed(common, name) : undefined);
    const form = qualifierForm(key, each);
    return {
      name,
      lines:
        prose === undefined
          ? entry(form, each.summary)
          : [form, '', ...prose.lines.map((line) => (line === '' ? '' : `  ${line}`))],
      subtopics: prose?.subtopics ?? [],
    };
  });

const entry = (term: string, summary: string | undefined): readonly string[] => [
  term,
  ...(summary === undefined ? [] : ['', `  ${sentence(summary)}`]),
];

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

const sentence = (text: string): string =>
  text === '' ? '' : `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;

const byName = (topics: readonly HelpTopic[]): readonly HelpTopic[] =>
  topics.toSorted((one, other) => (one.name.toUpperCase() < other.name.toUpperCase() ? -1 : 1));
