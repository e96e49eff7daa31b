/**
 * A subprocess of the emulation: an interpreter of its own that begins as a copy of its parent (symbols, logical names,
 * default directory, verbs, prompt, messages) and leaves nothing behind in it. Source: dcl.md §2.2, §15.
 */
import type { SessionInput, SessionOutput } from '../ports/session-io.ts';
import { createSubprocessContext } from '../system/process-context.ts';
import { closeInterpreter, createInterpreter } from './command-stream.ts';
import type { Interpreter } from './interpreter.ts';
import type { Level } from './level.ts';

export interface SubprocessOptions {
  readonly name?: string | undefined;
  /** SYS$COMMAND; default that of the parent. */
  readonly input?: SessionInput | undefined;
  /** SYS$PIPE. */
  readonly pipe?: SessionInput | undefined;
  readonly output?: SessionOutput | undefined;
  readonly error?: SessionOutput | undefined;
  readonly inheritsSymbols?: boolean;
  readonly inheritsLogicalNames?: boolean;
  readonly inheritsKeys?: boolean;
  /** Ends it, beside the end of its parent. */
  readonly signal?: AbortSignal;
}

export interface Subprocess {
  readonly interpreter: Interpreter;
  /** Resolves to its final status; never rejects. */
  readonly done: Promise<number>;
}

/**
 * @param work  what it does; when that is done the process ends
 * Throws EXQUOTA.
 */
export function startSubprocess(
  parent: Interpreter,
  options: SubprocessOptions,
  work: (child: Interpreter) => Promise<number>,
): Subprocess {
  const { job } = parent;
  const ending = new AbortController();
  const signals = [parent.signal, ending.signal, ...(options.signal === undefined ? [] : [options.signal])];
  const child = createInterpreter({
    ...parent.options,
    process: createSubprocessContext(parent.process, {
      processName: options.name ?? job.nextName(parent.process.account.userName),
      inheritsLogicalNames: options.inheritsLogicalNames ?? true,
    }),
    vocabulary: parent.vocabulary,
    input: options.input ?? parent.input,
    output: options.output ?? parent.output,
    error: options.error ?? parent.error,
    signal: AbortSignal.any(signals),
    job,
  });
  copyState(parent, child, options);
  const member = job.add(child, parent, () => ending.abort());
  const done = finish(child, work);
  member.done = done;
  return { interpreter: child, done };
}

async function finish(child: Interpreter, work: (child: Interpreter) => Promise<number>): Promise<number> {
  let status: number;
  try {
    status = await work(child);
  } catch (error) {
    status = child.asCondition(error).value;
  }
  await child.job.endSubprocesses(child);
  try {
    await closeInterpreter(child);
  } catch (error) {
    // Its parent waits for the terminal: it ends all the same, with what could not be written.
    status = child.asCondition(error).value;
  } finally {
    child.job.remove(child);
  }
  return status;
}

function copyState(parent: Interpreter, child: Interpreter, options: SubprocessOptions): void {
  child.prompt = parent.prompt;
  child.messageParts = parent.messageParts;
  child.control = parent.control;
  child.verifyPrefix = parent.verifyPrefix;
  Object.assign(child.verify, parent.verify);
  child.pipe = options.pipe;
  child.status = parent.status;
  if (options.inheritsKeys !== false) parent.keys.copyTo(child.keys);
  if (options.inheritsSymbols === false) return;
  for (const { name, minimum, value } of parent.globals.list()) child.globals.set(name, value, minimum);
  const seen = child.terminalLevel.symbols;
  for (let level: Level | undefined = parent.level; level !== undefined; level = level.parent) {
    if (level.depth < parent.level.scope.localsFrom) break;
    for (const { name, minimum, value } of level.symbols.list()) {
      if (seen.get(name)?.name !== name) seen.set(name, value, minimum);
    }
  }
}
