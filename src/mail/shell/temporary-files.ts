/** Names of the temporary files of MAIL: `MAIL_08C8_SEND.TMP`. Source: vms-mail.md §2.4, §3.5. */
import type { MailSession } from './mail-session.ts';

/** @param what  SEND, COMPRESS, … ; the number is that of the process */
export const temporaryFileName = ({ image: { process } }: MailSession, what: string): string =>
  `MAIL_${process.pid.slice(-4)}_${what}.TMP`;
