/** Mail for a command procedure: the symbiont hands it over, images/ make a file and a batch job of it. */
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
   * Resolves when the job stands in its queue. Rejects with what keeps it from that: it is tried again.
   * @param fileName  `TICKETS_12`: of the file the job finds the message in
   */
  hand(mail: ProcedureMail, fileName: string): Promise<void>;
}
