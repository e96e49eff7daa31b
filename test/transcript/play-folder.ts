/**
 * Makes a test of each transcript of a folder, and of each heading in it.
 * `TRANSCRIPTS=rewrite` writes into the files what the programs say now; the difference is reviewed like code.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, it } from 'vitest';
import { type Edit, Script } from './script.ts';
import { Stage } from './stage.ts';
import { readTranscript, type Section, type Transcript } from './transcript.ts';

export const transcriptRoot = join(import.meta.dirname, '../transcripts');

const isRewriting = process.env['TRANSCRIPTS'] === 'rewrite';

export function playFolder(folder: string): void {
  const directory = join(transcriptRoot, folder);
  for (const file of readdirSync(directory).sort()) {
    if (file.endsWith('.txt')) describe(`${folder}/${file}`, () => playTranscript(join(directory, file)));
  }
}

function playTranscript(path: string): void {
  const transcript = readTranscript(path);
  const stage = new Stage();
  const edits: Edit[] = [];
  let isSetUp = false;
  for (const section of transcript.sections) {
    // A file's head without a heading is set-up where headings follow: it has no test of its own then.
    if (section.lines.length === 0 && transcript.sections.length > 1) continue;
    it(section.title || transcript.name, async () => {
      if (!isSetUp) await stage.play(new Script({ transcript, section: folderSetUp(path) }));
      isSetUp = true;
      await stage.play(new Script({ transcript, section, edits: isRewriting ? edits : undefined }));
    });
  }
  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
    if (edits.length > 0) writeFileSync(path, rewrittenText(transcript, edits));
  });
}

/** The directives of the folder's own file, `set-up`: they stand before each of its transcripts. */
function folderSetUp(path: string): Section {
  const file = join(path, '../set-up');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
  return {
    title: '',
    lines: lines.filter((text) => text.startsWith('!@ ')).map((text, index) => ({ text, number: index + 1 })),
  };
}

/** The file with its edits, last first so that numbers stay true; comments among the lines stay. */
export function rewrittenText({ lines }: Pick<Transcript, 'lines'>, edits: readonly Edit[]): string {
  const result = [...lines];
  for (const edit of edits.toReversed().sort((one, other) => other.first - one.first)) {
    const old = result.slice(edit.first - 1, edit.end - 1);
    const comments = old.filter((line) => line === '!' || line.startsWith('! '));
    result.splice(edit.first - 1, old.length, ...comments, ...edit.lines);
  }
  return `${result.join('\n')}\n`;
}
