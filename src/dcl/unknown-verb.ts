/**
 * A first word that is no verb: where the logical name DCL$PATH is defined it names a procedure there, or an image, which gets
 * the rest of the line as a foreign command does. Source: dcl.md §6.5.
 */
import { Condition } from '../condition/index.ts';
import { resolveFileCandidates } from '../system/resolve-file.ts';
import { runFile } from './call.ts';
import { activate } from './image-activation.ts';
import type { Interpreter } from './interpreter.ts';
import { endsStandstill } from './interrupts.ts';
import type { Level } from './level.ts';
import type { Statement } from './statement.ts';
import { splitParameters } from './statement-parser.ts';

/** Throws the condition of the word, IVVERB, when it is nowhere. */
export async function runUnknownVerb(
  interpreter: Interpreter,
  level: Level,
  { word, rest, failure }: Extract<Statement, { kind: 'unknownVerb' }>,
): Promise<number | undefined> {
  const { process } = interpreter;
  if (process.logicalNames.lookup('DCL$PATH') === undefined) throw failure;
  for (const file of resolveFileCandidates(process, `DCL$PATH:${word}.COM`)) {
    if (!(await exists(file, interpreter))) continue;
    if (endsStandstill(interpreter, level)) return undefined;
    return runFile(interpreter, level, file, splitParameters(rest));
  }
  for (const file of resolveFileCandidates(process, `DCL$PATH:${word}.EXE`)) {
    if (!interpreter.images.has(word) || !(await exists(file, interpreter))) continue;
    if (endsStandstill(interpreter, level)) return undefined;
    return activate(interpreter, level, file, rest.trimStart());
  }
  throw failure;
}

async function exists(file: string, { process: { files } }: Interpreter): Promise<boolean> {
  try {
    await files.lookup(file);
    return true;
  } catch (error) {
    if (error instanceof Condition) return false;
    throw error;
  }
}
