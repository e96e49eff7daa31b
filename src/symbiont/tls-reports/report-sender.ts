/**
 * Reports of the days that are over, to the domains that want them. Each is kept until it is delivered or its time is over, and a
 * step is written down before it is taken: a crash between the two loses a report, and never sends mail twice.
 *
 *   a day ends ──► due, some time within hours ──► its record is asked ──► to each of its places ──► over
 *                     ▲                                 │ no answer           │ not taken
 *                     └──────────── later, up to a day ◄┴─────────────────────┘
 *
 * Source: RFC 8460 §3, §4.1 (not all at midnight), §5.5 (tried again for a day).
 */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { Condition, JBC } from '../../condition/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Spool } from '../../ports/message-text.ts';
import type { OperatorCommunication } from '../../ports/operator-communication.ts';
import type { QueueManager } from '../../ports/queue-manager.ts';
import type { Resolver } from '../../ports/resolver.ts';
import type { PendingTlsReport, PostTlsReport, TlsReportStore } from '../../ports/tls-reports.ts';
import { printable } from '../../smtp/reply.ts';
import { reportPlace, tlsReportUris } from '../../smtp/tls-report-record.ts';
import type { SymbiontSettings } from '../settings.ts';
import { createPlaceLimit } from './place-limit.ts';
import { reportText, type TlsReport } from './report-json.ts';
import { reportMessage } from './report-message.ts';
import { DAY_MS, dayOf, type SessionCounts } from './session-counts.ts';

export interface ReportSender {
  start(): void;
  /** Resolves when nothing is under way. */
  stop(): Promise<void>;
}

/** RFC 8460 §4.1: several hours, so that not everybody reports at once. */
const SPREAD_MS = 4 * 3_600_000;
const LOOK_MS = 60_000;
const FIRST_RETRY_MS = 15 * 60_000;
/** RFC 8460 §5.5 */
const TRIED_MS = DAY_MS;
const AT_ONCE = 8;

export interface ReportSenderDependencies {
  readonly store: TlsReportStore;
  readonly sessions: SessionCounts;
  readonly post: PostTlsReport;
  readonly resolver: Pick<Resolver, 'txt'>;
  readonly queueManager: Pick<QueueManager, 'submit'>;
  /** Whether mail of the domain leaves with a signature: without one nobody believes a report. */
  readonly signs: (domain: string) => boolean;
  readonly spool: Spool;
  readonly clock: Clock;
  readonly random: () => number;
  readonly hostName: string;
  readonly settings: () => Pick<SymbiontSettings, 'tlsReports' | 'substituteDomain'>;
  readonly opcom: Pick<OperatorCommunication, 'operatorMessage'>;
  readonly log: (line: string) => void;
}

export function createReportSender(deps: ReportSenderDependencies): ReportSender {
  const { clock, log, store } = deps;
  let plannedFor: number | undefined;
  let running: Promise<void> | undefined;
  let cancel: (() => void) | undefined;
  /** Once a day is enough. */
  let unsignedToldOn: number | undefined;
  const stopping = new AbortController();
  const mayGoTo = createPlaceLimit(clock);

  const reportOf = ({ day, domain }: PendingTlsReport): CompressedReport => {
    const submitter = (deps.settings().substituteDomain ?? deps.hostName).toLowerCase();
    const counts = store.counts(day, domain);
    const digest = createHash('sha256')
      .update(JSON.stringify([deps.hostName, domain]))
      .digest('hex');
    const id = `${dayText(day)}.${digest.slice(0, 16)}@${submitter}`;
    const report = { day, domain, id, submitter, contact: `postmaster@${submitter}`, counts };
    return { ...report, gzip: gzipSync(reportText(report)) };
  };

  /** @returns where it goes; 'temporary': nobody knows now */
  const placesOf = async ({
    domain,
    destinations,
  }: PendingTlsReport): Promise<readonly string[] | 'temporary'> => {
    if (destinations !== undefined) return destinations;
    const found = await deps.resolver.txt(`_smtp._tls.${domain}`);
    if (found.kind === 'temporary') return 'temporary';
    return (found.kind === 'found' ? tlsReportUris(found.records) : undefined) ?? [];
  };

  /** @returns what became of it */
  const mail = async (report: CompressedReport, forwardPath: string, before: () => void): Promise<string> => {
    const { queueManager, spool } = deps;
    const message = await reportMessage(report, report.gzip, forwardPath, { now: clock.now(), spool });
    before();
    try {
      const { jobName } = await queueManager.submit(message);
      return `sent as ${jobName}`;
    } catch (error) {
      // Cut off from the queue manager: it may have taken the message, and rather none than two.
      if (error instanceof Condition && error.value === JBC.JOBQUEDIS.value)
        return 'perhaps sent, the queue manager does not answer';
      if (message.text.kind === 'file') await spool.remove(message.text.spoolId).catch(() => {});
      throw error;
    }
  };

  const tellUnsigned = (submitter: string): void => {
    const today = dayOf(clock.now());
    if (unsignedToldOn === today) return;
    unsignedToldOn = today;
    const text = `TLS reports by mail are not sent: ${submitter} has no DKIM key, and nobody would believe them`;
    deps.opcom.operatorMessage('NETWORK', 'TCPIP$SMTP_SYMBIONT', text);
  };

  /** @param before  called when it is about to leave as mail. @returns false: it may be tried again */
  const send = async (uri: string, report: CompressedReport, before: () => void): Promise<boolean> => {
    const place = reportPlace(uri);
    const told = (what: string): void =>
      log(`TLS report of ${report.domain} for ${dayText(report.day)} to ${uri}: ${printable(what)}`);
    try {
      if (place?.kind === 'mail' && !deps.signs(report.submitter)) {
        told(`not sent, ${report.submitter} has no DKIM key`);
        tellUnsigned(report.submitter);
      } else if (place === undefined || !mayGoTo(place)) told('not sent, too many go there today');
      else {
        if (place.kind === 'mail') told(await mail(report, place.forwardPath, before));
        else {
          await deps.post(place.uri, report.gzip, stopping.signal);
          told('sent');
        }
      }
      return true;
    } catch (error) {
      told(error instanceof Error ? error.message : String(error));
      return false;
    }
  };

  const deliver = async (due: PendingTlsReport): Promise<void> => {
    const now = clock.now();
    const { day, domain, attempts, since = now } = due;
    let pending: PendingTlsReport = {
      ...due,
      since,
      attempts: attempts + 1,
      at: now + FIRST_RETRY_MS * 2 ** Math.min(attempts, 10),
    };
    const put = (change: Partial<PendingTlsReport>): void => {
      pending = { ...pending, ...change };
      store.put(pending);
    };
    // Written down first: who dies of it does not begin with it at once again.
    put({});
    const places = await placesOf(due);
    if (places !== 'temporary' && places.length > 0) {
      put({ destinations: places });
      const report = reportOf(due);
      for (const uri of places) {
        const left = pending.destinations ?? [];
        const without = left.filter((each) => each !== uri);
        const isOver = await send(uri, report, () => put({ destinations: without }));
        put({ destinations: isOver ? without : left });
      }
    }
    const isOver = places !== 'temporary' && (places.length === 0 || pending.destinations?.length === 0);
    if (isOver || pending.at >= since + TRIED_MS) store.finish(day, domain);
  };

  const plan = (today: number): void => {
    if (plannedFor === today) return;
    deps.sessions.flush();
    store.plan(today, (day, domain) => ({
      day,
      domain,
      at: clock.now() + Math.floor(deps.random() * SPREAD_MS),
      attempts: 0,
    }));
    plannedFor = today;
  };

  const run = async (): Promise<void> => {
    plan(dayOf(clock.now()));
    for (;;) {
      const due = store.due(clock.now(), AT_ONCE);
      if (due.length === 0 || stopping.signal.aborted) return;
      const ends = await Promise.allSettled(due.map(deliver));
      const broken = ends.find((each) => each.status === 'rejected');
      if (broken !== undefined) throw broken.reason;
    }
  };

  const look = (): void => {
    cancel = clock.after(LOOK_MS, look);
    if (!deps.settings().tlsReports || running !== undefined) return;
    running = run()
      // The store, most likely: with the next look it may be well again.
      .catch((error: unknown) => log(`TLS reports: ${String(error)}`))
      .finally(() => {
        running = undefined;
      });
  };

  return {
    start: look,
    async stop() {
      stopping.abort();
      cancel?.();
      await running;
    },
  };
}

interface CompressedReport extends TlsReport {
  readonly gzip: Uint8Array;
}

/** `20261007` */
const dayText = (day: number): string =>
  new Date(day * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
