/** The part of a report that machines read. Source: RFC 3464 §2, RFC 3461 §6.3, RFC 6533 §3. */
import { fromXtext } from '../../smtp/delivery-requests.ts';
import { printable } from '../../smtp/reply.ts';
import { formatInternetDate } from '../../vms-time/index.ts';
import type { DeliveryReport, ReportedRecipient } from './delivery-report.ts';
import { isAscii, oneLine } from './one-line.ts';
import { statusOf } from './reply-explanations.ts';

/** Lines of its fields: those of the message, then those of each recipient, with an empty line behind each group. */
export function statusReport(report: DeliveryReport): string[] {
  const { assignment, recipients, hostName } = report;
  const envelopeId = assignment.requests?.envelopeId;
  return [
    ...(envelopeId === undefined ? [] : [`Original-Envelope-Id: ${oneLine(fromXtext(envelopeId))}`]),
    `Reporting-MTA: dns; ${hostName}`,
    `Arrival-Date: ${formatInternetDate(assignment.submittedAt)}`,
    '',
    ...recipients.flatMap((each) => [...recipientFields(each, report), '']),
  ];
}

function recipientFields(recipient: ReportedRecipient, { now, retriedUntil }: DeliveryReport): string[] {
  const { forwardPath, action, host, reply, originalRecipient } = recipient;
  return [
    ...(originalRecipient === undefined ? [] : [`Original-Recipient: ${original(originalRecipient)}`]),
    `Final-Recipient: ${isAscii(forwardPath) ? 'rfc822' : 'utf-8'}; ${oneLine(forwardPath)}`,
    `Action: ${action}`,
    `Status: ${status(recipient)}`,
    ...(host === undefined ? [] : [`Remote-MTA: dns; ${oneLine(host)}`]),
    // RFC 3464 §2.3.6: `smtp` only for what an SMTP server says; ours have the same form.
    ...(reply === undefined
      ? []
      : [`Diagnostic-Code: ${/^[2-5][0-9]{2}\b/.test(reply) ? 'smtp' : 'X-OpenVMS'}; ${printable(reply)}`]),
    `Last-Attempt-Date: ${formatInternetDate(now)}`,
    // RFC 3464 §2.3.9
    ...(retriedUntil === undefined ? [] : [`Will-Retry-Until: ${formatInternetDate(retriedUntil)}`]),
  ];
}

/** `rfc822;xtext` as the field has it. RFC 3464 §2.3.1 */
function original(originalRecipient: string): string {
  const [, type = '', address = ''] = /^([^;]*);(.*)$/s.exec(originalRecipient) ?? [];
  return `${type}; ${oneLine(fromXtext(address))}`;
}

/** RFC 3464 §2.3.4: 2 for what went well, 4 for a delay. */
function status({ action, reply = '', hasExpired }: ReportedRecipient): string {
  switch (action) {
    case 'failed':
      return statusOf(reply, hasExpired);
    case 'delayed': {
      const own = statusOf(reply, false);
      return own.startsWith('4.') ? own : '4.0.0';
    }
    case 'delivered':
    case 'relayed':
    case 'expanded':
      return '2.0.0';
  }
}
