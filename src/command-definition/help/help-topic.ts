/** A topic of HELP, as a help library holds it: a key, its text, and what stands below. */
export interface HelpTopic {
  /** `SHOW`, `QUEUE`, `/ENTRY`, `Parameters`. */
  readonly name: string;
  readonly lines: readonly string[];
  readonly subtopics: readonly HelpTopic[];
}

/** A topic with those that it stands below, `['SHOW', 'QUEUE']`. */
export interface FoundTopic {
  readonly path: readonly string[];
  readonly topic: HelpTopic;
}

/** `SHOW QUE`, `DELETE/ENTRY`, `SET ENTRY /HOLD` and `SHOW QUEUE...` as the words of a path. */
export const topicWords = (text: string): readonly string[] =>
  text.split(/[\s,]+|(?=\/)|(?<!\.)(?=\.{3}$)/).filter((word) => word !== '');

/**
 * Every topic that the words can mean: abbreviations mean all that begin so, `*` and `%` are wildcards, and `...` at the
 * end means all that stands below, too.
 */
export function findTopics(from: FoundTopic, words: readonly string[]): readonly FoundTopic[] {
  const [word, ...rest] = words;
  if (word === undefined) return [from];
  if (word === '...') return withAllBelow(from);
  return matchTopics(from.topic.subtopics, word).flatMap((topic) =>
    findTopics({ path: [...from.path, topic.name], topic }, rest),
  );
}

/** The topic of exactly this name, upper and lower case alike. */
export const topicNamed = (topics: readonly HelpTopic[], name: string): HelpTopic | undefined =>
  topics.find((topic) => topic.name.toUpperCase() === name.toUpperCase());

const withAllBelow = (from: FoundTopic): readonly FoundTopic[] => [
  from,
  ...from.topic.subtopics.flatMap((topic) => withAllBelow({ path: [...from.path, topic.name], topic })),
];

/** A name that was typed in full counts alone. `SHOW` finds SET-SHOW, `PERS` finds SET PERSONAL_NAME. */
function matchTopics(topics: readonly HelpTopic[], typed: string): readonly HelpTopic[] {
  const text = typed.toUpperCase();
  const exact = topicNamed(topics, text);
  if (exact !== undefined) return [exact];
  const pattern = new RegExp(
    `^${text
      .replace(/[^*%]/g, (each) => `\\u{${each.codePointAt(0)!.toString(16)}}`)
      .replaceAll('*', '.*')
      .replaceAll('%', '.')}${/[*%]/.test(text) ? '$' : ''}`,
    'u',
  );
  return topics.filter(({ name }) =>
    [name, ...name.split(/[- ]/)].some((part) => pattern.test(part.toUpperCase())),
  );
}
