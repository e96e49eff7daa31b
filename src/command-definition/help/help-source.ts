/**
 * Reads a help library in its source form (.HLP), as the librarian takes it: a digit 1 to 9 in the first column begins a
 * topic of that level, `/` a qualifier one level below the numbered topic before it, `!` a comment; text is indented by one.
 * Source: OpenVMS Command Definition, Librarian, and Message Utilities Manual, "Help libraries".
 */
import type { HelpTopic } from './help-topic.ts';

interface OpenTopic {
  readonly name: string;
  readonly level: number;
  readonly lines: string[];
  readonly subtopics: HelpTopic[];
}

/** The topics of level 1. Text before the first key is nobody's. */
export function parseHelpSource(records: Iterable<string>): readonly HelpTopic[] {
  const topics: HelpTopic[] = [];
  const open: OpenTopic[] = [];
  let numberedLevel = 0;
  const close = (level: number): void => {
    while ((open.at(-1)?.level ?? 0) >= level) {
      const { name, lines, subtopics } = open.pop()!;
      (open.at(-1)?.subtopics ?? topics).push({ name, lines: trimmed(lines), subtopics });
    }
  };
  for (const record of records) {
    if (record.startsWith('!')) continue;
    const [, digit, key] = /^([1-9])\s+(\S.*?)\s*$/.exec(record) ?? [];
    const name = key ?? (record.startsWith('/') ? record.trim() : undefined);
    if (name === undefined) {
      open.at(-1)?.lines.push(record.replace(/^ /, '').trimEnd());
      continue;
    }
    if (digit !== undefined) numberedLevel = Number(digit);
    const level = digit === undefined ? numberedLevel + 1 : numberedLevel;
    close(level);
    open.push({ name, level, lines: [], subtopics: [] });
  }
  close(1);
  return topics;
}

/** Without blank lines at the beginning and at the end. */
function trimmed(lines: readonly string[]): readonly string[] {
  const first = lines.findIndex((line) => line !== '');
  return first === -1 ? [] : lines.slice(first, lines.findLastIndex((line) => line !== '') + 1);
}
