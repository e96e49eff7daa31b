/** ETRN, for whom it is; verbs/etrn.ts does it. Source: RFC 1985. */
import { isStranger } from '../session.ts';
import type { SmtpExtension } from './extension.ts';

export const etrn: SmtpExtension = {
  offered: (session) =>
    isStranger(session) || session.dependencies.queueManager.sendMail === undefined ? undefined : 'ETRN',
};
