/**
 * What the symbiont is told by the SMTP configuration, as one snapshot; taken anew for every batch.
 * Source: tcpip-smtp.md §2.3, §3.1, §4.
 */
import type { MxRecord } from '../ports/resolver.ts';

const MINUTE = 60_000;

export interface SymbiontSettings {
  /** Wait after the first failure, after further ones, and the age at which the message is returned. */
  readonly initialIntervalMs: number;
  readonly retryIntervalMs: number;
  readonly maximumIntervalMs: number;
  /** Most addresses of one destination tried in one attempt. */
  readonly addressRetries: number;
  /** `Received:` headers allowed. */
  readonly hopCountMaximum: number;
  /** Wait for the peer's reply in each phase. */
  readonly sendTimeoutsMs: SendTimeouts;
  readonly alternateGateway?: string;
  readonly generalGateway?: string;
  /** Used only with an alternate gateway: what lies outside goes there. */
  readonly zone?: string;
  readonly substituteDomain?: string;
  readonly noSubstituteDomainInbound?: boolean;
  readonly postmasterAlias?: string;
  readonly altgateAlways?: boolean;
  readonly mxIfNoAltgate?: boolean;
  readonly noMx?: boolean;
  /** Local MX database (SET MX_RECORD); wins over DNS. */
  readonly localMx?: (domain: string) => readonly MxRecord[] | undefined;
  /** TCPIP$SMTP_JACKET_LOCAL, TCPIP$SMTP_INBOUND_NOXVMS */
  readonly inboundNoXvms?: boolean;
  /** TCPIP$SMTP_LOG_LEVEL: 1 failures, 2 and 3 every job, 5 everything. */
  readonly logLevel: number;
}

export interface SendTimeouts {
  readonly initial: number;
  readonly mail: number;
  readonly receipt: number;
  readonly data: number;
  readonly termination: number;
}

export const defaultSymbiontSettings: SymbiontSettings = {
  initialIntervalMs: 30 * MINUTE,
  retryIntervalMs: 60 * MINUTE,
  maximumIntervalMs: 3 * 24 * 60 * MINUTE,
  addressRetries: 16,
  hopCountMaximum: 16,
  sendTimeoutsMs: {
    initial: 5 * MINUTE,
    mail: 5 * MINUTE,
    receipt: 5 * MINUTE,
    data: 3 * MINUTE,
    termination: 10 * MINUTE,
  },
  logLevel: 1,
};
