/**
 * Print queues of the node for programs that make a job piece by piece: the text is a file of the user's until it is printed.
 * Source: queues.md §7; vms-mail.md §2.24.
 */
import { condition, JBC } from '../../condition/index.ts';
import { safeLine } from '../../mime/safe-text.ts';
import type { OpenPrintJob, PrintParameters, PrintQueues } from '../../ports/print-queues.ts';
import type { QueueManager } from '../../ports/queue-manager.ts';
import { printJobOf } from '../../system/print-submission.ts';
import type { ProcessContext } from '../../system/process.ts';
import { callerOf } from '../../system/queue-requests.ts';
import { resolveFileForCreate } from '../../system/resolve-file.ts';

/** What MAIL calls its job. */
const JOB_NAME = 'MAIL';

/** Throws JOBQUEDIS where no node runs, INCQUETYP for a queue of another kind, NOSUCHQUE, NOSUCHFORM. */
export const nodePrintQueues = (
  queueManager: () => Promise<Pick<QueueManager, 'reserveJob' | 'submitJob' | 'definitions'>>,
  process: ProcessContext,
): PrintQueues => ({
  async createJob(queueName, userName, given) {
    const manager = await queueManager();
    const submission = (parameters: PrintParameters, more: { files: string[]; sizeBytes: number }) =>
      printJobOf({ queueName, jobName: JOB_NAME, userName, deleteFiles: true, parameters, ...more });
    const nothing = { files: [], sizeBytes: 0 };
    const entry = await manager.reserveJob(submission(given, nothing), callerOf({ process }));
    const name = resolveFileForCreate(process, `SYS$SCRATCH:MAIL_${entry}.TMP`, 'SYS$LOGIN:');
    const writer = await process.files.create(name);
    let parameters = given;
    return {
      entry,
      queueName,
      // What strangers wrote steers no printer, and nobody's terminal that looks at what was printed.
      write: (record) => writer.write(safeLine(record)),
      async alter(changes) {
        const { forms } = await manager.definitions();
        const { form } = changes;
        if (form !== undefined && !forms.some(({ name }) => name === form.toUpperCase()))
          throw condition(JBC.NOSUCHFORM);
        parameters = { ...parameters, ...changes };
      },
      async close() {
        await writer.close();
        const { sizeBytes } = await process.files.lookup(writer.specification);
        const files = [writer.specification];
        const job = { ...submission(parameters, { files, sizeBytes }), entry };
        await manager.submitJob(job, callerOf({ process }));
      },
      async cancel() {
        await writer.close();
        await process.files.remove(writer.specification);
      },
    } satisfies OpenPrintJob;
  },
});
