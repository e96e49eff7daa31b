/** What the transcript of a returned message says below a reply. Source: tcpip-smtp.md §5.8, exact texts. */
const explanations: Readonly<Record<string, string>> = {
  '421': 'Deferred: Connection timed out during user operation',
  '500': 'Syntax error, command unrecognized',
  '501': 'Syntax error in parameters or arguments',
  '502': 'Command not implemented',
  '503': 'Bad sequence of commands',
  '504': 'Command parameter not implemented',
  '550': 'User unknown',
};

/** @returns undefined for what is no reply: a message of MAIL explains itself. */
export function explanationOf(reply: string): string | undefined {
  const code = /^([2-5][0-9]{2})\b/.exec(reply)?.[1];
  return code === undefined ? undefined : (explanations[code] ?? 'Unknown error code');
}

/** Enhanced status code of a failed recipient (RFC 3463): the peer's own, else what the reply code lets know. */
export function statusOf(reply: string, hasExpired: boolean): string {
  // RFC 3463 §3.5: 4.4.7, delivery time expired.
  if (hasExpired) return '4.4.7';
  const own = /^[2-5][0-9]{2} ([45]\.[0-9]{1,3}\.[0-9]{1,3})\b/.exec(reply)?.[1];
  if (own !== undefined) return own;
  if (reply.includes('NOSUCHUSR')) return '5.1.1';
  if (reply.includes('FORWLOOP')) return '5.4.6';
  if (reply.includes('USERDSABL')) return '5.2.1';
  return reply.startsWith('550') ? '5.1.1' : '5.0.0';
}
