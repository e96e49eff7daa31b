/** Replies of a server: code, enhanced status code, text. Source: RFC 5321 §4.2, RFC 2034, RFC 3463. */
export interface Reply {
  readonly code: number;
  /** `2.1.0`; sent only where the client has asked for enhanced codes with EHLO. */
  readonly enhanced?: string;
  /** At least one. */
  readonly lines: readonly string[];
}

export const reply = (code: number, text: string, enhanced?: string): Reply => ({
  code,
  lines: [text],
  ...(enhanced === undefined ? {} : { enhanced }),
});

/** On the wire, with CRLF: `250-first` … `250 last`. Nothing but printable ASCII
 * comes back of a client's text. RFC 5321 §2.4 */
export function formatReply(subject: Reply, withEnhanced: boolean): string {
  const prefix = withEnhanced && subject.enhanced !== undefined ? `${subject.enhanced} ` : '';
  const last = subject.lines.length - 1;
  // Nearly all of them.
  if (last === 0) return `${subject.code} ${prefix}${visible(subject.lines[0]!)}\r\n`;
  return subject.lines
    .map((line, index) => `${subject.code}${index === last ? ' ' : '-'}${prefix}${visible(line)}\r\n`)
    .join('');
}

const visible = (text: string): string => text.replace(/[^\x20-\x7e]/gu, '?');

/** What a peer says, safe for logs, terminals and returned mail. */
export const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 500);

/** One line of it: `250 first second`. */
export const replyText = ({ code, lines }: Reply): string =>
  printable(`${code} ${lines.join(' ')}`.trimEnd());
