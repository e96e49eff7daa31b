/** Mail for a command procedure: the symbiont hands it over, images/ make a file and a batch job of it. */
import type { SubmissionKey } from './batch.ts';
import type { MessageText } from './message-text.ts';

export interface ProcedureMail {
  /** Name of the alias; the job is called so. */
  readonly name: string;
  readonly userName: string;
  /** As the manager wrote it. */
  readonly procedure: string;
  readonly queueName: string;
  readonly reversePath: string;
  readonly text: MessageText;
}

export interface MailProcedures {
  /**
   * Resolves when the job stands in its queue, and has been put there once: what is handed again under the same key is done.
   * Rejects with what keeps it from that: it is tried again.
   * @param key  of its entry number and the name of the alias the file is made in which the job
   *   finds the message: `TICKETS_12`
   */
  hand(mail: ProcedureMail, key: SubmissionKey): Promise<void>;
}
