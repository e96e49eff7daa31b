/**
 * The message that tells a sender what could not be delivered: the product's readable text first, then the report for
 * machines (RFC 3464), then the original. Source: tcpip-smtp.md §5.8; RFC 3464, RFC 6522, RFC 3834, RFC 5321 §6.1.
 */
import { INLINE_TEXT_LIMIT, type MessageText, type Spool, textSizeBytes } from '../../ports/message-text.ts';
import type { Assignment, Submission } from '../../ports/queue-manager.ts';
import { printable } from '../../smtp/reply.ts';
import { controlFileStamp, formatInternetDate } from '../../vms-time/index.ts';
import { explanationOf, statusOf } from './reply-explanations.ts';

/** A larger original comes back as its headers only. RFC 3464 leaves it to us; the sender has the rest. */
export const RETURN_WHOLE_LIMIT = 1_048_576;

export interface ReturnedRecipient {
  readonly forwardPath: string;
  /** Reply line of a peer, ours in the same form, or a message of MAIL. */
  readonly reply: string;
  readonly host?: string | undefined;
  /** Given up because the maximum interval has passed. */
  readonly hasExpired: boolean;
}

export interface ReturnedMessage {
  readonly assignment: Assignment;
  readonly returned: readonly ReturnedRecipient[];
  /** Forward-paths that have been reached in the same run. */
  readonly sent: readonly string[];
  readonly headerSizeBytes: number;
  readonly hostName: string;
  /** Local-part of the sender shown: TCPIP$SMTP or the postmaster alias. */
  readonly postmaster: string;
  readonly now: number;
  /** Nothing a sender could guess: MIME boundary and Message-Id are made of it. */
  readonly uniqueId: string;
}

/** @returns the new entry. Its text, where long, is a committed spool file that the submission hands over. */
export async function returnedMessage(message: ReturnedMessage, spool: Spool): Promise<Submission> {
  const { assignment } = message;
  const isWhole = textSizeBytes(assignment.text) <= RETURN_WHOLE_LIMIT;
  const boundary = `----=_${message.uniqueId}`;
  const head = Buffer.from(headAndReports(message, boundary, isWhole));
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  const limit = isWhole ? Number.POSITIVE_INFINITY : message.headerSizeBytes;
  return {
    envelope: { reversePath: '', forwardPaths: [assignment.reversePath], body: '8BITMIME' },
    text: await joined(head, original(assignment.text, limit, spool), tail, spool),
    userName: 'SYSTEM',
    source: `returned mail of ${assignment.jobName}`,
  };
}

function headAndReports(message: ReturnedMessage, boundary: string, isWhole: boolean): string {
  const { assignment, hostName, now } = message;
  return [
    `Date: ${formatInternetDate(now)}`,
    // As the product forms them, `<16120515504112_2020046C@host>`: tcpip-smtp.md §5.7.
    `Message-Id: <${controlFileStamp(now)}_${message.uniqueId.slice(0, 8).toUpperCase()}@${hostName}>`,
    `From: ${message.postmaster}@${hostName}`,
    `To: ${oneLine(assignment.reversePath)}`,
    'Subject: Returned mail',
    'MIME-Version: 1.0',
    'Auto-Submitted: auto-replied',
    `Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary="${boundary}"`,
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    ...readableText(message),
    `--${boundary}`,
    'Content-Type: message/delivery-status',
    '',
    ...statusReport(message),
    `--${boundary}`,
    `Content-Type: ${isWhole ? 'message/rfc822' : 'text/rfc822-headers'}`,
    'Content-Transfer-Encoding: 8bit',
    '',
    '',
  ].join('\r\n');
}

/** The form of the product; the fixed lines to the letter. */
function readableText({ returned, sent }: ReturnedMessage): string[] {
  const transcript = returned.flatMap((each) => {
    const explanation = explanationOf(each.reply);
    return [
      printable(each.reply),
      ...(explanation === undefined ? [] : [explanation]),
      ...(each.hasExpired ? ['Maximum interval exceeded'] : []),
    ];
  });
  return [
    '',
    '---- Transcript of session follows ----',
    '',
    ...transcript,
    '',
    '---- Recipients of this delivery ----',
    '',
    ...returned.map((each) => `${oneLine(each.forwardPath)} (bounced)`),
    ...sent.map((each) => `${oneLine(each)}(sent)`),
    '',
    '---- Unsent message follows ----',
    '',
  ];
}

function statusReport({ assignment, returned, hostName, now }: ReturnedMessage): string[] {
  return [
    `Reporting-MTA: dns; ${hostName}`,
    `Arrival-Date: ${formatInternetDate(assignment.submittedAt)}`,
    '',
    ...returned.flatMap((each) => [
      `Final-Recipient: rfc822; ${oneLine(each.forwardPath)}`,
      'Action: failed',
      `Status: ${statusOf(each.reply, each.hasExpired)}`,
      ...(each.host === undefined ? [] : [`Remote-MTA: dns; ${oneLine(each.host)}`]),
      // RFC 3464 §2.3.6: `smtp` only for what an SMTP server says; ours have the same form.
      `Diagnostic-Code: ${/^[2-5][0-9]{2}\b/.test(each.reply) ? 'smtp' : 'X-OpenVMS'}; ${printable(each.reply)}`,
      `Last-Attempt-Date: ${formatInternetDate(now)}`,
      '',
    ]),
  ];
}

const oneLine = (text: string): string => text.replace(/[\x00-\x1f\x7f]/g, '?');

async function* original(text: MessageText, limit: number, spool: Spool): AsyncIterable<Uint8Array> {
  if (text.kind === 'inline') {
    yield text.bytes.subarray(0, Math.min(limit, text.bytes.byteLength));
    return;
  }
  let left = limit;
  for await (const chunk of spool.read(text.spoolId)) {
    if (left <= 0) return;
    yield chunk.byteLength > left ? chunk.subarray(0, left) : chunk;
    left -= chunk.byteLength;
  }
}

/** Inline while it is short, a spool file from then on. */
async function joined(
  head: Uint8Array,
  middle: AsyncIterable<Uint8Array>,
  tail: Uint8Array,
  spool: Spool,
): Promise<MessageText> {
  let chunks: Uint8Array[] = [head];
  let sizeBytes = head.byteLength;
  let writer: Awaited<ReturnType<Spool['create']>> | undefined;
  const add = async (chunk: Uint8Array): Promise<void> => {
    sizeBytes += chunk.byteLength;
    chunks.push(chunk);
    if (sizeBytes <= INLINE_TEXT_LIMIT) return;
    writer ??= await spool.create();
    for (const each of chunks) await writer.write(each);
    chunks = [];
  };
  try {
    for await (const chunk of middle) await add(chunk);
    await add(tail);
    if (writer === undefined) return { kind: 'inline', bytes: Buffer.concat(chunks) };
    return { kind: 'file', spoolId: await writer.commit(), sizeBytes };
  } catch (error) {
    await writer?.abandon();
    throw error;
  }
}
