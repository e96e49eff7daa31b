/**
 * A batch job in this process: LOGINOUT and the procedures as its user, with the log as output. Source: queues.md §11.
 */
import { type Condition, condition, INHIBIT_MESSAGE, isCondition, SYSTEM } from '../../condition/index.ts';
import {
  accountingLines,
  createFileOutput,
  type DclSession,
  type FileOutput,
  messageText,
  nullFileOutput,
} from '../../dcl/index.ts';
import type { BatchProcesses, JobEnd, StartedJob } from '../../ports/batch.ts';
import type { SessionInput } from '../../ports/session-io.ts';
import type { Account } from '../../ports/system-store.ts';
import { LOGIN, refusalMessages } from '../../system/login-messages.ts';
import { loginRefusal } from '../../system/login-rules.ts';
import { printJobOf } from '../../system/print-submission.ts';
import type { ProcessContext } from '../../system/process.ts';
import { callerOf } from '../../system/queue-requests.ts';
import { resolveFileForCreate } from '../../system/resolve-file.ts';
import { formatTime } from '../../vms-time/index.ts';
import type { MailPart } from './mail-part.ts';
import { nodeCatalogue } from './message-catalogue.ts';
import type { NodeContext } from './node-context.ts';
import { runPrintJob } from './print-part.ts';
import { type RatedLog, ratedLog } from './rated-log.ts';
import { createSession, type SessionRequest } from './session-part.ts';

export interface BatchPart {
  readonly context: NodeContext;
  readonly mail: MailPart;
  readonly session: Pick<SessionRequest, 'serviceStates' | 'version'>;
}

/** Runs the job to its end. @param signal  aborted: what runs is stopped, and the log ends with the condition value that is the reason */
export async function runBatchJob(part: BatchPart, job: StartedJob, signal: AbortSignal): Promise<JobEnd> {
  try {
    const account = await batchAccount(part.context, job.userName);
    return completed(await runProcedures(part, job, account, signal));
  } catch (error) {
    if (isCondition(error)) return completed(error.value, error.message);
    part.context.log.error({ err: error, entry: job.entry }, 'a batch job failed');
    return completed(SYSTEM.ABORT.value);
  }
}

/** Jobs in this process: for a node that is one process. */
export const jobsInProcess = (part: BatchPart): BatchProcesses => ({
  run(job, onPhase) {
    if (job.output !== undefined) return runPrintJob(part.context, job, onPhase);
    const aborting = new AbortController();
    return { ended: runBatchJob(part, job, aborting.signal), abort: (status) => aborting.abort(status) };
  },
});

async function batchAccount({ systemStore, clock }: NodeContext, userName: string): Promise<Account> {
  const account = await systemStore.account(userName);
  if (account === undefined) throw condition(LOGIN.NOSUCHUSER);
  const refusal = loginRefusal(account, 'BATCH', clock.now());
  if (refusal !== undefined) throw condition(refusalMessages[refusal]);
  return account;
}

async function runProcedures(
  { context, mail, session: request }: BatchPart,
  job: StartedJob,
  account: Account,
  signal: AbortSignal,
): Promise<number> {
  const startedAt = context.clock.now();
  await context.systemStore.noteLogin(account.userName, 'nonInteractive', startedAt);
  const aborting = new AbortController();
  const either = AbortSignal.any([signal, aborting.signal]);
  let log: FileOutput = nullFileOutput;
  let logFile: string | undefined;
  let process: ProcessContext | undefined;
  let rated: RatedLog | undefined;
  const session = await createSession(context, mail, {
    ...request,
    account,
    batchEntry: job.entry,
    input: endOfInput,
    openOutput: async (itself) => {
      process = itself;
      ({ log, file: logFile } = await openLog(job, itself));
      rated = ratedLog(log, context.clock);
      itself.outputLog = rated;
      return log;
    },
    queueManager: async () => context.queueManager,
    signal: either,
  });
  const limit = watchCpuTime(job, context, () => aborting.abort());
  try {
    const ended = await eachProcedure(session, job);
    const stopped = signal.aborted
      ? stoppedWith(signal)
      : aborting.signal.aborted
        ? SYSTEM.EXCPUTIM.value
        : undefined;
    // Its procedures had no chance to say it. queues.md §11
    if (stopped !== undefined) await log.writeLine(messageText(stopped, nodeCatalogue, ''));
    const status = stopped ?? ended;
    // One that was stopped may begin again; as in print jobs, what was not processed stays.
    if (job.batch.deleteFiles && !signal.aborted && process !== undefined)
      await deleteFiles(job, context, process);
    await session.close();
    await writeTrailer(log, account.userName, context, startedAt);
    return status;
  } finally {
    limit.stop();
    rated?.stop();
    await log.close();
    if (process !== undefined && logFile !== undefined) await printLog(job, logFile, context, process);
  }
}

/** The condition value it was aborted with. */
const stoppedWith = ({ reason }: AbortSignal): number =>
  typeof reason === 'number' ? reason : SYSTEM.ABORT.value;

/** /PRINTER: the log is printed, and then deleted without /KEEP. What no queue takes stays. queues.md §6 */
async function printLog(
  { batch, jobName, entry }: StartedJob,
  logFile: string,
  { queueManager, log }: NodeContext,
  process: ProcessContext,
): Promise<void> {
  if (batch.printQueue === '') return;
  try {
    // Not what SYS$OUTPUT means by now: a procedure may have sent its output elsewhere.
    const { sizeBytes, specification: file } = await process.files.lookup(logFile, 'read');
    const job = printJobOf({
      queueName: batch.printQueue,
      jobName,
      userName: process.account.userName,
      files: [file],
      sizeBytes,
      deleteFiles: !batch.keep,
    });
    await queueManager.submitJob(job, callerOf({ process }));
  } catch (error) {
    if (!isCondition(error)) throw error;
    log.info({ entry, reason: error.message }, 'the log of a batch job was not printed');
  }
}

/** How often the processor time of a job with a limit is looked at. */
const WATCH_MS = 100;

/** What a job may use is gone: it ends. Of a node that is one process the time of all of it counts. queues.md §11 */
function watchCpuTime({ cpuLimitMs }: StartedJob, { node }: NodeContext, over: () => void) {
  if (cpuLimitMs === undefined) return { stop() {} };
  const before = node.usage().cpuMs;
  const timer = setInterval(() => {
    if (node.usage().cpuMs - before >= cpuLimitMs) over();
  }, WATCH_MS);
  return { stop: () => clearInterval(timer) };
}

/** /DELETE. What cannot be deleted stays: the job has ended as it has. */
async function deleteFiles({ batch, entry }: StartedJob, { log }: NodeContext, process: ProcessContext) {
  for (const file of batch.files) {
    try {
      await process.files.remove(file);
    } catch (error) {
      if (!isCondition(error)) throw error;
      log.info({ entry, file, reason: error.message }, 'a submitted file was not deleted');
    }
  }
}

/** One after the other, until one of them ends in an error. */
async function eachProcedure(session: DclSession, { batch }: StartedJob): Promise<number> {
  if (batch.isRestarting) session.setSymbol('$RESTART', 'TRUE');
  if (batch.restartValue !== undefined) session.setSymbol('BATCH$RESTART', batch.restartValue);
  await session.login();
  let { status } = session;
  for (const file of batch.files) {
    if (session.isOver || isError(status)) break;
    status = await session.batch(file, batch.parameters);
  }
  return status & ~INHIBIT_MESSAGE;
}

const isError = (status: number): boolean => (status & 7) === 2 || (status & 7) === 4;

/** Nobody answers, but the lines of the procedure. */
const endOfInput: SessionInput = { isTerminal: false, read: async () => ({ kind: 'endOfFile' }) };

/** The log is what SYS$OUTPUT and SYS$ERROR mean to the job when it begins. */
async function openLog(
  { batch }: StartedJob,
  process: ProcessContext,
): Promise<{ readonly log: FileOutput; readonly file?: string }> {
  if (batch.logSpecification === '') return { log: nullFileOutput };
  const file = resolveFileForCreate(process, batch.logSpecification, 'SYS$LOGIN:.LOG');
  if (/^_?NL(A0)?:/.test(file)) return { log: nullFileOutput };
  const writer = await process.files.create(file);
  for (const name of ['SYS$OUTPUT', 'SYS$ERROR'])
    await process.logicalNames.define(name, [writer.specification], { table: 'PROCESS', mode: 'EXECUTIVE' });
  return { log: createFileOutput(writer), file: writer.specification };
}

/** What LOGINOUT writes below everything else. */
async function writeTrailer(
  log: FileOutput,
  userName: string,
  { clock, node }: NodeContext,
  startedAt: number,
): Promise<void> {
  const now = clock.now();
  await log.writeLine(`  ${userName.padEnd(12)} job terminated at ${formatTime(now)}`);
  for (const line of accountingLines(node.usage(), Math.max(0, now - startedAt))) await log.writeLine(line);
}

const completed = (status: number, text?: Condition['message']): JobEnd => ({
  kind: 'completed',
  status,
  ...((status & 1) === 1 ? {} : { text: text ?? messageText(status, nodeCatalogue, '') }),
});
