/**
 * What a transaction says of itself at MAIL, and what need not even be tried with a peer.
 * Source: RFC 1870 (SIZE), RFC 6152 (8BITMIME), RFC 6531 (SMTPUTF8).
 */
import type { Reply } from '../../smtp/reply.ts';
import type { MailTransaction } from './smtp-client.ts';

type Extensions = ReadonlyMap<string, string>;

/** What follows the reverse-path, with a blank in front. */
export function mailParameters(transaction: MailTransaction, extensions: Extensions): string {
  const size = extensions.has('SIZE') ? ` SIZE=${transaction.sizeBytes}` : '';
  // Deviation: a peer without 8BITMIME gets the 8-bit text as it is, without the parameter; see docs/deviations.md.
  const body = transaction.is8bit && extensions.has('8BITMIME') ? ' BODY=8BITMIME' : '';
  const utf8 = transaction.smtpUtf8 && extensions.has('SMTPUTF8') ? ' SMTPUTF8' : '';
  return size + body + utf8;
}

/** What need not be tried with this peer. */
export function refusalBefore(transaction: MailTransaction, extensions: Extensions): Reply | undefined {
  // RFC 1870 §4: 0 means no fixed limit.
  const limit = Number(extensions.get('SIZE') ?? 0);
  if (limit > 0 && transaction.sizeBytes > limit) {
    return { code: 552, lines: [`5.3.4 Message size exceeds the ${limit} bytes the host accepts`] };
  }
  const paths = [transaction.reversePath, ...transaction.forwardPaths];
  // No path may carry a command of its own to the peer, whoever composed it.
  if (paths.some((path) => /[\x00-\x1f\x7f]/.test(path))) {
    return { code: 553, lines: ['5.1.3 Address with control characters'] };
  }
  if (!extensions.has('SMTPUTF8') && paths.some((path) => /[^\x00-\x7f]/.test(path))) {
    return { code: 553, lines: ['5.6.7 Host does not take addresses that are not ASCII'] };
  }
  return undefined;
}
