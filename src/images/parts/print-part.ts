/**
 * The print symbiont: a job of an output queue in this process. Files are read as the user whose job it is may; what is printed
 * goes where the system manager sends the device of the queue. Source: queues.md §1, §7.
 */
import { openPrinterCommand } from '../../adapters/node/printer-command.ts';
import { condition, isCondition, JBC, SYSTEM } from '../../condition/index.ts';
import { messageText } from '../../dcl/index.ts';
import type { JobEnd, JobPhase, RunningJob, StartedJob } from '../../ports/batch.ts';
import type { Printer } from '../../ports/printer.ts';
import { failureStatus, PrintSuspension, printJob, watchedPrinter } from '../../symbiont/print/index.ts';
import { isFileDeleted } from '../../system/file-print-settings.ts';
import { PRINT_DIRECTORY, PRINTERS_FILE, printerOf } from '../../system/printer-definitions.ts';
import { createProcessContext } from '../../system/process-context.ts';
import { nodeCatalogue } from './message-catalogue.ts';
import type { NodeContext } from './node-context.ts';

/** Prints the job. `ended` never rejects. */
export function runPrintJob(
  context: NodeContext,
  job: StartedJob,
  onPhase: (phase: JobPhase) => void,
): RunningJob {
  const aborting = new AbortController();
  const suspension = new PrintSuspension(onPhase);
  return {
    ended: printed(context, job, suspension, aborting.signal, onPhase),
    abort: () => aborting.abort(),
    pause: () => suspension.pause(),
    resume: (position) => suspension.resume(position),
  };
}

async function printed(
  context: NodeContext,
  job: StartedJob,
  suspension: PrintSuspension,
  signal: AbortSignal,
  onPhase: (phase: JobPhase) => void,
): Promise<JobEnd> {
  try {
    const files = await filesOf(context, job.userName);
    const opened = await openPrinter(context, job);
    if (opened === undefined) return { kind: 'deviceUnavailable' };
    onPhase('running');
    const printer = watchedPrinter(opened, context.clock, (isStalled) =>
      onPhase(isStalled ? 'stalled' : 'running'),
    );
    await printJob(job, { files, printer, clock: context.clock, suspension, signal });
    // One that is printed twice is there once.
    const done = job.batch.files.filter((_, index) => isFileDeleted(job.batch, index));
    for (const file of new Set(done)) await files.remove(file);
    return { kind: 'completed', status: JBC_NORMAL };
  } catch (error) {
    if (!isCondition(error)) context.log.error({ err: error, entry: job.entry }, 'a print job failed');
    const status = failureStatus(error);
    const text = isCondition(error) ? error.message : messageText(status, nodeCatalogue, '');
    return { kind: 'completed', status, text };
  }
}

const JBC_NORMAL = condition(JBC.NORMAL).value;

async function filesOf({ systemStore, clock, files, configuration, node }: NodeContext, userName: string) {
  const account = await systemStore.account(userName);
  if (account === undefined) throw condition(SYSTEM.NOPRIV);
  const { nodeName } = configuration;
  const mode = 'OTHER';
  return (await createProcessContext({ account, mode, nodeName, clock, files, systemStore, node })).files;
}

/** @returns undefined where the program of the device is not there */
async function openPrinter(context: NodeContext, job: StartedJob): Promise<Printer | undefined> {
  const device = job.output?.device ?? job.queueName;
  const definition = printerOf(device, await definitionLines(context));
  switch (definition.kind) {
    case 'command':
      return openPrinterCommand(definition.command, context.log);
    case 'directory':
      return openListing(context, definition.directory, job);
    case 'mistake':
      context.log.warn({ device, line: definition.line }, 'a printer is defined as nothing');
      throw condition(JBC.ILLDEVNAM);
  }
}

async function definitionLines({ files }: NodeContext): Promise<readonly string[]> {
  try {
    const reader = await files.openRead(PRINTERS_FILE);
    const lines: string[] = [];
    for (let line = await reader.read(); line !== undefined; line = await reader.read()) lines.push(line);
    await reader.close();
    return lines;
  } catch (error) {
    if (isCondition(error)) return [];
    throw error;
  }
}

/** `DKA0:[SYSPRINT]SYS$PRINT_12.LIS`, of SYSTEM: nobody reads what others print. */
async function openListing(
  { files }: NodeContext,
  directory: string,
  { queueName, entry }: StartedJob,
): Promise<Printer> {
  const header = { owner: { group: 1, member: 4 }, protection: privateProtection };
  if (directory === PRINT_DIRECTORY && !(await files.directoryExists(directory)))
    await files.createDirectory(directory, header);
  const writer = await files.create(`${directory}${queueName}_${entry}.LIS`, header);
  let rest = '';
  return {
    async write(text) {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      for (const line of lines) await writer.write(line);
    },
    async close() {
      if (rest !== '') await writer.write(rest);
      await writer.close();
    },
    async cancel() {
      await writer.close();
      await files.remove(writer.specification);
    },
  };
}

const privateProtection = { system: 'RWED', owner: 'RWED', group: '', world: '' };
