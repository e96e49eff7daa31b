/** The extensions that are tables: their lines of EHLO, and their parameters of MAIL. */
import { type Reply, reply } from '../../smtp/reply.ts';
import type { Session } from '../session.ts';
import { deliverBy } from './deliver-by.ts';
import { etrn } from './etrn.ts';
import type { SmtpExtension, SubmissionRequests } from './extension.ts';
import { futureRelease } from './future-release.ts';
import { limits } from './limits.ts';
import { mtPriority } from './mt-priority.ts';
import { smtpUtf8 } from './smtputf8.ts';

export { isReply, type SubmissionRequests } from './extension.ts';

const all: readonly SmtpExtension[] = [smtpUtf8, deliverBy, futureRelease, mtPriority, etrn, limits];

export const extensionLines = (session: Session): readonly string[] =>
  all.flatMap(({ offered }) => offered(session) ?? []);

/** A parameter of MAIL: what is asked with it, or the reply that refuses it. @param name  upper case */
export function extensionParameter(
  name: string,
  value: string,
  asked: SubmissionRequests,
  session: Session,
): SubmissionRequests | Reply {
  const extension = all.find(({ parameters }) => parameters !== undefined && Object.hasOwn(parameters, name));
  // RFC 5321 §4.1.1.11: after HELO none is known.
  if (extension === undefined || !session.isExtended || extension.offered(session) === undefined)
    return reply(555, 'Command parameter not implemented', '5.5.4');
  return extension.parameters![name]!(value, asked, session);
}
