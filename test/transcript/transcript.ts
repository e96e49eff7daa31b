/**
 * A transcript read from its file. The format is described for authors in test/transcripts/README.md. STYLE §12
 */
import { readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';

export interface TranscriptLine {
  readonly text: string;
  /** As editors count. */
  readonly number: number;
}

export interface Section {
  /** Its heading below those it stands under; '' for what stands before the first one. */
  readonly title: string;
  readonly lines: readonly TranscriptLine[];
}

export interface Transcript {
  /** For messages: relative to the directory tests run in. */
  readonly file: string;
  readonly path: string;
  /** `mail/send.txt` */
  readonly name: string;
  readonly lines: readonly string[];
  /** The part without a heading, and one for each heading. */
  readonly sections: readonly Section[];
}

const HEADING = /^(#+) (.+)$/;

export function readTranscript(path: string): Transcript {
  const text = readFileSync(path, 'utf8');
  const name = join(basename(dirname(path)), basename(path));
  return parseTranscript(text, { path, name, file: relative(process.cwd(), path) });
}

/** Throws where the first line is not the source. */
export function parseTranscript(
  text: string,
  { path, name, file }: Pick<Transcript, 'path' | 'name' | 'file'>,
): Transcript {
  const lines = text.replace(/\n$/, '').split('\n');
  if (!/^! \S+: ./.test(lines[0] ?? '')) {
    throw new Error(`${file}:1: a transcript begins with its name and source: ! ${name}: vms-mail.md §2.1`);
  }
  return { path, name, file, lines, sections: sectionsOf(lines) };
}

function sectionsOf(lines: readonly string[]): readonly Section[] {
  const sections: { title: string; lines: TranscriptLine[] }[] = [{ title: '', lines: [] }];
  const above: string[] = [];
  for (const [index, text] of lines.entries()) {
    const heading = HEADING.exec(text);
    if (heading !== null) {
      above.splice(heading[1]!.length - 1, above.length, heading[2]!);
      withoutSeparator(sections.at(-1)!.lines);
      sections.push({ title: above.filter((each) => each !== undefined).join(' > '), lines: [] });
      continue;
    }
    const section = sections.at(-1)!;
    if (isComment(text) || (text === '' && section.lines.length === 0)) continue;
    section.lines.push({ text, number: index + 1 });
  }
  return sections.filter((each, index) => index === 0 || each.lines.length > 0);
}

/** One empty line before a heading is for the eye. */
function withoutSeparator(lines: TranscriptLine[]): void {
  if (lines.at(-1)?.text === '') lines.pop();
}

const isComment = (line: string): boolean => line === '!' || line.startsWith('! ');

/** `!@ user SMITH`: sets something up. */
export const isDirective = (line: string): boolean => line.startsWith('!@ ');
/** `C: NOOP`, `C= "raw\n"`, `S: 250 OK`: a dialogue over a connection; a digit names one of several. */
export const isDialogue = (line: string): boolean => /^(C\d?[:=]|S\d?:)( |$)/.test(line);
/** What no program on the terminal has to do with. */
export const isOffstage = (line: string): boolean => isDirective(line) || isDialogue(line);
