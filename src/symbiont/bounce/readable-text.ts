/** The part of a report that people read. Source: tcpip-smtp.md §5.8, the fixed lines to the letter; delays and successes are ours. */
import { printable } from '../../smtp/reply.ts';
import { formatTime } from '../../vms-time/index.ts';
import type { DeliveryReport, Extent, ReportAction, ReportKind } from './delivery-report.ts';
import { oneLine } from './one-line.ts';
import { explanationOf } from './reply-explanations.ts';

export const subjects: Readonly<Record<ReportKind, string>> = {
  failed: 'Returned mail',
  delayed: 'Delayed mail, still being tried',
  succeeded: 'Delivery report',
};

const words: Readonly<Record<ReportAction, string>> = {
  failed: 'bounced',
  delayed: 'not yet delivered',
  delivered: 'delivered',
  relayed: 'handed to a host that sends no reports',
  expanded: 'delivered to a list',
};

export function readableText(report: DeliveryReport, extent: Extent): string[] {
  const { kind, recipients, sent, retriedUntil } = report;
  return [
    '',
    ...(kind === 'succeeded'
      ? []
      : ['---- Transcript of session follows ----', '', ...transcript(report), '']),
    '---- Recipients of this delivery ----',
    '',
    ...recipients.map((each) => `${oneLine(each.forwardPath)} (${words[each.action]})`),
    // The product has no blank here.
    ...sent.map((each) => `${oneLine(each)}(sent)`),
    '',
    ...(retriedUntil === undefined
      ? []
      : [`It is tried again until ${formatTime(retriedUntil)}; there is no need to send it again.`, '']),
    ending(kind, extent),
    '',
  ];
}

function ending(kind: ReportKind, extent: Extent): string {
  if (extent === 'nothing') return '---- The message itself cannot be read any more ----';
  return kind === 'failed' ? '---- Unsent message follows ----' : '---- Headers of the message follow ----';
}

const transcript = ({ recipients }: DeliveryReport): string[] =>
  recipients.flatMap(({ reply = '', hasExpired }) => {
    const explanation = explanationOf(reply);
    return [
      printable(reply),
      ...(explanation === undefined ? [] : [explanation]),
      ...(hasExpired ? ['Maximum interval exceeded'] : []),
    ];
  });
