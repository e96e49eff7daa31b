/** New command levels: `@procedure` and CALL. Source: dcl.md §8.4, §9.1. */
import { DCL } from '../command-definition/index.ts';
import { Condition, INHIBIT_MESSAGE } from '../condition/index.ts';
import type { ProcessContext } from '../system/process.ts';
import { resolveFile } from '../system/resolve-file.ts';
import { sessionDevice } from '../system/session-device.ts';
import { createFileOutput, type FileOutput } from './file-output.ts';
import type { Interpreter } from './interpreter.ts';
import { endsStandstill } from './interrupts.ts';
import { Level } from './level.ts';
import { INTERPRETER } from './messages.ts';
import type { Procedure } from './procedure-cache.ts';
import { ProcedureText } from './procedure-text.ts';
import type { Statement } from './statement.ts';
import { splitParameters } from './statement-parser.ts';
import { findEndOfSubroutine, findSubroutine } from './structure.ts';
import { readCommand } from './typed-commands.ts';

type Of<K extends Statement['kind']> = Extract<Statement, { kind: K }>;

/** `@file[/OUTPUT=file] [p1 … p8]`. Throws OPENIN with the RMS condition behind it, DEFOVF, STKOVF. */
export async function runProcedure(
  interpreter: Interpreter,
  level: Level,
  statement: Of<'procedure'>,
): Promise<number | undefined> {
  if (endsStandstill(interpreter, level)) return undefined;
  const parameters = splitParameters(statement.parameters);
  interpreter.checkDepth(level.depth + 1);
  if (isTyped(statement.file)) {
    return runTyped(interpreter, level, parameters);
  }
  return runFile(interpreter, level, statement.file, parameters, { output: statement.output });
}

/** `@TT:` and its like are no files. */
export const isTyped = (file: string): boolean => /^(TT|SYS\$INPUT|SYS\$COMMAND):?$/.test(file);

export interface FileOptions {
  readonly output?: string | undefined;
  /** Local symbols of the new level beside P1 … P8. */
  readonly symbols?: ReadonlyMap<string, string>;
}

/** A procedure as the next level. */
export async function runFile(
  interpreter: Interpreter,
  level: Level,
  file: string,
  parameters: readonly string[],
  options: FileOptions = {},
): Promise<number> {
  interpreter.checkDepth(level.depth + 1);
  return runText(interpreter, level, await openProcedure(interpreter, file), parameters, options);
}

/** A procedure that has been opened, as the next level. */
export async function runText(
  interpreter: Interpreter,
  level: Level,
  { specification, text }: Procedure,
  parameters: readonly string[],
  options: FileOptions = {},
): Promise<number> {
  const output = await openOutput(interpreter, options.output);
  const inner = new Level({
    parent: level,
    depth: level.depth + 1,
    text,
    procedure: specification,
    streams: { output },
  });
  for (const [name, value] of options.symbols ?? []) inner.symbols.set(name, value);
  return runLevel(interpreter, level, inner, parameters, output);
}

/** `@TT:`: commands from the terminal, until Ctrl/Z or EXIT. */
async function runTyped(
  interpreter: Interpreter,
  level: Level,
  parameters: readonly string[],
): Promise<number> {
  const text = new ProcedureText({
    typed: true,
    readRecord: (continued) => readCommand(interpreter, continued),
  });
  const inner = new Level({ parent: level, depth: level.depth + 1, text, procedure: '' });
  return runLevel(interpreter, level, inner, parameters, undefined);
}

export async function callSubroutine(
  interpreter: Interpreter,
  level: Level,
  statement: Of<'call'>,
): Promise<number> {
  const parameters = splitParameters(statement.parameters);
  interpreter.checkDepth(level.depth + 1);
  const index = level.isTyped ? undefined : await findSubroutine(level.text, statement.label, level.block);
  if (index === undefined) throw new Condition(DCL.USCALL, [statement.label]);
  const output = await openOutput(interpreter, statement.output);
  const inner = new Level({
    kind: 'subroutine',
    parent: level,
    depth: level.depth + 1,
    text: level.text,
    procedure: level.procedure,
    position: index + 1,
    streams: { output },
  });
  const status = await runLevel(interpreter, level, inner, parameters, output);
  // A GOTO that found no label has run to the end of the file too, and has said so.
  if (inner.end === undefined && (await findEndOfSubroutine(level.text, index + 1)) === undefined)
    await interpreter.display(new Condition(DCL.MSNGENDS));
  return status;
}

/** Runs the level; the message of a failing EXIT is shown at the level above. dcl.md §8.6 */
async function runLevel(
  interpreter: Interpreter,
  level: Level,
  inner: Level,
  parameters: readonly string[],
  output: FileOutput | undefined,
): Promise<number> {
  for (let index = 0; index < 8; index += 1) {
    inner.symbols.set(`P${index + 1}`, parameters[index] ?? '');
  }
  try {
    const { status, displayed } = await interpreter.run(inner);
    if (!displayed) await interpreter.displayStatus(status);
    return status;
  } finally {
    interpreter.level = level;
    inner.symbols.clear();
    await output?.close();
  }
}

/** Throws OPENIN with the RMS condition behind it. */
export async function openProcedure(interpreter: Interpreter, file: string): Promise<Procedure> {
  const { process } = interpreter;
  // `@NL:` does nothing.
  if (sessionDevice(file, process) === 'NL') return { specification: 'NLA0:', text: ProcedureText.of([]) };
  const specification = await resolved('OPENIN', process, file, '.COM');
  try {
    return await interpreter.cache.procedure(process, specification);
  } catch (error) {
    throw openFailure('OPENIN', specification, error);
  }
}

async function openOutput(
  interpreter: Interpreter,
  file: string | undefined,
): Promise<FileOutput | undefined> {
  if (file === undefined) return undefined;
  const device = sessionDevice(file, interpreter.process);
  // The terminal, or whatever has its place: what is written goes there anyway.
  if (device !== undefined && device !== 'NL') return undefined;
  const specification = await resolved('OPENOUT', interpreter.process, file, '.LIS');
  try {
    return createFileOutput(await interpreter.process.files.create(specification));
  } catch (error) {
    throw openFailure('OPENOUT', specification, error);
  }
}

/** `%DCL-E-OPENIN, error opening … as input` with the RMS condition behind it, whose value is $STATUS. dcl.md §9.1, §10.1 */
export function openFailure(ident: 'OPENIN' | 'OPENOUT', specification: string, error: unknown): unknown {
  if (!(error instanceof Condition)) return error;
  return failure(ident, specification.includes(';') ? specification : `${specification};`, error);
}

const failure = (ident: 'OPENIN' | 'OPENOUT', shown: string, error: Condition): Condition =>
  new Condition({ ...INTERPRETER[ident], value: error.value | INHIBIT_MESSAGE }, [shown], {
    secondary: [error],
  });

/** The whole specification. What is none is shown as it was given. Throws OPENIN, OPENOUT, SYSTEM TOOMANYLNAM. */
export async function resolved(
  ident: 'OPENIN' | 'OPENOUT',
  process: ProcessContext,
  text: string,
  defaults: string,
): Promise<string> {
  try {
    return await resolveFile(process, text, defaults);
  } catch (error) {
    const isWrongSpecification = error instanceof Condition && error.definition.facility === 'RMS';
    throw isWrongSpecification ? failure(ident, text, error) : error;
  }
}
