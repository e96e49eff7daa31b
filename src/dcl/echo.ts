/**
 * SET VERIFY=PROCEDURE: a line is shown after apostrophe substitution, before it is executed, as it is laid out: indentation,
 * continuation lines and comments kept. SET PREFIX puts a time in front. Source: dcl.md §9.5.
 */
import { fao } from '../fao/fao.ts';
import type { Interpreter } from './interpreter.ts';
import type { ProcedureLine } from './procedure-line.ts';

/** @param pieces  of the line, substituted: one a record */
export async function echo(
  interpreter: Interpreter,
  line: ProcedureLine,
  pieces: readonly string[],
): Promise<void> {
  for (const [index, record] of line.records.entries()) {
    const piece = line.pieces[index] ?? '';
    const at = record.indexOf(piece);
    const shown =
      at === -1 ? record : record.slice(0, at) + (pieces[index] ?? '') + record.slice(at + piece.length);
    await interpreter.output.writeLine(prefix(interpreter) + shown);
  }
}

function prefix({ verifyPrefix, process }: Interpreter): string {
  return verifyPrefix === '' ? '' : fao(verifyPrefix, [0, 0, 0, 0], { now: process.clock.now() });
}
