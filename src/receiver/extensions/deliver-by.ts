/**
 * DELIVERBY: mail that is to be there by an instant, or comes back (R); or whose sender is told when it is not (N). The symbiont
 * keeps to it. Source: RFC 2852.
 */
import type { EnvelopeRequests } from '../../ports/delivery-requests.ts';
import type { SmtpExtension } from './extension.ts';
import { badParameter, unlessHeldTooLong } from './replies.ts';

export const deliverBy: SmtpExtension = {
  offered: () => 'DELIVERBY',
  parameters: {
    BY(value, asked, { dependencies }) {
      const [, seconds, mode, trace] = /^([+-]?\d{1,9});([RN])(T?)$/i.exec(value) ?? [];
      if (seconds === undefined || mode === undefined) return badParameter;
      const isReturned = mode.toUpperCase() === 'R';
      // RFC 2852 §4: what is to come back has time left.
      if (isReturned && Number(seconds) <= 0) return badParameter;
      const now = dependencies.clock.now();
      const deliverBy: EnvelopeRequests['deliverBy'] = {
        at: now + Number(seconds) * 1_000,
        mode: isReturned ? 'R' : 'N',
        ...(trace === '' ? {} : { trace: true }),
      };
      return unlessHeldTooLong({ ...asked, envelope: { ...asked.envelope, deliverBy } }, now);
    },
  },
};
