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

/** `SHOW QUE`, `DELETE/ENTRY` and `SET ENTRY /HOLD` as the words of a path. */
export const topicWords = (text: string): readonly string[] =>
  text.split(/[\s,]+|(?=\/)/).filter((word) => word !== '');

/** Every topic that the words can mean: abbreviations mean all that begin so, and `*` means all. */
export function findTopics(from: FoundTopic, words: readonly string[]): readonly FoundTopic[] {
  const [word, ...rest] = words;
  if (word === undefined) return [from];
  return matchTopics(from.topic.subtopics, word).flatMap((topic) =>
    findTopics({ path: [...from.path, topic.name], topic }, rest),
  );
}

/** A name that was typed in full counts alone. `SHOW` finds SET-SHOW, `PERS` finds SET PERSONAL_NAME. */
function matchTopics(topics: readonly HelpTopic[], typed: string): readonly HelpTopic[] {
  if (typed === '*') return topics;
  const text = typed.toUpperCase();
  const exact = topics.filter((topic) => topic.name.toUpperCase() === text);
  if (exact.length > 0) return exact;
  return topics.filter((topic) =>
    topic.name.split(/[- ]/).some((part) => part.toUpperCase().startsWith(text)),
  );
}
