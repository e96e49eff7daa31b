/** What is kept for reports about TLS, and how those go out: RFC 8460. Instants are milliseconds, days are days since 1970 UTC. */

/** RFC 8460 §4.4: what a host was judged by. */
export interface ReportedPolicy {
  readonly type: 'sts' | 'tlsa' | 'no-policy-found';
  /** That of the recipient; with `tlsa` the name the records stand under. RFC 8460 §1.1 */
  readonly domain: string;
  /** As it was published, one line each; none where it could not be had. */
  readonly strings: readonly string[];
  /** Of `sts`: the patterns of hosts. */
  readonly mxHosts: readonly string[];
}

/** RFC 8460 §4.3. `dane-required` is missing: no setting here asks for records that are not there. */
export type TlsResultType =
  | 'starttls-not-supported'
  | 'certificate-host-mismatch'
  | 'certificate-expired'
  | 'certificate-not-trusted'
  | 'validation-failure'
  | 'tlsa-invalid'
  | 'dnssec-invalid'
  | 'sts-policy-fetch-error'
  | 'sts-policy-invalid'
  | 'sts-webpki-invalid';

export interface SessionFailure {
  readonly result: TlsResultType;
  readonly host?: string | undefined;
  readonly address?: string | undefined;
  /** Ours, as others see it. */
  readonly sendingAddress?: string | undefined;
  readonly reason?: string | undefined;
}

/** Sessions with the hosts of one domain under one policy. */
export interface SessionCount {
  readonly domain: string;
  readonly policy: ReportedPolicy;
  readonly successes: number;
  readonly failures: number;
  /** May be fewer than `failures`: kinds are limited. */
  readonly details: readonly (SessionFailure & { readonly sessions: number })[];
}

/** A report that is on its way, or waits for its time. */
export interface PendingTlsReport {
  readonly day: number;
  readonly domain: string;
  /** When it is tried next. */
  readonly at: number;
  /** 0 before the first, +1 with each that begins. */
  readonly attempts: number;
  /** When the first began. */
  readonly since?: number | undefined;
  /** Where it is still to go; undefined: nobody has looked yet. */
  readonly destinations?: readonly string[] | undefined;
}

/** Outlives a restart. Each method is one step: all of it, or nothing. Throws conditions of the system store. */
export interface TlsReportStore {
  /** Adds to what is there. What goes beyond its limits is left out: @returns how many of `counts` found no room */
  add(day: number, counts: readonly SessionCount[]): number;
  /** Makes a report of each domain of a day before `day` that has none yet, and forgets what is too old for anybody. */
  plan(day: number, report: (day: number, domain: string) => PendingTlsReport): void;
  /** Those whose time has come, the earliest first. */
  due(now: number, limit: number): readonly PendingTlsReport[];
  put(report: PendingTlsReport): void;
  /** It is over, one way or the other: nothing makes it come again. */
  finish(day: number, domain: string): void;
  counts(day: number, domain: string): readonly SessionCount[];
}

/**
 * Sends a report by HTTPS, to public addresses alone. Rejects with the reason, unless the host says that it has it. RFC 8460 §5.4
 * @param report  gzip
 * @param signal  it is broken off
 */
export type PostTlsReport = (uri: string, report: Uint8Array, signal: AbortSignal) => Promise<void>;
