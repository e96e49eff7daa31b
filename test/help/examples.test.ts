/**
 * The sessions in the help libraries, played on a node: lines of an Examples topic that are indented by three blanks and
 * begin with a prompt. `TRANSCRIPTS=rewrite` writes what the programs answer.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, it } from 'vitest';
import { type Edit, Script } from '../transcript/script.ts';
import { Stage } from '../transcript/stage.ts';
import type { Section, TranscriptLine } from '../transcript/transcript.ts';
import { shippedLibraries } from './libraries.ts';

const INDENT = '   ';
const isRewriting = process.env['TRANSCRIPTS'] === 'rewrite';

describe.each(shippedLibraries)('$file', ({ file, path, lines }) => {
  const stage = new Stage();
  const edits: Edit[] = [];
  const transcript = { file: `dcl/help/${file}`, lines };
  let isSetUp = false;
  it.each(sessionsOf(lines).map((section) => [section.title, section] as const))(
    '%s',
    async (_title, section) => {
      if (!isSetUp) await stage.play(new Script({ transcript, section: setUp() }));
      isSetUp = true;
      await stage.play(new Script({ transcript, section, edits: isRewriting ? edits : undefined }));
    },
  );
  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
    if (edits.length > 0) writeFileSync(path, rewritten(lines, edits));
  });
});

function setUp(): Section {
  const text = readFileSync(join(import.meta.dirname, 'set-up'), 'utf8').trimEnd();
  return { title: '', lines: text.split('\n').map((line, index) => ({ text: line, number: index + 1 })) };
}

/** One a topic that has any. */
function sessionsOf(lines: readonly string[]): readonly Section[] {
  const sections: { title: string; lines: TranscriptLine[] }[] = [];
  const path: string[] = [];
  for (const [index, line] of lines.entries()) {
    const [, digit, name] = /^([1-9])\s+(\S+)/.exec(line) ?? [];
    if (digit !== undefined) path.splice(Number(digit) - 1, path.length, name!);
    if (path.at(-1) !== 'Examples' || !(line === '' || line.startsWith(INDENT))) continue;
    const title = path.slice(0, -1).join(' ');
    if (sections.at(-1)?.title !== title) sections.push({ title, lines: [] });
    sections.at(-1)!.lines.push({ text: line.slice(INDENT.length), number: index + 1 });
  }
  return sections.map(withoutEmptyLead).filter(({ lines: [first] }) => first?.text.startsWith('$ '));
}

/** An empty line at the end is what the program writes last. */
const withoutEmptyLead = ({ title, lines }: Section): Section => ({
  title,
  lines: lines.slice(
    Math.max(
      0,
      lines.findIndex(({ text }) => text !== ''),
    ),
  ),
});

function rewritten(lines: readonly string[], edits: readonly Edit[]): string {
  const result = [...lines];
  for (const edit of edits.toReversed().sort((one, other) => other.first - one.first)) {
    const indented = edit.lines.map((line) => (line === '' ? '' : INDENT + line));
    result.splice(edit.first - 1, edit.end - edit.first, ...indented);
  }
  return `${result.join('\n')}\n`;
}
