/**
 * The print job of a session: messages go into it one after the other, and it is released when MAIL is left or PRINT/NOW says
 * so. Source: vms-mail.md §2.24.
 */
import { Condition, condition, JBC } from '../../condition/index.ts';
import { safeText } from '../../mime/safe-text.ts';
import type { OpenPrintJob, PrintParameters, PrintQueues } from '../../ports/print-queues.ts';
import { MAIL, type Message, SCREEN } from '../index.ts';
import type { MailSession } from './mail-session.ts';
import { screenMessage } from './screen-message.ts';
import { screenText } from './screen-text.ts';
import { datedHeaderLines } from './screens.ts';

/** Where a system has none. */
const noQueues: PrintQueues = {
  createJob: async () => {
    throw condition(JBC.NOSUCHQUE);
  },
};

export class SessionPrintJob {
  readonly #queues: PrintQueues;
  #job: OpenPrintJob | undefined;
  #messages = 0;
  /** Of the store: PRINT/NOW does not print again what was printed just before. */
  #last: number | undefined;

  constructor(queues: PrintQueues | undefined) {
    this.#queues = queues ?? noQueues;
  }

  get queueName(): string | undefined {
    return this.#job?.queueName;
  }
  get isOpen(): boolean {
    return this.#job !== undefined;
  }
  /** The message that was printed last, in a job that is still open. */
  get last(): number | undefined {
    return this.#job === undefined ? undefined : this.#last;
  }

  /** The job there is, altered, or a new one. Throws CREPRIJOB, ALTPRIJOB. */
  async open(queueName: string, userName: string, parameters: PrintParameters): Promise<void> {
    const job = this.#job;
    if (job !== undefined) {
      if (Object.values(parameters).every((each) => each === undefined)) return;
      await because(condition(MAIL.ALTPRIJOB, job.entry, safeText(job.queueName)), () =>
        job.alter(parameters),
      );
      return;
    }
    this.#job = await because(condition(MAIL.CREPRIJOB, safeText(queueName)), () =>
      this.#queues.createJob(queueName, userName, parameters),
    );
    this.#messages = 0;
  }

  async add(message: Message): Promise<void> {
    const job = this.#job!;
    await because(condition(MAIL.ALTPRIJOB, job.entry, safeText(job.queueName)), async () => {
      if (this.#messages > 0) await job.write('\f');
      for (const line of datedHeaderLines(screenMessage(message))) await job.write(line);
      for await (const line of message.lines()) await job.write(line);
    });
    this.#messages += 1;
    this.#last = message.id;
  }

  /** `  Job 123 entered on queue SYS$PRINT`; nothing where there is no job. */
  async release(session: MailSession): Promise<void> {
    const job = this.#job;
    if (job === undefined) return;
    this.#job = undefined;
    await because(condition(MAIL.ALTPRIJOB, job.entry, safeText(job.queueName)), () => job.close());
    await session.write(screenText(SCREEN.JOBENTERED, job.entry, safeText(job.queueName)));
  }

  async cancel(): Promise<void> {
    const job = this.#job;
    this.#job = undefined;
    await job?.cancel();
  }
}

async function because<T>(failure: Condition, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Condition && error.definition.facility === 'JBC' ? failure.with(error) : error;
  }
}
