/**
 * What a process reads its commands from: level 0, and the stream behind it. A terminal is asked with prompts. Piped input is
 * read in one of two ways, by its first line that is not blank:
 *   - it begins with `$`: the whole input is a command procedure; lines without `$` are data of the command before them,
 *     errors end it as they end a procedure;
 *   - anything else: every line is a command as typed at a terminal; an image that runs takes the lines behind it as its
 *     SYS$INPUT until it has had enough, and errors end nothing.
 *
 * Source: dcl.md §1, §7.3, §9; DESIGN §6.
 */
import type { SessionInput } from '../ports/session-io.ts';
import { DataLines } from './data-lines.ts';
import { Interpreter, type InterpreterOptions } from './interpreter.ts';
import { Level } from './level.ts';
import { closeFile } from './open-files.ts';
import { ProcedureText } from './procedure-text.ts';
import { SymbolTable } from './symbols.ts';
import { readCommand } from './typed-commands.ts';

/** An interpreter at level 0, where commands are typed. */
export function createInterpreter(options: InterpreterOptions): Interpreter {
  const interpreter = new Interpreter(options);
  const level = new Level({
    kind: 'typed',
    parent: undefined,
    depth: 0,
    text: new ProcedureText({
      typed: true,
      readRecord: (continued) => readCommand(interpreter, continued),
    }),
    procedure: '',
    symbols: new SymbolTable(interpreter.globals.space),
  });
  interpreter.level = level;
  interpreter.terminalLevel = level;
  // dcl.md §9.5: a batch job shows its lines until it says otherwise.
  if (options.process.mode === 'BATCH') interpreter.verify.procedure = interpreter.verify.image = true;
  if (options.job === undefined) {
    interpreter.job.add(interpreter, undefined, () => {
      interpreter.abandon();
      void interpreter.job.endSubprocesses(interpreter);
    });
  }
  return interpreter;
}

/** Reads commands until the input ends, or until LOGOUT. Resolves to the last condition value. */
export async function runCommandStream(interpreter: Interpreter): Promise<number> {
  const { terminalLevel, input } = interpreter;
  if (input.isTerminal) {
    interpreter.isAttended = true;
    await interpreter.run(terminalLevel);
    return interpreter.status;
  }
  const first = await firstRecord(input);
  if (first === undefined) return interpreter.status;
  if (first.startsWith('$')) return runPipedProcedure(interpreter, input, first);
  terminalLevel.text.add(first);
  await interpreter.run(terminalLevel);
  return interpreter.status;
}

/** One command at level 0, as typed; it may be more than one line. */
export async function runTypedCommand(interpreter: Interpreter, line: string): Promise<number> {
  const { terminalLevel } = interpreter;
  const { text, position } = terminalLevel;
  terminalLevel.text = new ProcedureText({ typed: true });
  terminalLevel.position = 0;
  for (const record of line.split('\n')) terminalLevel.text.add(record);
  terminalLevel.text.finish();
  try {
    await interpreter.run(terminalLevel);
  } finally {
    terminalLevel.text = text;
    terminalLevel.position = position;
  }
  return interpreter.status;
}

function runPipedProcedure(interpreter: Interpreter, input: SessionInput, first: string): Promise<number> {
  const text = new ProcedureText({
    typed: false,
    readRecord: async () => {
      const read = await input.read();
      return read.kind === 'record' ? read.text : undefined;
    },
  });
  text.add(first);
  return runStream(interpreter, text, '', []);
}

/**
 * A procedure as the job's own stream of commands: SYS$INPUT and SYS$COMMAND of a batch job. At its end the job ends.
 * @param procedure  specification, for F$ENVIRONMENT; '' for what has none
 */
export async function runStream(
  interpreter: Interpreter,
  text: ProcedureText,
  procedure: string,
  parameters: readonly string[],
): Promise<number> {
  // dcl.md §15: F$ENVIRONMENT("DEPTH") is 0 in a subprocess, and where a job's own stream of commands is read.
  const level = new Level({ parent: interpreter.terminalLevel, depth: 0, text, procedure });
  for (let index = 1; index <= 8; index += 1) level.symbols.set(`P${index}`, parameters[index - 1] ?? '');
  // An answer is a data line, never the next command.
  interpreter.input = new DataLines(level);
  const { status, displayed } = await interpreter.run(level);
  interpreter.level = interpreter.terminalLevel;
  if (!displayed) await interpreter.displayStatus(status);
  interpreter.status = status;
  return status;
}

async function firstRecord(input: SessionInput): Promise<string | undefined> {
  for (;;) {
    const read = await input.read();
    if (read.kind !== 'record') return undefined;
    if (read.text.trim() !== '') return read.text;
  }
}

/** Closes what the process left open, all of it: throws what the first of them said that could not be closed. */
export async function closeInterpreter(interpreter: Interpreter): Promise<void> {
  const files = [...interpreter.files.values()].map((file) => () => closeFile(file));
  const inputs = [...interpreter.fileInputs].map((input) => () => input.close());
  interpreter.files.clear();
  let failure: { readonly error: unknown } | undefined;
  for (const close of [...files, ...inputs, () => interpreter.streams.close()])
    await close().catch((error: unknown) => {
      failure ??= { error };
    });
  if (failure !== undefined) throw failure.error;
}
