/** SUBMIT: command procedures into a batch queue. Source: queues.md §6. */
import { defineVerb, type ParsedCommand } from '../command-definition/index.ts';
import { SYSTEM } from '../condition/index.ts';
import { type JobSubmission, plainJob } from '../ports/batch.ts';
import type { FileSelection } from '../system/file-selection.ts';
import type { VerbContext } from '../system/image.ts';
import { callerOf } from '../system/queue-requests.ts';
import type { OperatorDeps } from './deps.ts';
import { characteristicsFor, defaultLog, givenFields, jobQualifiers } from './job-qualifiers.ts';
import { asFailure, checkUser, entryFields, everyFile, sayReceipt } from './job-submission.ts';
import { SUBMIT } from './messages.ts';

const DEFAULT_QUEUE = 'SYS$BATCH';

export const submitVerb = ({ queueManager, fileSelection, systemStore }: OperatorDeps) =>
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
      await checkUser(command, context, systemStore, SUBMIT.CREJOB);
      const receipt = await asFailure(SUBMIT.CREJOB, async () =>
        (await queueManager()).submitJob(submission, callerOf(context)),
      );
      return sayReceipt(receipt, command, context);
    },
  });

async function submissionOf(
  command: ParsedCommand,
  context: VerbContext,
  fileSelection: FileSelection,
  queueManager: OperatorDeps['queueManager'],
): Promise<JobSubmission | undefined> {
  // With their versions: what is there now is what will run.
  const wanted = { texts: command.values('FILE'), defaults: '.COM', verb: 'SUBMIT', failure: SUBMIT.OPENIN };
  const files = await everyFile(fileSelection.files(command, context, wanted));
  if (files.length === 0) return undefined;
  const entry = entryFields(command, context, files, command.value('QUEUE') ?? DEFAULT_QUEUE);
  const { jobName } = entry;
  return {
    ...entry,
    batch: {
      ...plainJob,
      printQueue: 'SYS$PRINT',
      files: files.map(({ specification }) => specification),
      logSpecification: defaultLog(jobName),
      ...(command.present('DELETE') ? { deleteFiles: true } : {}),
      ...(await asFailure(SUBMIT.CREJOB, async () =>
        givenFields(command, context, jobName, await characteristicsFor(command, queueManager)),
      )),
    },
  };
}
