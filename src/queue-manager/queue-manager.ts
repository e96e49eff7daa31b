/**
 * The queue manager of a node: takes mail, keeps it, hands it to the symbionts, and obeys operators.
 * The single writer of the queue database. What it must never do: lose an entry, or acknowledge one that is not on
 * stable storage (group-commit.ts). Sources: queues.md §1–§4, §9, §10; tcpip-smtp.md §2; DESIGN §5.
 */
import { randomBytes } from 'node:crypto';
import { signal } from '../condition/index.ts';
import type { BatchProcesses, JobReceipt, JobSubmission, PrintPosition } from '../ports/batch.ts';
import type { MessageText } from '../ports/message-text.ts';
import type { DefinitionChange, QueueDefinitions } from '../ports/queue-definitions.ts';
import type {
  Caller,
  EntryChange,
  EntryFilter,
  EntryInfo,
  HowToRepair,
  MailAnalysis,
  MailChange,
  MailChanged,
  MailRepair,
  MailSelection,
  ManagerMove,
  QueueInfo,
  QueueManager,
  QueueSettings,
  StopJob,
  Submission,
  SubmitReceipt,
  SymbiontPort,
  SymbiontRegistration,
} from '../ports/queue-manager.ts';
import { BatchScheduler } from './batch/batch-scheduler.ts';
import { awaitJobEnd, setRestartValue, stopJob } from './batch/job-commands.ts';
import { ClockWatch } from './clock-watch.ts';
import { Desk } from './desk.ts';
import { changeEntries, deleteEntries, mailText } from './entry-commands.ts';
import { listEntries, listQueues } from './entry-list.ts';
import { EntryNumbers } from './entry-numbers.ts';
import { stopMailEntry } from './entry-stop.ts';
import { GroupCommit } from './group-commit.ts';
import type { ShownNode } from './listing.ts';
import { changeMail, sendMail } from './mail-changes.ts';
import { moveManager } from './manager-commands.ts';
import { JBC } from './messages.ts';
import { NodeQueues } from './node-queues.ts';
import { analyzeMail, cleanSpool, removeOrphan, removeSpooled, repairMail } from './orphans.ts';
import {
  assignQueue,
  define,
  deleteQueue,
  initializeQueue,
  mergeQueue,
  moveQueue,
  setQueue,
  startMail,
  stopMail,
} from './queue-commands.ts';
import { executionQueues, findQueue, type QueueManagerDeps, type Running } from './running.ts';
import { type QueueStatistics, Statistics } from './statistics.ts';
import { leavingAll, registerSymbiont } from './symbionts.ts';
import { TimedRelease } from './timed-release.ts';
import type { Counts } from './turn-plan.ts';

export interface NodeQueueManager extends QueueManager {
  /** From now on batch and print jobs run. */
  runBatch(processes: BatchProcesses): void;
  /** Takes up what an earlier start left: leases of the dead return, timed entries are timed again. */
  start(): Promise<void>;
  /** What it has done since it was made. */
  statistics(): QueueStatistics;
  /** Commits what waits and refuses what comes. What symbionts still hold goes back to the queue. */
  stop(): Promise<void>;
}

export const createQueueManager = (deps: QueueManagerDeps): NodeQueueManager => new DurableQueueManager(deps);

class DurableQueueManager implements NodeQueueManager {
  readonly #deps: QueueManagerDeps;
  readonly #node: ShownNode;
  readonly #statistics = new Statistics();
  #running: Running | undefined;

  constructor(deps: QueueManagerDeps) {
    this.#deps = deps;
    this.#node = { nodeName: deps.nodeName, fileDirectory: deps.fileDirectory, jobLimit: deps.jobLimit ?? 4 };
  }

  async start(): Promise<void> {
    const { store, clock, nodeName } = this.#deps;
    const incarnation = randomBytes(6).toString('base64url');
    const owner = `${nodeName}/${incarnation}`;
    const now = clock.now();
    for (const { entry, submittedAt, spoolId } of await store.returnLeases(nodeName, owner, now)) {
      this.#deps.journal?.(() => ({ event: 'deleted', entry, seconds: (now - submittedAt) / 1_000 }));
      if (spoolId !== undefined) await removeSpooled(this.#deps, spoolId);
    }
    const queues = new NodeQueues(nodeName, await executionQueues(this.#deps), await store.queues());
    await store.commit(queues.changes());
    const numbers = new EntryNumbers(store, await store.nextEntry());
    const counts: Counts = { ...(await store.counts()) };
    const desk = new Desk();
    const timedRelease = (instant: number): void => release.note(instant);
    const commits = new GroupCommit({
      ...this.#deps,
      queues,
      desk,
      numbers,
      counts,
      owner,
      incarnation,
      timedRelease,
      statistics: this.#statistics,
    });
    const release = new TimedRelease(this.#deps, commits, counts);
    await release.start();
    const batch = await BatchScheduler.start({ ...this.#deps, commits, numbers, owner, incarnation });
    const clockWatch = new ClockWatch({ ...this.#deps, onSetBack: (byMs) => release.bringForward(byMs) });
    const running: Running = {
      deps: this.#deps,
      node: this.#node,
      queues,
      desk,
      counts,
      numbers,
      commits,
      release,
      batch,
      clockWatch,
      cancelCleaning: cleanSpool({ deps: this.#deps, commits, clockWatch }),
    };
    this.#running = running;
    queues.isSuspended = batch.work.isSuspended;
  }

  statistics(): QueueStatistics {
    return this.#statistics.now();
  }

  async stop(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    running.clockWatch.stop();
    running.release.stop();
    running.cancelCleaning();
    await running.batch.stop();
    const settlements = running.desk.symbionts.flatMap((symbiont) => {
      symbiont.present = false;
      return leavingAll(symbiont, 'giveBack');
    });
    const settled = running.commits.settle(settlements).catch(() => undefined);
    await running.commits.stop();
    await settled;
    await this.#deps.store.commit([running.numbers.exact()]).catch((error: unknown) => {
      this.#deps.log.warn({ err: error }, 'the next entry number could not be written');
    });
  }

  async submit(submission: Submission): Promise<SubmitReceipt> {
    const { queues, commits } = this.#manager();
    if (!queues.isOpen()) signal(JBC.QUE_CLOSED);
    if (submission.envelope.forwardPaths.length === 0) signal(JBC.EMPTYJOB);
    return commits.submit(submission);
  }

  async queues(pattern?: string): Promise<readonly QueueInfo[]> {
    return listQueues(this.#manager(), pattern);
  }

  async entries(filter: EntryFilter, caller: Caller): Promise<readonly EntryInfo[]> {
    return listEntries(this.#manager(), filter, caller);
  }

  async changeEntries(
    entries: readonly number[],
    change: EntryChange | readonly EntryChange[],
    caller: Caller,
  ): Promise<void> {
    await changeEntries(this.#manager(), entries, [change].flat(), caller);
  }

  async deleteEntries(entries: readonly number[], caller: Caller): Promise<void> {
    await deleteEntries(this.#manager(), entries, caller);
  }

  async changeMail(selection: MailSelection, change: MailChange, caller: Caller): Promise<MailChanged> {
    return changeMail(this.#manager(), selection, change, caller);
  }

  async sendMail(selection: MailSelection, caller: Caller): Promise<number> {
    return sendMail(this.#manager(), selection, caller);
  }

  async mailText(entry: number, caller: Caller): Promise<MessageText> {
    return mailText(this.#manager(), entry, caller);
  }

  async startQueue(name: string, caller: Caller, position?: PrintPosition): Promise<void> {
    await moveQueue(this.#manager(), name, 'start', caller, position);
  }

  async stopQueue(name: string, how: 'pause' | 'next' | 'reset', caller: Caller): Promise<void> {
    await moveQueue(this.#manager(), name, how, caller);
  }

  async setQueue(name: string, change: QueueSettings, caller: Caller): Promise<void> {
    await setQueue(this.#manager(), name, change, caller);
  }

  async initializeQueue(name: string, settings: QueueSettings, caller: Caller): Promise<void> {
    await initializeQueue(this.#manager(), name, settings, caller);
  }

  async deleteQueue(name: string, caller: Caller): Promise<void> {
    await deleteQueue(this.#manager(), name, caller);
  }

  async assignQueue(name: string, target: string | undefined, caller: Caller): Promise<void> {
    await assignQueue(this.#manager(), name, target, caller);
  }

  async mergeQueue(source: string, target: string, caller: Caller): Promise<void> {
    await mergeQueue(this.#manager(), source, target, caller);
  }

  async definitions(): Promise<QueueDefinitions> {
    const { definitions } = this.#manager().batch.work;
    return { ...definitions.stored, forms: definitions.forms };
  }

  async define(change: DefinitionChange, caller: Caller): Promise<void> {
    await define(this.#manager(), change, caller);
  }

  async moveManager(how: ManagerMove, caller: Caller): Promise<void> {
    await moveManager(this.#running ?? signal(JBC.JOBQUEDIS), how, caller);
  }

  runBatch(processes: BatchProcesses): void {
    this.#running?.batch.runWith(processes);
  }

  async submitJob(submission: JobSubmission, caller: Caller): Promise<JobReceipt> {
    return this.#jobQueues(submission).submit(submission, caller);
  }

  async reserveJob(submission: JobSubmission, caller: Caller): Promise<number> {
    return this.#jobQueues(submission).reserve(submission, caller);
  }

  /** Throws JBC INCQUETYP for a queue of mail. */
  #jobQueues({ queueName }: JobSubmission): BatchScheduler {
    const running = this.#manager();
    if (findQueue(running, queueName).properties === undefined) signal(JBC.INCQUETYP);
    return running.batch;
  }

  async stopJob(entry: number, how: StopJob, caller: Caller): Promise<void> {
    const running = this.#manager();
    if (running.batch.jobs.get(entry) === undefined) await stopMailEntry(running, entry, how, caller);
    else await stopJob(running.batch.work, entry, how, caller);
  }

  async setRestartValue(entry: number, value: string, caller: Caller): Promise<void> {
    await setRestartValue(this.#manager().batch.work, entry, value, caller);
  }

  async awaitJob(entry: number, caller: Caller): Promise<number> {
    return awaitJobEnd(this.#manager().batch.work, entry, caller);
  }

  async startMail(caller: Caller): Promise<void> {
    await startMail(this.#manager(), caller);
  }

  async stopMail(caller: Caller): Promise<void> {
    await stopMail(this.#manager(), caller);
  }

  async analyzeMail(caller: Caller): Promise<MailAnalysis> {
    return analyzeMail(this.#manager(), caller);
  }

  async repairMail(how: HowToRepair, caller: Caller): Promise<MailRepair> {
    return repairMail(this.#manager(), how, caller);
  }

  async removeOrphan(spoolId: string, caller: Caller): Promise<boolean> {
    return removeOrphan(this.#manager(), spoolId, caller);
  }

  async registerSymbiont(port: SymbiontPort, capacity: number): Promise<SymbiontRegistration> {
    const running = this.#running ?? signal(JBC.JOBQUEDIS);
    return registerSymbiont(running, port, capacity, () => this.#running === running);
  }

  /** Throws JBC JOBQUEDIS where it does not run, or an operator stopped it. */
  #manager(): Running {
    const running = this.#running ?? signal(JBC.JOBQUEDIS);
    if (running.batch.work.isSuspended) signal(JBC.JOBQUEDIS);
    return running;
  }
}
