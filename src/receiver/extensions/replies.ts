/** Replies that extensions share. */
import { reply } from '../../smtp/reply.ts';
import type { SubmissionRequests } from './extension.ts';

/** To a value that cannot be read. */

export const badParameter = reply(501, 'Syntax error in parameters or arguments', '5.5.4');

/**
 * Mail that is to be there by an instant (RFC 2852) and is held until that, or beyond (RFC 4865), could only come back late: who sends
 * it hears so at once. The order of the two parameters says nothing.
 */
export const unlessHeldTooLong = (
  asked: SubmissionRequests,
  now: number,
): SubmissionRequests | ReturnType<typeof reply> => {
  const { after, envelope } = asked;
  const isHeldTooLong =
    after !== undefined && after > now && envelope?.deliverBy !== undefined && envelope.deliverBy.at <= after;
  return isHeldTooLong ? reply(501, 'Delivery time is not after the release time', '5.5.4') : asked;
};
