/** What a peer says beforehand that it would refuse. Source: RFC 9422 (LIMITS). */
export interface AnnouncedLimits {
  /** RCPT in a transaction. */
  readonly recipients: number;
  /** Transactions in a session. */
  readonly transactions: number;
}

/** A limit that is not named, or is 0 or no number (RFC 9422 §4), is none. */
export function announcedLimits(extensions: ReadonlyMap<string, string>): AnnouncedLimits {
  const named = new Map(
    (extensions.get('LIMITS') ?? '').split(' ').map((each) => {
      const [name = '', value = ''] = each.split('=');
      return [name.toUpperCase(), /^[1-9]\d{0,5}$/.test(value) ? Number(value) : undefined];
    }),
  );
  return {
    recipients: named.get('RCPTMAX') ?? Number.POSITIVE_INFINITY,
    transactions: named.get('MAILMAX') ?? Number.POSITIVE_INFINITY,
  };
}
