/**
 * A transaction and what a peer can do: the parameters of MAIL, the text in a form it takes, and whom it need not be asked for.
 * Source: RFC 1870 (SIZE), RFC 6152 (8BITMIME), RFC 6531 (SMTPUTF8), RFC 3461 (DSN), RFC 8689 (REQUIRETLS),
 * RFC 2852 (DELIVERBY), RFC 6710 (MT-PRIORITY).
 */
import { findEightBitParts, toSevenBit } from '../../mime/seven-bit.ts';
import type { EnvelopeRequests } from '../../ports/delivery-requests.ts';
import { recipientParameters } from '../../smtp/delivery-requests.ts';
import type { Reply } from '../../smtp/reply.ts';
import { announcedLimits } from './announced-limits.ts';
import { behind } from './outgoing-fields.ts';
import type { MailTransaction, RecipientResult } from './smtp-client.ts';

type DeliverBy = NonNullable<EnvelopeRequests['deliverBy']>;
type Extensions = ReadonlyMap<string, string>;

/** What follows the reverse-path, with a blank in front. */
export function mailParameters(transaction: MailTransaction, extensions: Extensions, now: number): string {
  const { is8bit, sizeBytes, smtpUtf8, requests } = transaction;
  const isConverted = is8bit && !extensions.has('8BITMIME');
  // RFC 1870 §5 wants the size of what is sent: of a text that becomes 7-bit on the way nobody knows it yet.
  const size = extensions.has('SIZE') && !isConverted ? ` SIZE=${sizeBytes}` : '';
  const body = is8bit && !isConverted ? ' BODY=8BITMIME' : '';
  const utf8 = smtpUtf8 && extensions.has('SMTPUTF8') ? ' SMTPUTF8' : '';
  const isReported = extensions.has('DSN');
  const returned = isReported && requests?.returnText !== undefined ? ` RET=${requests.returnText}` : '';
  const id = isReported && requests?.envelopeId !== undefined ? ` ENVID=${requests.envelopeId}` : '';
  const tls = requests?.requireTls === true ? ' REQUIRETLS' : '';
  const by =
    requests?.deliverBy !== undefined && extensions.has('DELIVERBY') ? timeLeft(requests.deliverBy, now) : '';
  const isRanked = requests?.priority !== undefined && extensions.has('MT-PRIORITY');
  const priority = isRanked ? ` MT-PRIORITY=${requests.priority}` : '';
  return size + body + utf8 + returned + id + tls + by + priority;
}

/** RFC 2852 §4.1.4.2: the seconds that are left for the hosts behind. */
function timeLeft({ at, mode, trace }: DeliverBy, now: number): string {
  const seconds = Math.trunc((at - now) / 1_000);
  // What is to come back has at least a second, or it would not be sent any more.
  return ` BY=${mode === 'R' ? Math.max(seconds, 1) : seconds};${mode}${trace === true ? 'T' : ''}`;
}

/** RCPT, with what is asked for the recipient. RFC 3461 §5.2.1 */
export function recipientCommand(
  { forwardPaths, recipientRequests }: MailTransaction,
  index: number,
  extensions: Extensions,
): string {
  const command = `RCPT TO:<${forwardPaths[index]}>`;
  return extensions.has('DSN') ? command + recipientParameters(recipientRequests[index]) : command;
}

/** The text as this peer can have it: 7-bit where it has no 8BITMIME. RFC 6152 §3 */
export async function textFor(
  { text, is8bit, unsigned }: MailTransaction,
  extensions: Extensions,
): Promise<Iterable<Uint8Array> | AsyncIterable<Uint8Array>> {
  if (!is8bit || extensions.has('8BITMIME')) return text();
  if (unsigned !== undefined) {
    const eightBit = await findEightBitParts(unsigned.text());
    if (eightBit === undefined) return text();
    // RFC 6376 §5.3: what is signed is what is sent.
    const converted = () => toSevenBit(unsigned.text(), eightBit);
    return behind(Buffer.from(await unsigned.fields(converted), 'latin1'), converted());
  }
  const parts = await findEightBitParts(text());
  return parts === undefined ? text() : toSevenBit(text(), parts);
}

/** For each forward-path: what this peer would say, where that is certain; undefined: it has to be asked. */
export function refusalsBefore(
  transaction: MailTransaction,
  extensions: Extensions,
): readonly (RecipientResult | undefined)[] {
  const { forwardPaths, reversePath } = transaction;
  const all = refusalOfAll(transaction, extensions) ?? refusalOfPath(reversePath, extensions);
  let room = announcedLimits(extensions).recipients;
  return forwardPaths.map((path) => {
    const reply = all ?? refusalOfPath(path, extensions) ?? (room > 0 ? undefined : tooMany);
    if (reply === undefined) room -= 1;
    return reply && { kind: 'refused', reply };
  });
}

/** RFC 9422 §6.2: as the peer would say; the rest goes in another transaction. RFC 5321 §4.5.3.1.10 */
const tooMany: Reply = { code: 452, lines: ['4.5.3 More recipients than the host takes at once'] };

function refusalOfAll(
  { sizeBytes, smtpUtf8, hasUtf8Header, requests }: MailTransaction,
  extensions: Extensions,
): Reply | undefined {
  // RFC 1870 §4: 0 means no fixed limit.
  const limit = Number(extensions.get('SIZE') ?? 0);
  if (limit > 0 && sizeBytes > limit)
    return { code: 552, lines: [`5.3.4 Message size exceeds the ${limit} bytes the host accepts`] };
  // RFC 8689 §4.2.1, §7: only to hosts that promise the same; TLS itself, with a certificate of the host, is there already.
  if (requests?.requireTls === true && !extensions.has('REQUIRETLS'))
    return { code: 550, lines: ['5.7.30 Host does not support REQUIRETLS'] };
  // RFC 2852 §4.1.4.2: nobody behind such a host would send it back in time.
  if (requests?.deliverBy?.mode === 'R' && !extensions.has('DELIVERBY'))
    return { code: 550, lines: ['5.3.3 Host does not support DELIVERBY'] };
  // RFC 6531 §3.4, §3.5: such a header must not go where nobody can read it. One that happens to be ASCII may.
  if (smtpUtf8 && hasUtf8Header && !extensions.has('SMTPUTF8'))
    return { code: 550, lines: ['5.6.7 Host does not take headers that are not ASCII'] };
  return undefined;
}

function refusalOfPath(path: string, extensions: Extensions): Reply | undefined {
  // No path may carry a command of its own to the peer, whoever composed it.
  if (/[\x00-\x1f\x7f]/.test(path)) return { code: 553, lines: ['5.1.3 Address with control characters'] };
  if (!extensions.has('SMTPUTF8') && /[^\x00-\x7f]/.test(path))
    return { code: 553, lines: ['5.6.7 Host does not take addresses that are not ASCII'] };
  return undefined;
}
