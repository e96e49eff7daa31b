/**
 * What a verb of SET COMMAND does: it activates an image with the parsed command, as CLI$PRESENT and CLI$GET_VALUE show it
 * to a program, or runs a procedure with the command in its symbols. Source: OpenVMS Command Definition Utility.
 */
import type { CldAction, ParsedCommand, VerbDefinition } from '../command-definition/index.ts';
import { Condition, INHIBIT_MESSAGE, isSuccess } from '../condition/index.ts';
import { parseFileSpecification } from '../file-specification/index.ts';
import { runFile } from './call.ts';
import { findImage } from './image-activation.ts';
import type { CoreContext } from './verb.ts';

type Definition = Pick<VerbDefinition, 'name' | 'parameters' | 'qualifiers'>;
type Routine = NonNullable<VerbDefinition<CoreContext>['routine']>;

/** @param own  the routine a CLIROUTINE or ROUTINE names */
export function userVerbRoutine(
  action: CldAction,
  definition: Definition,
  own: Routine | undefined,
): Routine {
  if (own !== undefined) return own;
  if (isProcedure(action.name))
    return (command, context) => runUserProcedure(action, definition, command, context);
  return async (command, context) => (await findImage(context.interpreter, action.name))(context, command);
}

/** Deviation: on OpenVMS IMAGE names executable images alone. */
function isProcedure(file: string): boolean {
  try {
    return parseFileSpecification(file.toUpperCase()).type === '.COM';
  } catch (error) {
    if (error instanceof Condition) return false;
    throw error;
  }
}

async function runUserProcedure(
  { name }: CldAction,
  definition: Definition,
  command: ParsedCommand,
  { interpreter, level }: CoreContext,
): Promise<number> {
  const parameters = (definition.parameters ?? []).map(({ label }) => command.values(label).join(','));
  const symbols = commandSymbols(definition, command);
  const status = await runFile(interpreter, level, name.toUpperCase(), parameters, { symbols });
  // The message of a failure has been shown at the end of the level.
  return isSuccess(status) ? status : status | INHIBIT_MESSAGE;
}

/** CLI$VERB, CLI$LINE, and a symbol for each qualifier and each keyword below it: `CLI$OUTPUT`, `CLI$OUTPUT$WIDTH`. */
function commandSymbols(definition: Definition, command: ParsedCommand): ReadonlyMap<string, string> {
  const symbols = new Map([
    // dcl.md §6.1 [R8]: programs get four characters.
    ['CLI$VERB', definition.name.slice(0, 4)],
    ['CLI$LINE', command.line],
  ]);
  const put = (path: string): void => {
    symbols.set(`CLI$${path.replaceAll('.', '$')}`, valueOfLabel(path, command));
  };
  for (const [name, { label = name, value }] of Object.entries(definition.qualifiers ?? {})) {
    put(label);
    for (const [keyword, each] of Object.entries(value?.keywords ?? {}))
      put(`${label}.${each.label ?? keyword}`);
  }
  return symbols;
}

function valueOfLabel(path: string, command: ParsedCommand): string {
  if (command.negated(path)) return 'FALSE';
  if (!command.present(path)) return '';
  const values = command.values(path);
  return values.length === 0 ? 'TRUE' : values.join(',');
}
