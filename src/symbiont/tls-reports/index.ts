/** Reports about TLS with other hosts (RFC 8460): sessions are counted, and what a day brought is sent to those who want to know. */
import type { TlsReportStore } from '../../ports/tls-reports.ts';
import type { OutgoingFields } from '../remote/outgoing-fields.ts';
import { createReportSender, type ReportSenderDependencies } from './report-sender.ts';
import { createSessionCounts, type SessionCounts } from './session-counts.ts';

export type { SessionCounts } from './session-counts.ts';

export interface TlsReports {
  readonly sessions: SessionCounts;
  start(): void;
  /** What is under way is broken off, what is counted is kept. */
  stop(): Promise<void>;
}

export function createTlsReports(
  deps: Omit<ReportSenderDependencies, 'sessions' | 'signs'> & {
    readonly store: TlsReportStore;
    readonly outgoing: OutgoingFields | undefined;
  },
): TlsReports {
  const sessions = createSessionCounts(deps);
  const sender = createReportSender({
    ...deps,
    sessions,
    signs: (domain) => deps.outgoing?.signs(domain) === true,
  });
  return {
    sessions,
    start: sender.start,
    async stop() {
      await sender.stop();
      sessions.flush();
    },
  };
}
