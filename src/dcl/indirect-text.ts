/**
 * `TYPE @FILES`: `@file` where a parameter of a command would stand puts the first line of the file there, with the lines it
 * continues over. Verbs that take the rest of the line as it is (SPAWN, HELP) are left alone, and so is what stands in
 * quotation marks: `MAIL A.TXT "@STAFF"`. Source: DCL Dictionary, @ (Execute Procedure); dcl.md §9.1.
 */
import type { VerbDefinition } from '../command-definition/index.ts';
import { openProcedure } from './call.ts';
import { cookCommand } from './command.ts';
import type { Interpreter } from './interpreter.ts';
import { beforeHyphen, continues } from './procedure-line.ts';
import { substitute } from './substitution.ts';
import type { Vocabulary } from './vocabulary.ts';

const PIECES = /"[^"]*"?|(?<=[ \t,+])@((?:\[[^\]]*\]|<[^>]*>|[^ \t,+"])+)/g;

/** The text with the files in their places; the same text where there are none. Throws OPENIN. */
export async function withIndirectText(interpreter: Interpreter, text: string): Promise<string> {
  if (!text.includes('@') || takesRestOfLine(text, interpreter.vocabulary)) return text;
  let result = '';
  let from = 0;
  for (const match of text.matchAll(PIECES)) {
    const [whole, file] = match;
    if (file === undefined) continue;
    result += text.slice(from, match.index) + (await firstLine(interpreter, file));
    from = match.index + whole.length;
  }
  return result + text.slice(from);
}

function takesRestOfLine(text: string, { tables }: Vocabulary): boolean {
  const [word = ''] = /^[A-Z0-9$_]+/.exec(text) ?? [];
  return tables.some(({ verbs }) => verbs.some((each) => each.name.startsWith(word) && hasRest(each)));
}

const hasRest = ({ parameters = [] }: Pick<VerbDefinition, 'parameters'>): boolean =>
  parameters.some(({ value }) => value?.type === '$REST_OF_LINE');

async function firstLine(interpreter: Interpreter, file: string): Promise<string> {
  const { text } = await openProcedure(interpreter, file);
  const records = text.lines.flatMap((each) => each.records);
  let line = '';
  for (const record of records) {
    const piece = await substitute(record, interpreter, interpreter.vocabulary.lexicals);
    if (!continues(piece)) return cookCommand(line + piece);
    line += beforeHyphen(piece);
  }
  return cookCommand(line);
}
