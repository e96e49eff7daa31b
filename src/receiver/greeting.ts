/** What a client is told first: the greeting, or why there is none for it. RFC 5321 §3.1; tcpip-smtp.md §6.1 */
import { type Reply, reply } from '../smtp/reply.ts';
import { formatInternetDate } from '../vms-time/index.ts';
import { clientRefusal } from './client-rules.ts';
import { type PolicyEvent, policyText } from './policy-event.ts';
import { connectionRefusal } from './rate-limits.ts';
import { noteRefusal, type Session } from './session.ts';

/** @returns 220; any other reply closes the connection. At once where no name server has to be asked */
export function greeting(session: Session): Reply | Promise<Reply> {
  const tooMuch = connectionRefusal(session);
  if (tooMuch !== undefined) return tooMuch;
  const refusal = clientRefusal(session);
  return refusal instanceof Promise
    ? refusal.then((known) => greetingUnless(known, session))
    : greetingUnless(refusal, session);
}

function greetingUnless(refusal: PolicyEvent | undefined, session: Session): Reply {
  if (refusal !== undefined) {
    noteRefusal(session, refusal);
    return reply(554, policyText(refusal, session.settings));
  }
  const { hostName, versionInfo, clock } = session.dependencies;
  // The blank before CRLF is the product's. tcpip-smtp.md §6.1
  return reply(220, `${hostName} ${versionInfo} ready at ${formatInternetDate(clock.now())} `);
}
