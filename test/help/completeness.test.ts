/** Every verb, parameter and qualifier there is has help, and the help is of verbs and qualifiers there are. */
import { describe, expect, it } from 'vitest';
import {
  COMMON_QUALIFIERS,
  type HelpTopic,
  topicNamed,
  type VerbDefinition,
} from '../../src/command-definition/index.ts';
import { createQueueLexicals } from '../../src/dcl/index.ts';
import { coreLexicals } from '../../src/dcl/lexical/index.ts';
import { type ShippedLibrary, shippedLibraries } from './libraries.ts';

/** Topics of a verb that are no qualifiers. */
const sections = ['Parameters', 'Qualifiers', 'Examples', 'Introduction'];
/** A text on the terminal, two levels in, of 80 columns. */
const LONGEST_LINE = 76;

describe.each(shippedLibraries)('$file', (library) => {
  it('says what every verb does', () => {
    expect(missing(library, ({ topic, fullName }) => (hasText(topic) ? [] : [fullName]))).toEqual([]);
  });

  it('explains every parameter', () => {
    expect(
      missing(library, ({ verb, topic, fullName }) => {
        const prose = topicNamed(topic?.subtopics ?? [], 'Parameters')?.lines ?? [];
        return (verb.parameters ?? [])
          .filter(
            ({ label, summary }) => summary === undefined && !prose.some((line) => startsWith(line, label)),
          )
          .map(({ label }) => `${fullName} ${label}`);
      }),
    ).toEqual([]);
  });

  it('explains every qualifier', () => {
    const common = topicNamed(library.topics, COMMON_QUALIFIERS)?.subtopics ?? [];
    expect(
      missing(library, ({ verb, topic, fullName }) =>
        Object.entries(verb.qualifiers ?? {})
          .filter(([name, { summary }]) => {
            const own = topicNamed(topic?.subtopics ?? [], `/${name}`) ?? topicNamed(common, `/${name}`);
            return summary === undefined && !hasText(own);
          })
          .map(([name]) => `${fullName} /${name}`),
      ),
    ).toEqual([]);
  });

  it('explains the qualifiers of the command that starts the program', () => {
    const unexplained = library.startQualifiers.filter((name) => !hasText(topicNamed(library.topics, name)));
    expect(unexplained).toEqual([]);
  });

  it('knows nothing that is not there', () => {
    const known = new Set([
      ...library.startQualifiers,
      ...verbsOf(library).flatMap(({ verb, words }) => [
        ...words.map((_, index) => words.slice(0, index + 1).join(' ')),
        ...Object.keys(verb.qualifiers ?? {}).map((name) => `${words.join(' ')} /${name}`),
      ]),
    ]);
    const stray = (topics: readonly HelpTopic[], above: string): readonly string[] =>
      topics.flatMap(({ name, subtopics }) => {
        const path = `${above} ${name.toUpperCase()}`.trim();
        if (sections.includes(name)) return [];
        if (above === '' && library.startQualifiers.includes(path)) return [];
        // Topics of level 1 that are no verbs are for people.
        if (!known.has(path)) return above === '' && !name.startsWith('/') ? [] : [path];
        return stray(subtopics, path);
      });
    expect(
      stray(
        library.topics.filter(({ name }) => !library.groups.some((each) => each.name === name)),
        '',
      ),
    ).toEqual([]);
  });

  it('fits on a terminal', () => {
    const long = library.lines.filter((line) => line.length > LONGEST_LINE && !/^(!| {3,})/.test(line));
    expect(long).toEqual([]);
  });
});

it('explains every lexical function, and knows no other', () => {
  const { topics } = shippedLibraries.find(({ file }) => file === 'HELPLIB.HLP')!;
  const explained = (topicNamed(topics, 'Lexicals')?.subtopics ?? []).filter(({ name }) =>
    name.startsWith('F$'),
  );
  const known = [...coreLexicals.flat(), ...createQueueLexicals({} as never)].map(({ name }) => name);
  expect(explained.map(({ name }) => name)).toEqual(known.sort());
  expect(explained.filter((topic) => topic.lines.length < 3).map(({ name }) => name)).toEqual([]);
});

interface Explained {
  readonly fullName: string;
  readonly words: readonly string[];
  readonly verb: Pick<VerbDefinition, 'parameters' | 'qualifiers'>;
  readonly topic: HelpTopic | undefined;
}

function missing(library: ShippedLibrary, find: (each: Explained) => readonly string[]): readonly string[] {
  return verbsOf(library).flatMap(find);
}

/** `DELETE/ENTRY` stands below DELETE as `/ENTRY`. */
function verbsOf({ tables, topics, groups }: ShippedLibrary): readonly Explained[] {
  const root: HelpTopic = { name: '', lines: [], subtopics: topics };
  return tables.flatMap(({ verbs }) =>
    verbs.map((verb) => {
      const words = verb.name.toUpperCase().split(/ |(?=\/)/);
      const group = groups.find((each) => each.words.includes(words[0]!));
      const path = group === undefined ? words : [group.name, words.join('_')];
      const topic = path.reduce<HelpTopic | undefined>(
        (at, word) => topicNamed(at?.subtopics ?? [], word),
        root,
      );
      return { fullName: verb.name, words, verb, topic };
    }),
  );
}

const hasText = (topic: HelpTopic | undefined): boolean => (topic?.lines.length ?? 0) > 0;

/** `input[,...]` explains INPUT. */
const startsWith = (line: string, label: string): boolean =>
  line.toLowerCase().startsWith(label.toLowerCase().replaceAll('_', '-'));
