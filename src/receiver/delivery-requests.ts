/** What the transaction asks for beside delivery, as the queue keeps it. Source: RFC 3461, RFC 8689. */
import type { EnvelopeRequests, RecipientRequests } from '../ports/delivery-requests.ts';
import type { MailTransaction } from './session.ts';

export function requestsOf({ requests, forwardPaths }: MailTransaction): {
  readonly requests?: EnvelopeRequests;
} {
  const recipients: Record<number, RecipientRequests> = {};
  let isAsked = Object.keys(requests).length > 0;
  for (const [index, asked] of [...forwardPaths.values()].entries()) {
    if (asked === undefined) continue;
    recipients[index] = asked;
    isAsked = true;
  }
  return isAsked ? { requests: { ...requests, recipients } } : {};
}
