/** One day of one domain as RFC 8460 §4.4 writes it. */
import type { SessionCount, SessionFailure } from '../../ports/tls-reports.ts';
import { DAY_MS } from './session-counts.ts';

export interface TlsReport {
  readonly day: number;
  readonly domain: string;
  /** RFC 8460 §4.4: unique for the submitter. The same for the same day and domain: who gets it twice can tell. */
  readonly id: string;
  /** The domain that sends. */
  readonly submitter: string;
  /** Address of somebody who can be asked. */
  readonly contact: string;
  readonly counts: readonly SessionCount[];
}

export const reportText = ({ day, id, submitter, contact, counts }: TlsReport): string =>
  JSON.stringify({
    'organization-name': submitter,
    'date-range': {
      'start-datetime': seconds(day * DAY_MS),
      'end-datetime': seconds((day + 1) * DAY_MS - 1_000),
    },
    'contact-info': contact,
    'report-id': id,
    policies: counts.map(policyOf),
  });

/** RFC 3339, without fractions. */
const seconds = (instant: number): string => new Date(instant).toISOString().replace(/\.\d+Z$/, 'Z');

const policyOf = ({
  policy: { type, domain, strings, mxHosts },
  successes,
  failures,
  details,
}: SessionCount) => ({
  policy: {
    'policy-type': type,
    ...(strings.length === 0 ? {} : { 'policy-string': strings }),
    'policy-domain': domain,
    ...(mxHosts.length === 0 ? {} : { 'mx-host': mxHosts }),
  },
  summary: { 'total-successful-session-count': successes, 'total-failure-session-count': failures },
  ...(details.length === 0 ? {} : { 'failure-details': details.map(failureOf) }),
});

/** What is undefined is left out. */
const failureOf = ({
  result,
  host,
  address,
  sendingAddress,
  reason,
  sessions,
}: SessionFailure & { readonly sessions: number }) => ({
  'result-type': result,
  'sending-mta-ip': sendingAddress,
  'receiving-mx-hostname': host,
  'receiving-ip': address,
  'failed-session-count': sessions,
  'failure-reason-code': reason,
});
