/** LIMITS: what a client would otherwise find out by being refused. Source: RFC 9422. */
import type { SmtpExtension } from './extension.ts';

export const limits: SmtpExtension = {
  offered: ({ settings }) => `LIMITS RCPTMAX=${settings.recipientLimit}`,
};
