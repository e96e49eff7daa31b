/**
 * Creates subprocesses and passes the terminal on, for SPAWN and ATTACH of DCL and for images. Source: dcl.md §15.
 */
import { DCL } from '../command-definition/index.ts';
import { Condition, isMessageDue, SYSTEM } from '../condition/index.ts';
import type { SessionInput } from '../ports/session-io.ts';
import type { AttachTarget, SpawnRequest, Subprocesses } from '../ports/subprocesses.ts';
import { resolveFile } from '../system/resolve-file.ts';
import { sessionDevice } from '../system/session-device.ts';
import { openFailure } from './call.ts';
import { runCommandStream, runTypedCommand } from './command-stream.ts';
import { nullInput } from './data-lines.ts';
import { inputOf, outputOf } from './devices.ts';
import { createFileInput } from './file-input.ts';
import { createFileOutput, type FileOutput, keptOpen } from './file-output.ts';
import type { Interpreter } from './interpreter.ts';
import type { Level } from './level.ts';
import { type Subprocess, startSubprocess } from './subprocess.ts';

/** Who asks: an interpreter, at this level. */
export interface Spawner {
  readonly interpreter: Interpreter;
  readonly level: Level;
}

/** What the verb of DCL has beside that. */
export interface DclSpawnRequest extends SpawnRequest {
  readonly prompt?: string | undefined;
  /** The processes created and left are named, where somebody types. */
  readonly isTold?: boolean;
  readonly notifies?: boolean;
  /** A failure that the subprocess ends with is displayed here once more. dcl.md §15 [R8] */
  readonly showsFailure?: boolean;
}

/** What a subprocess reads and writes, and nobody else: closed when it ends. */
interface Closable {
  close(): Promise<void>;
}

const NORMAL = SYSTEM.NORMAL.value;

export const subprocessesOf = (spawner: Spawner): Subprocesses => ({
  spawn: (request) => spawn(request, spawner),
  attach: (target) => attach(target, spawner.interpreter, false),
  get hasParent() {
    return spawner.interpreter.job.parentOf(spawner.interpreter) !== undefined;
  },
});

export async function attach(target: AttachTarget, interpreter: Interpreter, isTold: boolean): Promise<void> {
  const { job } = interpreter;
  const found = target.kind === 'parent' ? job.parentOf(interpreter) : job.find(target.name);
  if (found === undefined || found === interpreter) throw new Condition(SYSTEM.NONEXPR);
  job.attach(found);
  await job.untilForeground(interpreter);
  if (isTold && !isEnding(interpreter)) await tell(interpreter, 'RETURNED', interpreter.process.processName);
}

export async function spawn(request: DclSpawnRequest, spawner: Spawner): Promise<number> {
  const { interpreter } = spawner;
  const { process } = interpreter;
  const waits = request.waits !== false;
  const name = processName(request.processName, interpreter);
  const start = Promise.withResolvers<void>();
  const output = await openOutput(request.output, spawner);
  const closable: Closable[] = output === undefined ? [] : [output];
  let child: Subprocess;
  try {
    const input = await openInput(request.input, waits, spawner, closable);
    const { inheritsSymbols = true, inheritsLogicalNames = true, inheritsKeys = true } = request;
    child = startSubprocess(
      interpreter,
      { name, input, output, inheritsSymbols, inheritsLogicalNames, inheritsKeys },
      async (process) => {
        await start.promise;
        return work(process, request, closable);
      },
    );
  } catch (error) {
    await output?.close();
    throw error;
  }
  const isTold = request.isTold === true && interpreter.input.isTerminal && process.mode === 'INTERACTIVE';
  if (isTold) await tell(interpreter, 'SPAWNED', name);
  if (isTold && waits) await tell(interpreter, 'ATTACHED', name);
  if (waits) interpreter.job.attach(child.interpreter);
  start.resolve();
  if (waits) {
    const status = await waitFor(interpreter, child, isTold);
    if (request.showsFailure === true) await showOnceMore(interpreter, child.interpreter, status);
    return status;
  }
  if (request.notifies === true) {
    void child.done.then(() => process.terminal?.broadcast(`Subprocess ${name} has completed`));
  }
  return NORMAL;
}

/** The subprocess has the terminal until it ends, or until somebody attaches its parent again. */
async function waitFor(interpreter: Interpreter, child: Subprocess, isTold: boolean): Promise<number> {
  const { job, process } = interpreter;
  await job.untilForeground(interpreter);
  if (isTold && !isEnding(interpreter)) await tell(interpreter, 'RETURNED', process.processName);
  if (job.has(child.interpreter)) return NORMAL;
  return child.done;
}

/** The terminal does not return to a process that is being deleted: with its parent, or by STOP. */
const isEnding = ({ signal, isOver }: Interpreter): boolean => signal.aborted || isOver;

/** A failure that was displayed there without bit 28 is displayed here, too, with its arguments. dcl.md §15 [R8] */
async function showOnceMore(interpreter: Interpreter, child: Interpreter, status: number): Promise<void> {
  if (!isMessageDue(status)) return;
  const shown = child.lastShown;
  if (shown?.value === status) await interpreter.display(new Condition(shown.definition, shown.args));
  else await interpreter.displayStatus(status);
}

/** The command first, then what the input says; without either, the terminal until LOGOUT. */
async function work(
  child: Interpreter,
  request: DclSpawnRequest,
  closable: readonly Closable[],
): Promise<number> {
  const { command, input, prompt } = request;
  if (prompt !== undefined) child.prompt = prompt;
  try {
    if (command !== undefined) await runTypedCommand(child, command);
    if (child.isOver || (command !== undefined && input === undefined)) return child.status;
    return await runCommandStream(child);
  } finally {
    for (const each of closable) await each.close();
  }
}

/** Throws DUPLNAM. */
function processName(wanted: string | undefined, { job, process }: Interpreter): string {
  const name = wanted?.slice(0, 15);
  if (name === undefined) return job.nextName(process.account.userName);
  if (job.find(name) !== undefined) throw new Condition(SYSTEM.DUPLNAM);
  return name;
}

/** Without /WAIT nobody is there to type: a command, or /INPUT. */
async function openInput(
  named: string | undefined,
  waits: boolean,
  { interpreter, level }: Spawner,
  closable: Closable[],
): Promise<SessionInput | undefined> {
  const { process } = interpreter;
  if (named === undefined) return waits ? undefined : nullInput;
  const device = sessionDevice(named, process);
  if (device !== undefined) return inputOf(device, interpreter, level);
  const specification = await resolveFile(process, named, '.COM');
  try {
    await process.files.lookup(specification, 'read');
  } catch (error) {
    throw openFailure('OPENIN', specification, error);
  }
  const opened = createFileInput(interpreter, specification);
  closable.push(opened);
  return opened;
}

async function openOutput(
  named: string | undefined,
  { interpreter }: Spawner,
): Promise<FileOutput | undefined> {
  const { process } = interpreter;
  if (named === undefined) return undefined;
  const device = sessionDevice(named, process);
  if (device !== undefined) return keptOpen(outputOf(device, interpreter));
  const specification = await resolveFile(process, named, '.LOG');
  try {
    return createFileOutput(await process.files.create(specification));
  } catch (error) {
    throw openFailure('OPENOUT', specification, error);
  }
}

async function tell(interpreter: Interpreter, ident: 'SPAWNED' | 'ATTACHED' | 'RETURNED', name: string) {
  await interpreter.display(new Condition(DCL[ident], [name]));
}
