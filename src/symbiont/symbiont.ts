/**
 * The symbiont TCPIP$SMTP_SYMBIONT: takes entries of the execution queues from the queue manager, brings each recipient
 * to its end, and reports. Local copies of everything that arrived together are one transaction of MAIL; remote domains
 * have streams. It keeps no state of its own: what it holds goes back to the queue when it ends.
 * Source: tcpip-smtp.md §2, §5; queues.md §2; DESIGN §5.
 */
import type { Destination, SmtpRecipients } from '../mail/routing/index.ts';
import type { ClientTls } from '../ports/client-tls.ts';
import type { Clock } from '../ports/clock.ts';
import type { MailDelivery } from '../ports/local-delivery.ts';
import type { Log } from '../ports/log.ts';
import type { MailProcedures } from '../ports/mail-procedures.ts';
import type { Spool } from '../ports/message-text.ts';
import type { Connect } from '../ports/network.ts';
import type { OperatorCommunication } from '../ports/operator-communication.ts';
import type { Assignment, QueueManager, SymbiontPort, SymbiontRegistration } from '../ports/queue-manager.ts';
import type { Resolver } from '../ports/resolver.ts';
import type { FetchStsPolicy, StsPolicyStore } from '../ports/sts-policies.ts';
import type { PostTlsReport, TlsReportStore } from '../ports/tls-reports.ts';
import type { Job } from './job.ts';
import { createJobEnd } from './job-end.ts';
import { deliverLocally } from './local-deliveries.ts';
import { foundLines, settingLines, startLine, takenUpLine } from './log-texts.ts';
import { createOutboundMail } from './outbound-mail.ts';
import { type PreparedJob, prepareJob } from './prepared-job.ts';
import { handToProcedures } from './procedure-jobs.ts';
import type { OutgoingFields } from './remote/outgoing-fields.ts';
import { deliverGroup } from './remote-groups.ts';
import { createReporter } from './reporter.ts';
import type { SymbiontSettings } from './settings.ts';
import { createSymbiontLog } from './symbiont-log.ts';

export interface SymbiontDependencies {
  readonly queueManager: Pick<QueueManager, 'registerSymbiont' | 'submit'>;
  readonly delivery: Pick<MailDelivery, 'deliver' | 'knownDeliveryKeys' | 'forgetDeliveryKeys'>;
  readonly recipients: Pick<SmtpRecipients, 'resolve'>;
  /** Where mail for command procedures goes; without it that waits. */
  readonly procedures?: MailProcedures;
  /** This node's own names and address literals; an MX that is one of them ends the list. */
  readonly isLocalDomain: (domain: string) => Promise<boolean>;
  readonly spool: Spool;
  readonly resolver: Resolver;
  readonly connect: Connect;
  readonly clientTls: ClientTls;
  /** Where policies of MTA-STS come from, and are kept; without it nobody looks for them. */
  readonly stsPolicies?: { readonly store: StsPolicyStore; readonly fetch: FetchStsPolicy };
  /** Where sessions with other hosts are counted, and how reports of them leave; without it nobody is told. */
  readonly tlsReports?: { readonly store: TlsReportStore; readonly post: PostTlsReport };
  readonly clock: Clock;
  readonly log: Log;
  readonly opcom: OperatorCommunication;
  readonly hostName: string;
  readonly settings: () => SymbiontSettings;
  /** Brings `settings` up to date: what was changed before mail was sent again counts for it. */
  readonly refreshSettings?: () => Promise<void>;
  /** Signatures and the like for mail that leaves; without it there are none. */
  readonly outgoing?: OutgoingFields;
  /** For senders of forwarded mail (SRS); without it they stay as they are. */
  readonly rewritingSecret?: () => Promise<string>;
  /** Lines of TCPIP$SMTP_LOGFILE.LOG, joined by LF. */
  readonly writeLogLines?: (lines: string) => void;
  /** Default 25. */
  readonly remotePort?: number;
  /** Remote transactions at once, beside a thousand to hosts that are slow. Default 100. */
  readonly streams?: number;
  /** Entries in hand at most. Default 2000: those that wait for slow peers must not keep local mail out. */
  readonly capacity?: number;
  readonly uniqueId?: () => string;
  readonly random?: () => number;
}

export interface Symbiont {
  /** Registers with the queue manager: work comes from then on. */
  start(): Promise<void>;
  /**
   * Finishes what is in hand, gives the rest back, takes leave of peers.
   * @param options.graceMs  what is not finished then is broken off and goes back to the queue; default 25 s
   */
  stop(options?: { readonly graceMs?: number }): Promise<void>;
}

export function createSymbiont(deps: SymbiontDependencies): Symbiont {
  const { clock, log, spool } = deps;
  const now = (): number => clock.now();
  const writeLines = deps.writeLogLines ?? (() => {});
  const symbiontLog = createSymbiontLog({
    writeLines,
    level: () => deps.settings().logLevel,
    now,
    isNumbered: () => deps.settings().logLineNumbers,
    snapshotBlocks: () => deps.settings().symbiontSnapshotBlocks,
  });
  const outbound = createOutboundMail(deps, symbiontLog);

  let registration: SymbiontRegistration | undefined;
  const registered = (): SymbiontRegistration => {
    if (registration === undefined) throw new Error('symbiont has not been started');
    return registration;
  };
  const reporter = createReporter({ registration: registered, delivery: deps.delivery, log });

  /** Assigned and not yet begun. */
  let waiting: Assignment[] = [];
  const jobs = new Map<number, Job>();
  /** Recalled between being taken up and standing in `jobs`. */
  const recalledEarly = new Set<number>();
  let running: Promise<void> | undefined;
  let isStopping = false;
  let wakeStop: (() => void) | undefined;

  const giveBack = (entries: readonly number[]): void => {
    if (entries.length === 0) return;
    registered()
      .giveBack(entries)
      .catch((error: unknown) => log.error({ err: error, entries }, 'entries were not taken back'));
  };

  const jobEnd = createJobEnd(deps, {
    symbiontLog,
    reporter,
    giveBack,
    ended(entry) {
      jobs.delete(entry);
      wakeStop?.();
    },
  });

  const partDone = (job: Job): void => {
    job.parts--;
    if (job.parts === 0) void jobEnd.finish(job);
  };

  let settingsBefore = deps.settings();
  const runBatch = async (batch: readonly Assignment[]): Promise<void> => {
    await deps.refreshSettings?.();
    const settings = deps.settings();
    if (settings !== settingsBefore) outbound.settingsChanged();
    settingsBefore = settings;
    const resolved = new Map<string, Promise<Destination>>();
    const resolve = (forwardPath: string): Promise<Destination> => {
      let known = resolved.get(forwardPath);
      if (known === undefined) {
        known = deps.recipients.resolve(forwardPath);
        resolved.set(forwardPath, known);
      }
      return known;
    };
    for (const assignment of batch) symbiontLog.block(2, () => [takenUpLine(assignment)]);
    const prepared: PreparedJob[] = [];
    const results = await Promise.allSettled(
      batch.map((assignment) =>
        prepareJob(assignment, { settings, spool, delivery: deps.delivery, resolve, now: now() }),
      ),
    );
    for (const [position, result] of results.entries()) {
      const assignment = batch[position];
      if (assignment === undefined) continue;
      if (recalledEarly.delete(assignment.entry)) giveBack([assignment.entry]);
      else if (result.status === 'rejected') jobEnd.notPrepared(assignment, result.reason);
      else prepared.push(result.value);
    }
    if (prepared.length > 0) jobEnd.prepared(prepared.map(({ job }) => job));
    for (const found of prepared) symbiontLog.block(3, () => foundLines(found));
    for (const { job, remote: groups } of prepared) {
      jobs.set(job.assignment.entry, job);
      job.parts = groups.length + 1;
      for (const group of groups) deliverGroup(job, group, outbound.remote, () => partDone(job));
    }
    await handToProcedures(prepared, { procedures: deps.procedures, now });
    await deliverLocally(prepared, { ...deps, now });
    for (const { job } of prepared) partDone(job);
  };

  /** While one batch is being written the next one collects. */
  const run = async (): Promise<void> => {
    await Promise.resolve();
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      inPreparation = new Set(batch.map((each) => each.entry));
      await runBatch(batch);
      inPreparation = new Set();
    }
    running = undefined;
    wakeStop?.();
  };
  let inPreparation: ReadonlySet<number> = new Set();

  const takeBackWaiting = (isMeant: (entry: number) => boolean): void => {
    const back = waiting.filter((each) => isMeant(each.entry)).map((each) => each.entry);
    waiting = waiting.filter((each) => !isMeant(each.entry));
    giveBack(back);
  };

  const symbiontPort: SymbiontPort = {
    process(batch) {
      if (isStopping) return giveBack(batch.map((each) => each.entry));
      waiting.push(...batch);
      running ??= run();
    },
    recall(entries, how) {
      const meant = new Set(entries);
      takeBackWaiting((entry) => meant.has(entry));
      for (const entry of entries) {
        const job = jobs.get(entry);
        if (job === undefined) {
          if (inPreparation.has(entry)) recalledEarly.add(entry);
          continue;
        }
        job.isRecalled = true;
        if (how === 'abort') job.abort.abort();
      }
    },
  };

  const idle = async (isOver: () => boolean): Promise<void> => {
    while ((running !== undefined || jobs.size > 0) && !isOver()) {
      await new Promise<void>((resolve) => {
        wakeStop = resolve;
      });
    }
  };

  return {
    async start() {
      symbiontLog.block(5, () => settingLines(deps.settings()));
      symbiontLog.block(2, () => [startLine(deps.hostName, deps.settings())]);
      registration = await deps.queueManager.registerSymbiont(symbiontPort, deps.capacity ?? 2000);
      outbound.start();
    },
    async stop({ graceMs = 25_000 } = {}) {
      if (registration === undefined) return;
      isStopping = true;
      takeBackWaiting(() => true);
      let isLate = graceMs <= 0;
      const cancel = clock.after(graceMs, () => {
        isLate = true;
        wakeStop?.();
      });
      await idle(() => isLate);
      cancel();
      for (const job of jobs.values()) {
        job.isRecalled = true;
        job.abort.abort();
      }
      await idle(() => false);
      await reporter.idle();
      await outbound.stop();
      await registration.close();
      registration = undefined;
    },
  };
}
