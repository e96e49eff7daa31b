/**
 * DELIVERBY: mail that is to be there by an instant, or comes back (R); or whose sender is told when it is not (N). The symbiont
 * keeps to it. Source: RFC 2852.
 */
import type { SmtpExtension } from './extension.ts';
import { badParameter } from './replies.ts';

export const deliverBy: SmtpExtension = {
  offered: () => 'DELIVERBY',
  parameters: {
    BY(value, asked, { dependencies }) {
      const [, seconds, mode, trace] = /^([+-]?\d{1,9});([RN])(T?)$/i.exec(value) ?? [];
      if (seconds === undefined || mode === undefined) return badParameter;
      const isReturned = mode.toUpperCase() === 'R';
      // RFC 2852 §4: what is to come back has time left.
      if (isReturned && Number(seconds) <= 0) return badParameter;
      return {
        ...asked,
        envelope: {
          ...asked.envelope,
          deliverBy: {
            at: dependencies.clock.now() + Number(seconds) * 1_000,
            mode: isReturned ? 'R' : 'N',
            ...(trace === '' ? {} : { trace: true }),
          },
        },
      };
    },
  },
};
