/** SUBMIT: command procedures into a batch queue. Source: queues.md §6. */
import { defineVerb, type ParsedCommand } from '../command-definition/index.ts';
import { Condition, condition, JBC, type MessageDefinition, SYSTEM } from '../condition/index.ts';
import { parseFileSpecification } from '../file-specification/index.ts';
import type { BatchJob, JobReceipt, JobSubmission } from '../ports/batch.ts';
import type { FileEntry } from '../ports/file-system.ts';
import type { FileSelection } from '../system/file-selection.ts';
import type { VerbContext } from '../system/image.ts';
import { callerOf } from '../system/queue-requests.ts';
import { formatTime, parseVmsTime } from '../vms-time/index.ts';
import type { OperatorDeps } from './deps.ts';
import {
  characteristicsFor,
  defaultLog,
  givenFields,
  jobNameOf,
  jobQualifiers,
  priorityOf,
} from './job-qualifiers.ts';
import { SUBMIT } from './messages.ts';
import { queueName } from './show-queue.ts';

const DEFAULT_QUEUE = 'SYS$BATCH';

export const submitVerb = ({ queueManager, fileSelection }: OperatorDeps) =>
  defineVerb<VerbContext>({
    name: 'SUBMIT',
    summary: 'Has command procedures run by a batch queue.',
    source: 'DCL Dictionary, SUBMIT',
    parameters: [{ label: 'FILE', prompt: 'File', required: true, value: { type: '$INFILE', list: true } }],
    qualifiers: {
      ...jobQualifiers,
      ...fileSelection.qualifiers,
      AFTER: { value: { type: '$DATETIME', required: true }, summary: 'hold until this time' },
      DELETE: { summary: 'delete the files when the job has ended' },
      HOLD: { summary: 'hold until released' },
      IDENTIFY: { default: true, summary: 'say which job it is' },
      QUEUE: { negatable: false, value: { type: '$QUEUE', required: true }, summary: 'default SYS$BATCH' },
      USER: { negatable: false, value: { required: true }, summary: 'as the job of another user' },
    },
    disallow: [fileSelection.disallow],
    async routine(command, context) {
      const submission = await submissionOf(command, context, fileSelection, queueManager);
      // Every file was excluded, or declined at /CONFIRM.
      if (submission === undefined) return SYSTEM.NORMAL.value;
      const receipt = await asFailure(SUBMIT.CREJOB, async () =>
        (await queueManager()).submitJob(submission, callerOf(context)),
      );
      context.setSymbol('$ENTRY', String(receipt.entry));
      if (command.present('IDENTIFY'))
        for (const line of receiptLines(receipt)) await context.output.writeLine(line);
      return SYSTEM.NORMAL.value;
    },
  });

/** A condition of the job controller stands behind CREJOB; what the line itself has wrong is said as it is. */
export async function asFailure<T>(failure: MessageDefinition, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Condition) || error.definition.facility !== JBC.NOSUCHCHAR.facility) throw error;
    throw condition(failure).with(error);
  }
}

async function submissionOf(
  command: ParsedCommand,
  context: VerbContext,
  fileSelection: FileSelection,
  queueManager: OperatorDeps['queueManager'],
): Promise<JobSubmission | undefined> {
  const { process } = context;
  const priority = priorityOf(command);
  // With their versions: what is there now is what will run.
  const wanted = { texts: command.values('FILE'), defaults: '.COM', verb: 'SUBMIT', failure: SUBMIT.OPENIN };
  const files: FileEntry[] = [];
  for await (const file of fileSelection.files(command, context, wanted)) files.push(file);
  if (files.length === 0) return undefined;
  const jobName = jobNameOf(command) ?? parseFileSpecification(files[0]!.specification).name;
  const userName = command.value('USER') ?? process.account.userName;
  return {
    queueName: queueName(command.value('QUEUE') ?? DEFAULT_QUEUE, context),
    jobName,
    userName,
    sizeBytes: files.reduce((sum, { sizeBytes }) => sum + Math.ceil(sizeBytes / 512) * 512, 0),
    hold: command.present('HOLD'),
    ...(command.present('AFTER')
      ? { after: parseVmsTime(command.value('AFTER')!, process.clock.now()) }
      : {}),
    ...(priority === undefined ? {} : { priority }),
    batch: {
      ...usual,
      files: files.map(({ specification }) => specification),
      logSpecification: defaultLog(jobName),
      ...(command.present('DELETE') ? { deleteFiles: true } : {}),
      ...(await asFailure(SUBMIT.CREJOB, async () =>
        givenFields(
          command,
          context,
          jobName,
          command.present('CHARACTERISTICS') ? await characteristicsFor(command, await queueManager()) : [],
        ),
      )),
    },
  };
}

const usual: Omit<BatchJob, 'files' | 'logSpecification'> = {
  parameters: [],
  keep: false,
  printQueue: 'SYS$PRINT',
  notify: false,
  restart: false,
  retain: 'default',
  note: '',
};

/** queues.md §6: plain lines, without a facility. */
export function receiptLines({ entry, queueName: queue, jobName, ...job }: JobReceipt): readonly string[] {
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
