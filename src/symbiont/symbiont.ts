/**
 * The symbiont TCPIP$SMTP_SYMBIONT: takes entries of the execution queues from the queue manager, brings each recipient
 * to its end, and reports. Local copies of everything that arrived together are one transaction of MAIL; remote domains
 * have streams. It keeps no state of its own: what it holds goes back to the queue when it ends.
 * Source: tcpip-smtp.md §2, §5; queues.md §2; DESIGN §5.
 */
import { randomUUID } from 'node:crypto';
import { Condition, RMS } from '../condition/index.ts';
import type { Destination, SmtpRecipients } from '../mail/routing/index.ts';
import type { ClientTls } from '../ports/client-tls.ts';
import type { Clock } from '../ports/clock.ts';
import type { MailDelivery } from '../ports/local-delivery.ts';
import type { Log } from '../ports/log.ts';
import type { MailProcedures } from '../ports/mail-procedures.ts';
import type { Spool } from '../ports/message-text.ts';
import type { Connect } from '../ports/network.ts';
import type { OperatorCommunication } from '../ports/operator-communication.ts';
import type {
  Assignment,
  QueueManager,
  RecipientOutcome,
  Submission,
  SymbiontPort,
  SymbiontRegistration,
} from '../ports/queue-manager.ts';
import type { Resolver } from '../ports/resolver.ts';
import type { FetchStsPolicy, StsPolicyStore } from '../ports/sts-policies.ts';
import type { PostTlsReport, TlsReportStore } from '../ports/tls-reports.ts';
import { Outage } from '../system/outage.ts';
import { entryOutcome, type Job, jobLines } from './job.ts';
import { deliverLocally } from './local-deliveries.ts';
import { type PreparedJob, prepareJob } from './prepared-job.ts';
import { handToProcedures } from './procedure-jobs.ts';
import { createConnectionPool } from './remote/connection-pool.ts';
import { senderFor } from './remote/forwarded-sender.ts';
import { createStsPolicies } from './remote/mta-sts.ts';
import { type OutgoingFields, withOutgoingFields } from './remote/outgoing-fields.ts';
import { createRecentFailures } from './remote/recent-failures.ts';
import { createRoutes } from './remote/routes.ts';
import { createStreams } from './remote/streams.ts';
import { deliverGroup, type RemoteDependencies } from './remote-groups.ts';
import { createReporter } from './reporter.ts';
import { senderReports } from './sender-reports.ts';
import type { SymbiontSettings } from './settings.ts';
import { createSymbiontLog } from './symbiont-log.ts';
import { createTlsReports } from './tls-reports/index.ts';

export interface SymbiontDependencies {
  readonly queueManager: Pick<QueueManager, 'registerSymbiont' | 'submit'>;
  readonly delivery: Pick<MailDelivery, 'deliver' | 'forgetDeliveryKeys'>;
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
  /** Remote transactions at once. Default 100. */
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
  const detail = (line: string): void => symbiontLog.block(2, () => [line]);
  const port = deps.remotePort ?? 25;
  const routes = createRoutes({
    stsPolicies:
      deps.stsPolicies &&
      createStsPolicies({ ...deps.stsPolicies, resolver: deps.resolver, clock, log: detail }),
    port,
    resolver: deps.resolver,
    clock,
    // On another port than SMTP's own an address of this machine may well be another mail server.
    isLocal: async (domain) => (domain.startsWith('[') && port !== 25 ? false : deps.isLocalDomain(domain)),
    random: deps.random ?? Math.random,
    log: detail,
  });
  const unreachable = createRecentFailures(clock);
  const pool = createConnectionPool({
    connect: deps.connect,
    clientTls: deps.clientTls,
    log: detail,
    unreachable,
    clock,
    port,
    hostName: deps.hostName,
    trace: () => (deps.settings().symbiontTrace ? symbiontLog.line : undefined),
  });
  const tlsReports =
    deps.tlsReports &&
    createTlsReports({
      ...deps,
      ...deps.tlsReports,
      outgoing: deps.outgoing,
      random: deps.random ?? Math.random,
      log: detail,
    });
  const streams = createStreams({
    clock,
    streams: deps.streams ?? 100,
    perDestination: () => deps.settings().destinationStreams,
  });
  const remote: RemoteDependencies = {
    pool,
    routes,
    streams,
    unreachable,
    tlsSessions: tlsReports?.sessions,
    spool,
    now,
    log: detail,
    async leaving(job, message, domain) {
      const { outgoing, rewritingSecret: secret, isLocalDomain: isLocal, hostName } = deps;
      const signed =
        outgoing === undefined ? message : await withOutgoingFields(job, message, { outgoing, log });
      if (secret === undefined) return signed;
      return { ...signed, reversePath: await senderFor(job, domain, { secret, isLocal, hostName, now }) };
    },
  };
  const bounceDeps = { ...deps, now, uniqueId: deps.uniqueId ?? randomUUID };

  const bounces = new Outage(deps, {
    begins: 'bounces cannot be written',
    ends: 'bounces are written again',
  });
  const processing = new Outage(deps, {
    begins: 'entries cannot be processed now',
    ends: 'entries are processed again',
  });
  const notNow = (error: unknown): RecipientOutcome => ({
    kind: 'retry',
    at: now() + PASSING_WAIT_MS,
    reply: `451 4.3.0 ${error instanceof Error ? error.message : String(error)}`,
  });

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

  /** A bounce that cannot be written now: those it is about wait, everybody else is done. */
  const bounceOf = async (job: Job): Promise<readonly Submission[]> => {
    try {
      const submissions = await senderReports(job, bounceDeps);
      if (submissions.length > 0) bounces.worked();
      return submissions;
    } catch (error) {
      bounces.failed(error);
      const outcome = notNow(error);
      for (const [index, end] of job.ends)
        if (end.outcome.kind === 'returned') job.ends.set(index, { outcome });
      return [];
    }
  };

  const finish = async (job: Job): Promise<void> => {
    const { entry } = job.assignment;
    try {
      if (job.ends.size === 0) giveBack([entry]);
      else {
        const submissions = [...(await bounceOf(job)), ...job.listCopies];
        const outcome = entryOutcome(job);
        reporter.add(submissions.length === 0 ? outcome : { ...outcome, submissions }, job.deliveryKeys);
        const isFailure = [...job.ends.values()].some(
          ({ outcome: { kind } }) => kind === 'retry' || kind === 'returned',
        );
        symbiontLog.block(isFailure ? 1 : 2, () => jobLines(job));
        if (isFailure) symbiontLog.failed();
      }
    } finally {
      jobs.delete(entry);
      wakeStop?.();
    }
  };

  const partDone = (job: Job): void => {
    job.parts--;
    if (job.parts === 0) void finish(job);
  };

  const notPrepared = (assignment: Assignment, error: unknown): void => {
    const { entry, entryId } = assignment;
    const reason = error instanceof Error ? error.message : String(error);
    if (isPassing(error)) {
      processing.failed(error);
      const outcome = notNow(error);
      const recipients = assignment.recipients.map(({ index }) => ({ index, outcome }));
      reporter.add({ entry, entryId, recipients }, []);
      return;
    }
    log.error({ err: error, entry }, 'entry cannot be processed');
    // Poison: kept on the queue for a person to look at, not tried for ever.
    deps.opcom.operatorMessage(
      'NETWORK',
      'TCPIP$SMTP_SYMBIONT',
      `Entry ${entry} retained on error: ${reason}`,
    );
    reporter.add({ entry, entryId, recipients: [], retainedOnError: reason }, []);
  };

  let settingsBefore = deps.settings();
  const runBatch = async (batch: readonly Assignment[]): Promise<void> => {
    await deps.refreshSettings?.();
    const settings = deps.settings();
    if (settings !== settingsBefore) streams.forget();
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
    const prepared: PreparedJob[] = [];
    const results = await Promise.allSettled(
      batch.map((assignment) => prepareJob(assignment, { settings, spool, resolve, now: now() })),
    );
    for (const [position, result] of results.entries()) {
      const assignment = batch[position];
      if (assignment === undefined) continue;
      if (recalledEarly.delete(assignment.entry)) giveBack([assignment.entry]);
      else if (result.status === 'rejected') notPrepared(assignment, result.reason);
      else prepared.push(result.value);
    }
    if (prepared.length > 0) processing.worked();
    for (const { job, remote: groups } of prepared) {
      jobs.set(job.assignment.entry, job);
      job.parts = groups.length + 1;
      for (const group of groups) deliverGroup(job, group, remote, () => partDone(job));
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
      registration = await deps.queueManager.registerSymbiont(symbiontPort, deps.capacity ?? 2000);
      tlsReports?.start();
    },
    async stop({ graceMs = 25_000 } = {}) {
      if (registration === undefined) return;
      isStopping = true;
      takeBackWaiting(() => true);
      let isLate = graceMs <= 0;
      const cancel = clock.at(now() + graceMs, () => {
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
      pool.close();
      await tlsReports?.stop();
      await registration.close();
      registration = undefined;
    },
  };
}

/** The machine is short of something, or a disk is not there now: the text itself may be sound. */
const isPassing = (error: unknown): boolean => {
  if (error instanceof Condition) return error.definition === RMS.FUL;
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^E(MFILE|NFILE|IO|NOMEM|AGAIN|BUSY|NOSPC|DQUOT|STALE)$/.test(code);
};
const PASSING_WAIT_MS = 60_000;

/** The configuration in force, one `name : value` line each. tcpip-smtp.md §6.4 */
const settingLines = (settings: SymbiontSettings): string[] =>
  Object.entries(settings)
    .filter(([name, value]) => typeof value !== 'function' && name !== 'altgatePassword')
    .map(([name, value]) => `${name} : ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`);
