/** SPAWN and ATTACH. Source: dcl.md §15. */
import { DCL, type ParsedCommand } from '../../command-definition/index.ts';
import { Condition, INHIBIT_MESSAGE, isSuccess, SYSTEM } from '../../condition/index.ts';
import type { SessionInput } from '../../ports/session-io.ts';
import { resolveFile } from '../../system/resolve-file.ts';
import { openFailure } from '../call.ts';
import { runCommandStream, runTypedCommand } from '../command-stream.ts';
import { nullInput } from '../data-lines.ts';
import { deviceOf, inputOf, outputOf } from '../devices.ts';
import { createFileInput } from '../file-input.ts';
import { createFileOutput, type FileOutput, keptOpen } from '../file-output.ts';
import type { Interpreter } from '../interpreter.ts';
import { type Subprocess, startSubprocess } from '../subprocess.ts';
import type { CoreContext } from '../verb.ts';
import { type CoreVerb, NORMAL } from './core-verb.ts';

/** What a subprocess reads and writes, and nobody else: closed when it ends. */
interface Closable {
  close(): Promise<void>;
}

const negatable = { default: true } as const;
const text = { negatable: false, value: { required: true } } as const;
const file = { negatable: false, value: { required: true, type: '$FILE' } } as const;

export const subprocessVerbs: readonly CoreVerb[] = [
  {
    name: 'SPAWN',
    summary: 'Creates a subprocess: for one command, or with a prompt of its own.',
    parameters: [{ label: 'COMMAND', value: { type: '$REST_OF_LINE' } }],
    qualifiers: {
      CARRIAGE_CONTROL: {},
      CLI: text,
      INPUT: file,
      KEYPAD: negatable,
      LOG: negatable,
      LOGICAL_NAMES: negatable,
      NOTIFY: {},
      OUTPUT: file,
      PROCESS: text,
      PROMPT: { negatable: false, value: { default: '$ ', verbatim: true } },
      SYMBOLS: negatable,
      TABLE: text,
      TRUSTED: {},
      WAIT: negatable,
    },
    routine: spawn,
  },
  {
    name: 'ATTACH',
    summary: 'Gives the terminal to another process of the job.',
    parameters: [{ label: 'PROCESS_NAME' }],
    qualifiers: { IDENTIFICATION: text, PARENT: { negatable: false } },
    routine: async (command, { interpreter }) => {
      const target = attachTarget(command, interpreter);
      if (target === undefined || target === interpreter) throw new Condition(SYSTEM.NONEXPR);
      interpreter.job.attach(target);
      await interpreter.job.untilForeground(interpreter);
      await tell(interpreter, 'RETURNED', interpreter.process.processName);
      return NORMAL;
    },
  },
];

function attachTarget(command: ParsedCommand, interpreter: Interpreter): Interpreter | undefined {
  const { job } = interpreter;
  if (command.present('PARENT')) return job.parentOf(interpreter);
  const pid = command.value('IDENTIFICATION');
  if (pid !== undefined) return job.find(pid.padStart(8, '0'));
  const name = command.value('PROCESS_NAME');
  if (name === undefined) throw new Condition(DCL.INSFPRM);
  return job.find(name);
}

async function spawn(command: ParsedCommand, context: CoreContext): Promise<number> {
  const { interpreter, process } = context;
  if (process.account.flags.includes('CAPTIVE') && !command.present('TRUSTED')) {
    throw new Condition(DCL.CAPTSPAWN);
  }
  const waits = !command.negated('WAIT');
  if (command.present('NOTIFY') && (waits || process.mode === 'BATCH')) throw new Condition(DCL.NOTIFY);
  const name = processName(command, interpreter);
  const start = Promise.withResolvers<void>();
  const output = await openOutput(command.value('OUTPUT'), context);
  const closable: Closable[] = output === undefined ? [] : [output];
  let child: Subprocess;
  try {
    const input = await openInput(command, waits, context, closable);
    const inheritsSymbols = !command.negated('SYMBOLS');
    const inheritsLogicalNames = !command.negated('LOGICAL_NAMES');
    const inheritsKeys = !command.negated('KEYPAD');
    child = startSubprocess(
      interpreter,
      { name, input, output, inheritsSymbols, inheritsLogicalNames, inheritsKeys },
      async (process) => {
        await start.promise;
        return work(process, command, closable);
      },
    );
  } catch (error) {
    await output?.close();
    throw error;
  }
  const isTold = !command.negated('LOG') && interpreter.input.isTerminal && process.mode === 'INTERACTIVE';
  if (isTold) await tell(interpreter, 'SPAWNED', name);
  if (isTold && waits) await tell(interpreter, 'ATTACHED', name);
  if (waits) interpreter.job.attach(child.interpreter);
  start.resolve();
  if (waits) return waitFor(interpreter, child, isTold);
  if (command.present('NOTIFY')) void child.done.then(() => notify(context, name));
  return NORMAL;
}

/** The subprocess has the terminal until it ends, or until somebody attaches its parent again. */
async function waitFor(interpreter: Interpreter, child: Subprocess, isTold: boolean): Promise<number> {
  const { job, process } = interpreter;
  await job.untilForeground(interpreter);
  if (isTold) await tell(interpreter, 'RETURNED', process.processName);
  if (job.has(child.interpreter)) return NORMAL;
  const status = await child.done;
  // A failure that was displayed there without bit 28 is displayed here once more, with its arguments. dcl.md §15 [R8]
  if (isSuccess(status) || (status & INHIBIT_MESSAGE) !== 0) return status;
  const shown = child.interpreter.lastShown;
  if (shown?.value === status) await interpreter.display(new Condition(shown.definition, shown.args));
  else await interpreter.displayStatus(status);
  return status;
}

/** The command first, then what the input says; without either, the terminal until LOGOUT. */
async function work(
  child: Interpreter,
  command: ParsedCommand,
  closable: readonly Closable[],
): Promise<number> {
  const prompt = command.value('PROMPT');
  const line = command.value('COMMAND');
  if (command.present('PROMPT')) child.prompt = unquoted(prompt ?? '$ ');
  try {
    if (line !== undefined) await runTypedCommand(child, line);
    if (child.isOver || (line !== undefined && !command.present('INPUT'))) return child.status;
    return await runCommandStream(child);
  } finally {
    for (const each of closable) await each.close();
  }
}

const unquoted = (value: string): string => value.replace(/^"(.*)"$/s, '$1').replaceAll('""', '"');

/** Throws DUPLNAM. */
function processName(command: ParsedCommand, { job, process }: Interpreter): string {
  const name = command.value('PROCESS')?.slice(0, 15);
  if (name === undefined) return job.nextName(process.account.userName);
  if (job.find(name) !== undefined) throw new Condition(SYSTEM.DUPLNAM);
  return name;
}

/** Without /WAIT nobody is there to type: a command, or /INPUT. */
async function openInput(
  command: ParsedCommand,
  waits: boolean,
  { interpreter, level, process }: CoreContext,
  closable: Closable[],
): Promise<SessionInput | undefined> {
  const named = command.value('INPUT');
  if (named === undefined) return waits ? undefined : nullInput;
  const device = deviceOf(named, process);
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
  { process, interpreter }: CoreContext,
): Promise<FileOutput | undefined> {
  if (named === undefined) return undefined;
  const device = deviceOf(named, process);
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

function notify({ process }: CoreContext, name: string): void {
  process.terminal?.broadcast(`Subprocess ${name} has completed`);
}
