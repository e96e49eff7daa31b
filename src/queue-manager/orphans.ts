/** Spooled texts and entries that have lost each other: ANALYZE MAIL, and what processes that died have left. Source: tcpip-smtp.md §2.6. */
import type { Caller, HowToRepair, MailAnalysis, MailRepair } from '../ports/queue-manager.ts';
import { checkManager } from './access.ts';
import { analyze } from './analysis.ts';
import { mendBeliefs } from './beliefs.ts';
import type { QueueManagerDeps, Running } from './running.ts';

/** A spooled text without an entry is an orphan when it is older than any mail transaction. */
export const ORPHAN_AGE_MS = 60 * 60_000;

/** ANALYZE MAIL. */
export async function analyzeMail(running: Running, caller: Caller): Promise<MailAnalysis> {
  checkManager(caller);
  return analyze(running, running.deps.clock.now() - ORPHAN_AGE_MS);
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

/** Texts that nobody knows and that are so old, milliseconds. */
export async function removeOrphans(deps: QueueManagerDeps, ageMs: number): Promise<void> {
  const { store, spool, clock, log } = deps;
  try {
    const old = await spool.list(clock.now() - ageMs);
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
