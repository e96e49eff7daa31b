/** A report about TLS as mail. Source: RFC 8460 §3, §5.1, §5.3; RFC 6522; RFC 8689 §5 (TLS-Required). */
import { Base64Lines } from '../../mime/base64-lines.ts';
import type { Spool } from '../../ports/message-text.ts';
import type { Submission } from '../../ports/queue-manager.ts';
import { controlFileStamp, formatInternetDate } from '../../vms-time/index.ts';
import { inlineOrSpooled } from '../inline-or-spooled.ts';
import type { TlsReport } from './report-json.ts';
import { DAY_MS } from './session-counts.ts';

/** @param gzip  the report, compressed */
export async function reportMessage(
  report: TlsReport,
  gzip: Uint8Array,
  forwardPath: string,
  { now, spool }: { readonly now: number; readonly spool: Spool },
): Promise<Submission> {
  const { contact, domain, id } = report;
  return {
    // Whatever becomes of it, nobody here has to hear of it.
    envelope: {
      reversePath: contact,
      forwardPaths: [forwardPath],
      requests: { recipients: { 0: { notify: ['NEVER'] } } },
    },
    text: await inlineOrSpooled(pieces(report, gzip, forwardPath, now), spool),
    userName: 'SYSTEM',
    source: `TLS report ${id} of ${domain}`,
  };
}

async function* pieces(
  report: TlsReport,
  gzip: Uint8Array,
  forwardPath: string,
  now: number,
): AsyncIterable<Uint8Array> {
  const boundary = `----=_${report.id.replace(/@.*/, '')}`;
  const body = new Base64Lines();
  yield Buffer.from(head(report, forwardPath, boundary, now));
  yield body.write(gzip);
  yield body.end();
  yield Buffer.from(`\r\n--${boundary}--\r\n`);
}

function head(report: TlsReport, forwardPath: string, boundary: string, now: number): string {
  const { contact, domain, id, submitter } = report;
  return [
    `Date: ${formatInternetDate(now)}`,
    `Message-Id: <${controlFileStamp(now)}_${id}>`,
    `From: ${contact}`,
    `To: ${forwardPath}`,
    // A line each: names of domains are long.
    `Subject: Report Domain: ${domain}`,
    ` Submitter: ${submitter}`,
    ` Report-ID: <${id}>`,
    `TLS-Report-Domain: ${domain}`,
    `TLS-Report-Submitter: ${submitter}`,
    // RFC 8460 §3: it arrives, whatever is wrong with the TLS that it tells of.
    'TLS-Required: No',
    'MIME-Version: 1.0',
    'Auto-Submitted: auto-generated',
    `Content-Type: multipart/report; report-type="tlsrpt";\r\n\tboundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=us-ascii',
    'Content-Transfer-Encoding: 7bit',
    '',
    `This is an aggregate report of ${submitter} about TLS with the`,
    `mail hosts of ${domain} (RFC 8460).`,
    '',
    `--${boundary}`,
    'Content-Type: application/tlsrpt+gzip',
    'Content-Transfer-Encoding: base64',
    `Content-Disposition: attachment;\r\n\tfilename="${fileName(report)}"`,
    '',
    '',
  ].join('\r\n');
}

/** RFC 8460 §5.1: its unique-id is letters and digits alone. */
function fileName({ day, domain, id, submitter }: TlsReport): string {
  const unique = id.replace(/@.*|[^A-Za-z0-9]/g, '');
  return `${submitter}!${domain}!${(day * DAY_MS) / 1_000}!${((day + 1) * DAY_MS) / 1_000 - 1}!${unique}.json.gz`;
}
