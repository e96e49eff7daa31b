/** Parses a command and asks for required parameters that are missing, as DCL does. Source: dcl.md §6.1. */
import type { SessionInput } from '../ports/session-io.ts';
import { rejecter } from './cli-condition.ts';
import { type ParseOptions, parseCommand } from './parse-command.ts';
import type { ParsedCommand } from './parsed-command.ts';
import type { AnyTable } from './syntax-selection.ts';

/**
 * @param input  where answers come from: the terminal, a pipe, or the data lines of a procedure (which end at the next `$`)
 * Throws what parseCommand throws, and INSFPRM when the input ends or is interrupted before an answer.
 */
export async function parseWithPrompts(
  line: string,
  table: AnyTable | readonly AnyTable[],
  input: SessionInput,
  options: ParseOptions = {},
): Promise<ParsedCommand> {
  let result = parseCommand(line, table, options);
  while (result.kind === 'missingParameter') {
    const answer = await input.read({ prompt: result.prompt });
    if (answer.kind !== 'record') throw rejecter(options.facility ?? 'DCL')('INSFPRM');
    result = result.complete(answer.text);
  }
  return result.command;
}
