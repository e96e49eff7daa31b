/** How HELP shows a topic. Layout as the HELP librarian's: two columns a level, names in columns of 11. */
import { fitLines } from './fit-lines.ts';
import type { FoundTopic } from './help-topic.ts';

const CELL = 11;
const MARGIN = 2;
const OTHERS = 'Additional help libraries available (type @name for topics):';

/**
 * With the blank lines before and after that HELP writes.
 * @param libraries  others, named below the topics of the first page
 */
export function helpPage(
  { path, topic }: FoundTopic,
  columns: number,
  libraries: readonly string[] = [],
): readonly string[] {
  const heading = path.flatMap((name, depth) => [`${'  '.repeat(depth)}${name}`, '']);
  const indent = '  '.repeat(Math.max(path.length, 1));
  const names = topic.subtopics.map((each) => each.name);
  const title = topic.lines.length === 0 ? 'Information available:' : 'Additional information available:';
  const body = [
    ...fitLines(topic.lines, columns - indent.length),
    ...(topic.lines.length > 0 && names.length > 0 ? [''] : []),
    ...(names.length === 0 ? [] : [title, '', ...nameLines(names, columns - indent.length - MARGIN)]),
    ...(libraries.length === 0
      ? []
      : ['', OTHERS, '', ...nameLines(libraries, columns - indent.length - MARGIN)]),
  ];
  return ['', ...heading, ...body.map((line) => (line === '' ? '' : indent + line)), ''];
}

export const noHelpPage = (words: readonly string[]): readonly string[] => [
  '',
  `  Sorry, no documentation on ${words.join(' ').toUpperCase()}`,
  '',
];

/** A name longer than a column takes as many as it needs. */
function nameLines(names: readonly string[], width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const name of names) {
    if (line !== '' && line.length + name.length > width) {
      lines.push(line);
      line = '';
    }
    line += name.padEnd(Math.ceil((name.length + 1) / CELL) * CELL);
  }
  return [...lines, line].map((each) => each.trimEnd());
}
