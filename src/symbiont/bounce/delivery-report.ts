/**
 * The message that tells a sender what became of his: for people first, then for machines (RFC 3464), then the original or its
 * headers. What could not be delivered has the product's words.
 * Source: tcpip-smtp.md §5.8; RFC 3461 §6, RFC 3464, RFC 6522, RFC 6533, RFC 3834, RFC 5321 §6.1.
 */
import { type MessageText, type Spool, type SpooledText, textSizeBytes } from '../../ports/message-text.ts';
import type { Assignment, Submission } from '../../ports/queue-manager.ts';
import { controlFileStamp, formatInternetDate } from '../../vms-time/index.ts';
import { inlineOrSpooled } from '../inline-or-spooled.ts';
import { isOfTheDisk, isPassing } from '../passing-failure.ts';
import { isAscii, oneLine } from './one-line.ts';
import { readableText, subjects } from './readable-text.ts';
import { statusReport } from './status-report.ts';

/** A larger original comes back as its headers only. RFC 3464 leaves it to us; the sender has the rest. */
export const RETURN_WHOLE_LIMIT = 1_048_576;

/** RFC 3464 §2.3.3. */
export type ReportAction = 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded';

export interface ReportedRecipient {
  readonly forwardPath: string;
  readonly action: ReportAction;
  /** Reply line of a peer, ours in the same form, or a message of MAIL; undefined where nobody said anything. */
  readonly reply: string | undefined;
  readonly host?: string | undefined;
  /** Given up because the maximum interval has passed. */
  readonly hasExpired: boolean;
  /** ORCPT as the sender wrote it. */
  readonly originalRecipient?: string | undefined;
}

/** `failed`: returned mail. `delayed`: it is still tried. `succeeded`: somebody wanted to know. */
export type ReportKind = 'failed' | 'delayed' | 'succeeded';

export interface DeliveryReport {
  readonly kind: ReportKind;
  readonly assignment: Assignment;
  readonly recipients: readonly ReportedRecipient[];
  /** Forward-paths that have been reached in the same run, for the text of returned mail. */
  readonly sent: readonly string[];
  readonly headerSizeBytes: number;
  readonly hostName: string;
  /** Local-part of the sender shown: TCPIP$SMTP or the postmaster alias. */
  readonly postmaster: string;
  readonly now: number;
  /** When it is given up, of a delay. */
  readonly retriedUntil?: number;
  /** Nothing a sender could guess: MIME boundary and Message-Id are made of it. */
  readonly uniqueId: string;
}

/** How much of the original comes back. RFC 6522 §3: it may be nothing. */
export type Extent = 'whole' | 'header' | 'nothing';

/**
 * An original that cannot be read any more keeps nobody from being told: as much of it comes back as there is.
 * @returns the new entry. Its text, where long, is a committed spool file that the submission hands over.
 */
export async function deliveryReport(report: DeliveryReport, spool: Spool): Promise<Submission> {
  const { assignment } = report;
  const wanted: readonly Extent[] = ['whole', 'header', 'nothing'];
  let text: MessageText | undefined;
  for (const extent of bringsWhole(report) ? wanted : wanted.slice(1)) {
    text = await unlessUnread(inlineOrSpooled(pieces(report, extent, spool), spool));
    if (text !== undefined) break;
  }
  return {
    // RFC 3464 §2, RFC 3834 §3: nobody answers it.
    envelope: {
      reversePath: '',
      forwardPaths: [assignment.reversePath],
      body: '8BITMIME',
      ...(isAscii(assignment.reversePath) ? {} : { smtpUtf8: true }),
      // RFC 8689 §5: what is said of a message has its protection.
      ...(assignment.requests?.requireTls === true ? { requests: { requireTls: true } } : {}),
    },
    text: text!,
    userName: 'SYSTEM',
    source: `${report.kind === 'failed' ? 'returned mail' : 'delivery report'} of ${assignment.jobName}`,
  };
}

/** RFC 3461 §4.3: RET= is about failures alone; RFC 8689 §5: as with RET=HDRS. */
function bringsWhole({ kind, assignment: { requests, text } }: DeliveryReport): boolean {
  if (kind !== 'failed' || requests?.returnText === 'HDRS' || requests?.requireTls === true) return false;
  return textSizeBytes(text) <= RETURN_WHOLE_LIMIT;
}

/** @returns undefined where the original cannot be read so far */
async function unlessUnread(text: Promise<MessageText>): Promise<MessageText | undefined> {
  try {
    return await text;
  } catch (error) {
    if (error instanceof Unread) return undefined;
    throw error;
  }
}

class Unread extends Error {}

function headAndReports(report: DeliveryReport, boundary: string, extent: Extent): string {
  const { assignment, hostName, now, recipients } = report;
  // RFC 6533 §3.
  const isGlobal = recipients.some((each) => !isAscii(each.forwardPath));
  return [
    `Date: ${formatInternetDate(now)}`,
    // As the product forms them, `<16120515504112_2020046C@host>`: tcpip-smtp.md §5.7.
    `Message-Id: <${controlFileStamp(now)}_${report.uniqueId.slice(0, 8).toUpperCase()}@${hostName}>`,
    `From: ${report.postmaster}@${hostName}`,
    `To: ${oneLine(assignment.reversePath)}`,
    `Subject: ${subjects[report.kind]}`,
    'MIME-Version: 1.0',
    'Auto-Submitted: auto-replied',
    `Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    ...readableText(report, extent),
    `--${boundary}`,
    `Content-Type: message/${isGlobal ? 'global-' : ''}delivery-status`,
    ...(isGlobal ? ['Content-Transfer-Encoding: 8bit'] : []),
    '',
    ...statusReport(report),
    ...(extent === 'nothing'
      ? []
      : [
          `--${boundary}`,
          `Content-Type: ${originalType(extent, assignment.smtpUtf8 === true)}`,
          'Content-Transfer-Encoding: 8bit',
          '',
          '',
        ]),
  ].join('\r\n');
}

/** RFC 6522 §3; RFC 6533 §4 where the headers may have UTF-8 in them. */
function originalType(extent: 'whole' | 'header', mayBeUtf8: boolean): string {
  if (extent === 'whole') return mayBeUtf8 ? 'message/global' : 'message/rfc822';
  return mayBeUtf8 ? 'message/global-headers' : 'text/rfc822-headers';
}

async function* pieces(report: DeliveryReport, extent: Extent, spool: Spool): AsyncIterable<Uint8Array> {
  const boundary = `----=_${report.uniqueId}`;
  yield Buffer.from(headAndReports(report, boundary, extent));
  if (extent !== 'nothing')
    yield* original(
      report.assignment.text,
      extent === 'whole' ? Number.POSITIVE_INFINITY : report.headerSizeBytes,
      spool,
    );
  yield Buffer.from(`\r\n--${boundary}--\r\n`);
}

async function* original(text: MessageText, limit: number, spool: Spool): AsyncIterable<Uint8Array> {
  if (text.kind === 'inline') {
    yield text.bytes.subarray(0, Math.min(limit, text.bytes.byteLength));
    return;
  }
  const chunks = opened(text, spool)[Symbol.asyncIterator]();
  try {
    for (let left = limit; left > 0; ) {
      const { value, done } = await nextOf(chunks);
      if (done === true) return;
      yield value.byteLength > left ? value.subarray(0, left) : value;
      left -= value.byteLength;
    }
  } finally {
    await chunks.return?.();
  }
}

/** Whatever is wrong with it is found out with its first chunk. */
async function* opened(text: SpooledText, spool: Spool): AsyncIterable<Uint8Array> {
  yield* spool.read(text);
}

/** Of a machine that is short of something the whole comes later. */
async function nextOf(chunks: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
  try {
    return await chunks.next();
  } catch (error) {
    if (isPassing(error) && !isOfTheDisk(error)) throw error;
    throw new Unread('the original cannot be read', { cause: error });
  }
}
