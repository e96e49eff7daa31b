/** Spooled texts and entries that have lost each other: ANALYZE MAIL, and what processes that died have left. Source: tcpip-smtp.md §2.6. */
import type { Caller, HowToRepair, MailAnalysis, MailRepair } from '../ports/queue-manager.ts';
import { checkManager } from './access.ts';
import { analyze } from './analysis.ts';
import { mendBeliefs } from './beliefs.ts';
import type { QueueManagerDeps, Running } from './running.ts';

/** A spooled text without an entry is an orphan when it is older than any mail transaction. */
const ORPHAN_AGE_MS = 60 * 60_000;
/** What processes that died leave while the queue manager runs is removed every day. */
const DAY_MS = 24 * 60 * 60_000;

/** ANALYZE MAIL. */
export async function analyzeMail(running: Running, caller: Caller): Promise<MailAnalysis> {
  checkManager(caller);
  return analyze(running, running.clockWatch.earliestNow() - ORPHAN_AGE_MS);
}

/** ANALYZE MAIL/REPAIR, after the entries: what the analysis finds beside them. */
export async function repairMail(
  running: Running,
  { indexes, release }: HowToRepair,
  caller: Caller,
): Promise<MailRepair> {
  checkManager(caller);
  const { store } = running.deps;
  const strays = await running.commits.exclusive(async () => {
    if (indexes) await store.rebuildIndexes();
    return store.mendRecords();
  });
  return { strays, released: await mendBeliefs(running, release) };
}

/** @returns false when an entry knows it meanwhile, or may */
export async function removeOrphan(
  { deps: { store, spool }, commits }: Running,
  spoolId: string,
  caller: Caller,
): Promise<boolean> {
  checkManager(caller);
  return commits.exclusive(async () => {
    // While the store fails, a bounce that waits for it is known to nobody else.
    if (commits.waitsWith(spoolId) || (await store.isSpooled(spoolId))) return false;
    await spool.remove(spoolId);
    return true;
  });
}

/**
 * Removes what a crash has left, once what others had begun before the start must be over: by a clock that was set just before, a
 * text that is being written may look as old as one of yesterday. Then what is left every day. @returns the way to call it off
 */
export function cleanSpool({
  deps,
  commits,
  clockWatch,
}: Pick<Running, 'deps' | 'commits' | 'clockWatch'>): () => void {
  const { clock } = deps;
  let callOff = (): void => {};
  const cleanIn = (waitMs: number): void => {
    callOff = clock.after(waitMs, () => {
      // While the store fails, a bounce that waits for it is known to nobody else.
      if (!commits.isWaiting) void removeOrphans(deps, clockWatch.earliestNow() - waitMs);
      cleanIn(DAY_MS);
    });
  };
  cleanIn(ORPHAN_AGE_MS);
  return () => callOff();
}

/** Texts that nobody knows, created before this instant. */
async function removeOrphans(deps: QueueManagerDeps, createdBefore: number): Promise<void> {
  const { store, spool, log } = deps;
  try {
    const old = await spool.list(createdBefore);
    for (const spoolId of old) if (!(await store.isSpooled(spoolId))) await removeSpooled(deps, spoolId);
  } catch (error) {
    log.warn({ err: error }, 'orphans of the spool could not be removed');
  }
}

/** What cannot be removed now is an orphan of tomorrow. */
export async function removeSpooled({ spool, log }: QueueManagerDeps, spoolId: string): Promise<void> {
  try {
    await spool.remove(spoolId);
  } catch (error) {
    log.warn({ err: error, spoolId }, 'a spooled text could not be removed');
  }
}
