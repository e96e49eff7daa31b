/** What SUBMIT and PRINT have in common: the entry of a job, and what is said when it is in the queue. Source: queues.md §6, §7. */
import type { ParsedCommand } from '../command-definition/index.ts';
import {
  Condition,
  condition,
  conditionLines,
  JBC,
  type MessageDefinition,
  RMS,
  SYSTEM,
} from '../condition/index.ts';
import { parseFileSpecification } from '../file-specification/index.ts';
import type { JobReceipt, JobSubmission } from '../ports/batch.ts';
import type { FileEntry } from '../ports/file-system.ts';
import type { VerbContext } from '../system/image.ts';
import { formatTime, parseVmsTime } from '../vms-time/index.ts';
import type { OperatorDeps } from './deps.ts';
import { jobNameOf, priorityOf } from './job-qualifiers.ts';
import { queueName } from './show-queue.ts';

/** @param files  at least one; the first gives the job its name @param queue  as typed */
export function entryFields(
  command: ParsedCommand,
  context: VerbContext,
  files: readonly FileEntry[],
  queue: string,
): Omit<JobSubmission, 'batch'> {
  const { process } = context;
  const priority = priorityOf(command);
  return {
    queueName: queueName(queue, context),
    jobName: jobNameOf(command) ?? parseFileSpecification(files[0]!.specification).name,
    userName: command.value('USER') ?? process.account.userName,
    sizeBytes: files.reduce((sum, { sizeBytes }) => sum + Math.ceil(sizeBytes / 512) * 512, 0),
    hold: command.present('HOLD'),
    ...(command.present('AFTER')
      ? { after: parseVmsTime(command.value('AFTER')!, process.clock.now()) }
      : {}),
    ...(priority === undefined ? {} : { priority }),
  };
}

/** /USER=name of somebody who may. Throws RMS RNF behind `failure` where nobody is called so. */
export async function checkUser(
  command: ParsedCommand,
  { process }: VerbContext,
  systemStore: OperatorDeps['systemStore'],
  failure: MessageDefinition,
): Promise<void> {
  const name = command.value('USER');
  // Who may not learns no more than that.
  if (name === undefined || !process.privileges.has('CMKRNL')) return;
  if ((await (await systemStore()).account(name.toUpperCase())) === undefined)
    throw condition(failure).with(condition(RMS.RNF));
}

/** Every file of a selection; none when all were excluded, or declined at /CONFIRM. */
export async function everyFile<T>(selected: AsyncIterable<T>): Promise<readonly T[]> {
  const files: T[] = [];
  for await (const file of selected) files.push(file);
  return files;
}

/** $ENTRY, and unless /NOIDENTIFY the receipt. */
export async function sayReceipt(
  receipt: JobReceipt,
  command: ParsedCommand,
  context: VerbContext,
): Promise<number> {
  context.setSymbol('$ENTRY', String(receipt.entry));
  if (command.present('IDENTIFY'))
    for (const line of receiptLines(receipt)) await context.output.writeLine(line);
  if ((receipt.priority ?? Number.POSITIVE_INFINITY) < (priorityOf(command) ?? 0))
    for (const line of conditionLines(condition(JBC.PRIOSMALL))) await context.error.writeLine(line);
  return SYSTEM.NORMAL.value;
}

/** A condition of the job controller stands behind CREJOB; what the line itself has wrong is said as it is. */
export async function asFailure<T>(failure: MessageDefinition, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Condition) || error.definition.facility !== JBC.NOSUCHCHAR.facility) throw error;
    throw condition(failure).with(error);
  }
}

/** queues.md §6: plain lines, without a facility. */
function receiptLines({ entry, queueName: queue, jobName, ...job }: JobReceipt): readonly string[] {
  const line = `Job ${jobName} (queue ${queue}, entry ${entry})`;
  switch (job.state) {
    case 'executing':
      return [`${line} started on ${job.startedOn ?? queue}`];
    case 'holding':
      return [`${line} holding`];
    case 'holdingUntil':
      return [`${line} holding until ${formatTime(job.after!).slice(0, 17)}`];
    case 'pending':
      return [`${line} pending`, `     pending status caused by ${job.pendingReason}`];
  }
}
