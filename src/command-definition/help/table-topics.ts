/**
 * HELP from the tables themselves: a topic for each verb and each of its other names, subtopics for the words and
 * qualifiers that choose a syntax, for the parameters and for each qualifier.
 */
import type { ParameterDefinition, QualifierDefinition } from '../definition.ts';
import { type AnyTable, type AnyVerb, syntaxesOf } from '../syntax-selection.ts';
import type { HelpTopic } from './help-topic.ts';

/** First words that share one topic, as SET and SHOW do in MAIL: what follows them stands below it in full. */
export interface TopicGroup {
  readonly name: string;
  readonly words: readonly string[];
  readonly lines: readonly string[];
}

/** Sorted by name. */
export function tableTopics(
  tables: readonly AnyTable[],
  groups: readonly TopicGroup[] = [],
): readonly HelpTopic[] {
  const tree = treeOf(tables);
  const isGrouped = (name: string): boolean => groups.some(({ words }) => words.includes(name));
  const topics = [...tree.below].filter(([name]) => !isGrouped(name)).map(([, node]) => topicOf(node));
  return byName([...topics, ...groups.map((group) => groupTopic(group, tree))]);
}

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

function topicOf(node: Node, name = node.name): HelpTopic {
  const below = byName([...node.below.values()].map((each) => topicOf(each)));
  if (node.verb === undefined) return { name, lines: [], subtopics: below };
  const qualifiers = qualifierTopics(node.verb).filter((each) => !node.below.has(each.name));
  return {
    name,
    lines: verbLines(node.verb, node.fullName),
    subtopics: [...parameterTopics(node.verb), ...qualifiers, ...below],
  };
}

const groupTopic = ({ name, words, lines }: TopicGroup, tree: Node): HelpTopic => ({
  name,
  lines,
  subtopics: byName(
    words
      .flatMap((word) => [...(tree.below.get(word)?.below.values() ?? [])])
      .map((node) => topicOf(node, node.fullName)),
  ),
});

function verbLines(verb: AnyVerb, fullName: string): readonly string[] {
  const isSynonym = fullName !== verb.name.toUpperCase();
  return [
    isSynonym ? `Another name of ${verb.name}.` : sentence(verb.summary),
    ...(isSynonym || verb.help === undefined ? [] : ['', ...verb.help.split('\n')]),
    ...(verb.privilege === undefined ? [] : ['', `Requires ${verb.privilege} privilege.`]),
    '',
    'Format',
    '',
    `  ${[fullName, ...(verb.parameters ?? []).map(parameterForm)].join(' ')}`,
  ];
}

const parameterTopics = ({ parameters = [] }: AnyVerb): readonly HelpTopic[] =>
  parameters.length === 0
    ? []
    : [
        {
          name: 'Parameters',
          lines: parameters.flatMap((each, index) => [
            ...(index === 0 ? [] : ['']),
            ...entry(shown(each.label), each.summary),
          ]),
          subtopics: [],
        },
      ];

const qualifierTopics = ({ qualifiers = {} }: AnyVerb): readonly HelpTopic[] =>
  Object.entries(qualifiers).map(([name, each]) => ({
    name: `/${name}`,
    lines: entry(qualifierForm(name, each), each.summary),
    subtopics: [],
  }));

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
  topics.toSorted((one, other) => (one.name < other.name ? -1 : 1));
