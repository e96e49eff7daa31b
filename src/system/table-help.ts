/** HELP of a utility, derived from its command table. */
import type { CommandTable, VerbDefinition } from '../command-definition/index.ts';

/**
 * @param topic  '' lists the verbs; otherwise the beginning of a verb, its words abbreviated as one likes
 * @returns lines to show; undefined when nothing begins so
 */
export function helpLines<Context>(
  { verbs }: CommandTable<Context>,
  topic: string,
  columns: number,
): readonly string[] | undefined {
  if (topic.trim() === '') {
    return [
      '',
      '  Information available:',
      '',
      ...inColumns(verbs.map(({ name }) => name).sort(), columns),
      '',
    ];
  }
  const words = topic.trim().toUpperCase().split(/\s+/);
  const found = verbs.filter(({ name }) => {
    const parts = name.split(/[\s/]+/);
    return words.every((word, index) => parts[index]?.startsWith(word.replace(/^\//, '')));
  });
  const [only] = found;
  if (only === undefined) return undefined;
  return found.length === 1 ? verbLines(only) : ['', ...found.flatMap(summaryLines), ''];
}

const summaryLines = <Context>({ name, summary }: VerbDefinition<Context>): string[] => [
  name,
  `     ${summary}`,
];

function verbLines<Context>(verb: VerbDefinition<Context>): string[] {
  const parameters = (verb.parameters ?? []).map(({ label, required }) =>
    required ? ` ${label.toLowerCase()}` : ` [${label.toLowerCase()}]`,
  );
  const qualifiers = Object.entries(verb.qualifiers ?? {}).map(([name, { negatable, summary }]) => {
    const shown = `/${negatable === false ? '' : '[NO]'}${name}`;
    return summary === undefined ? `       ${shown}` : `       ${shown.padEnd(24)} ${summary}`;
  });
  return [
    '',
    verb.name,
    '',
    `     ${verb.summary}`,
    ...(verb.help === undefined ? [] : ['', ...verb.help.split('\n').map((line) => `     ${line}`)]),
    '',
    `     Format:  ${verb.name}${parameters.join('')}`,
    ...(verb.privilege === undefined ? [] : [`     Needs ${verb.privilege}.`]),
    ...(qualifiers.length === 0 ? [] : ['', '     Qualifiers:', ...qualifiers]),
    '',
  ];
}

function inColumns(names: readonly string[], columns: number): string[] {
  const width = Math.max(...names.map((name) => name.length)) + 2;
  const perLine = Math.max(1, Math.floor((columns - 2) / width));
  const lines: string[] = [];
  for (let index = 0; index < names.length; index += perLine) {
    const row = names.slice(index, index + perLine).map((name) => name.padEnd(width));
    lines.push(`  ${row.join('')}`.trimEnd());
  }
  return lines;
}
