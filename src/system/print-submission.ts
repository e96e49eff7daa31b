/** A print job as a program makes it that is not PRINT: MAIL, the log of a batch job. Source: queues.md §6, §7. */
import { type JobSubmission, type PrintSettings, plainJob } from '../ports/batch.ts';
import type { PrintParameters } from '../ports/print-queues.ts';

/** What PRINT gives a job without a word: the form is that of the queue. */
export const usualPrintSettings: PrintSettings = { form: '', jobCount: 1, copies: 1 };

export interface ProgramPrintJob {
  readonly queueName: string;
  readonly jobName: string;
  readonly userName: string;
  readonly files: readonly string[];
  readonly sizeBytes: number;
  readonly deleteFiles: boolean;
  readonly parameters?: PrintParameters;
  readonly entry?: number;
}

export function printJobOf(job: ProgramPrintJob): JobSubmission {
  const { parameters: given = {}, entry } = job;
  const { form, copies, feed, header, space, burst, flag, trailer, setup } = given;
  return {
    queueName: job.queueName,
    jobName: given.jobName ?? job.jobName,
    userName: job.userName,
    sizeBytes: Math.ceil(job.sizeBytes / 512) * 512,
    ...(given.hold === undefined ? {} : { hold: given.hold }),
    ...(given.after === undefined ? {} : { after: given.after }),
    ...(entry === undefined ? {} : { entry }),
    batch: {
      ...plainJob,
      files: job.files,
      deleteFiles: job.deleteFiles,
      parameters: given.parameters ?? [],
      notify: given.notify ?? false,
      restart: true,
      print: {
        ...usualPrintSettings,
        form: form?.toUpperCase() ?? usualPrintSettings.form,
        copies: copies ?? 1,
        feed,
        header,
        space,
        burst,
        flag,
        trailer,
        setup,
      },
    },
  };
}
