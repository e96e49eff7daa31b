/** PRINT: files into an output queue. Source: queues.md §7. */
import { defineVerb, type ParsedCommand } from '../command-definition/index.ts';
import { SYSTEM } from '../condition/index.ts';
import { type JobSubmission, type PrintSettings, plainJob } from '../ports/batch.ts';
import type { FileEntry } from '../ports/file-system.ts';
import type { SelectedFile } from '../system/file-selection.ts';
import type { VerbContext } from '../system/image.ts';
import { usualPrintSettings } from '../system/print-submission.ts';
import { callerOf } from '../system/queue-requests.ts';
import type { OperatorDeps } from './deps.ts';
import { characteristicsFor, commonFields, commonQualifiers } from './job-qualifiers.ts';
import { asFailure, checkUser, entryFields, everyFile, sayReceipt } from './job-submission.ts';
import { PRINT } from './messages.ts';
import { oneFileFields, positionalPrintQualifiers, printFields } from './print-qualifiers.ts';

const DEFAULT_QUEUE = 'SYS$PRINT';

export const printVerb = ({ queueManager, fileSelection, systemStore }: OperatorDeps) =>
  defineVerb<VerbContext>({
    name: 'PRINT',
    summary: 'Has files printed by an output queue.',
    source: 'DCL Dictionary, PRINT',
    parameters: [{ label: 'FILE', prompt: 'File', required: true, value: { type: '$INFILE', list: true } }],
    qualifiers: {
      ...commonQualifiers,
      ...positionalPrintQualifiers,
      ...fileSelection.qualifiers,
      AFTER: { value: { type: '$DATETIME', required: true }, summary: 'hold until this time' },
      DELETE: { placement: 'positional', summary: 'delete the files when they have been printed' },
      DEVICE: {
        negatable: false,
        value: { type: '$QUEUE', required: true },
        summary: 'the same as /QUEUE',
      },
      HOLD: { summary: 'hold until released' },
      IDENTIFY: { default: true, summary: 'say which job it is' },
      QUEUE: { negatable: false, value: { type: '$QUEUE', required: true }, summary: 'default SYS$PRINT' },
      REMOTE: { summary: 'accepted for one node: there is no other' },
      USER: { negatable: false, value: { required: true }, summary: 'as the job of another user' },
    },
    disallow: [fileSelection.disallow, 'QUEUE AND DEVICE'],
    async routine(command, context) {
      const wanted = {
        texts: command.values('FILE'),
        defaults: '.LIS',
        verb: 'PRINT',
        failure: PRINT.OPENIN,
      };
      const files = await everyFile(fileSelection.files(command, context, wanted));
      if (files.length === 0) return SYSTEM.NORMAL.value;
      await checkUser(command, context, systemStore, PRINT.CREJOB);
      const receipt = await asFailure(PRINT.CREJOB, async () => {
        const manager = await queueManager();
        const known = await characteristicsFor(command, queueManager);
        const fields = { ...commonFields(command, context, known), print: printOf(command, files) };
        return manager.submitJob(submissionOf(command, context, files, fields), callerOf(context));
      });
      return sayReceipt(receipt, command, context);
    },
  });

function printOf(command: ParsedCommand, files: readonly SelectedFile[]): PrintSettings {
  const perFile = files.map(({ element }) => oneFileFields(command, element));
  const isOwn = perFile.some((each) => Object.keys(each).length > 0);
  return { ...usualPrintSettings, ...printFields(command), ...(isOwn ? { perFile } : {}) };
}

function submissionOf(
  command: ParsedCommand,
  context: VerbContext,
  files: readonly FileEntry[],
  fields: Partial<JobSubmission['batch']>,
): JobSubmission {
  const queue = command.value('QUEUE') ?? command.value('DEVICE') ?? DEFAULT_QUEUE;
  return {
    ...entryFields(command, context, files, queue),
    batch: {
      ...plainJob,
      files: files.map(({ specification }) => specification),
      // Print jobs do, without a word. queues.md §10
      restart: true,
      ...(command.present('DELETE') ? { deleteFiles: true } : {}),
      ...fields,
    },
  };
}
