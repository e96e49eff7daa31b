/**
 * Gives memory back when a process has nothing to do. Under load it is well spent: what a message leaves behind is collected rarely,
 * and what was read last is kept. Nobody needs it afterwards, and neither the JavaScript engine nor SQLite gives it back by
 * itself.
 */
import { freeUnusedMemory } from './free-memory.ts';
import { garbageCollector } from './garbage-collector.ts';

/** How often the process looks at itself. */
const LOOK_MS = 10_000;
/** Share of a processor below which it has nothing to do. */
const QUIET = 0.02;
/** Looks in a row that found nothing to do. */
const QUIET_LOOKS = 2;
/** To collect all garbage takes some 50 ms: worth it for so much. */
const WORTH_BYTES = 8 * 1024 * 1024;

export interface IdleMemoryOptions {
  /** Gives back what the process keeps for speed. Default: nothing. */
  release?(): void;
  readonly lookMs?: number;
}

/** From now on; returns what ends it. */
export function giveMemoryBackWhenIdle({ release, lookMs = LOOK_MS }: IdleMemoryOptions = {}): () => void {
  let cpu = process.cpuUsage();
  let quietLooks = 0;
  let needed = 0;
  const look = (): void => {
    const { user, system } = process.cpuUsage(cpu);
    cpu = process.cpuUsage();
    quietLooks = user + system < QUIET * lookMs * 1_000 ? quietLooks + 1 : 0;
    if (quietLooks < QUIET_LOOKS || process.memoryUsage.rss() < needed + WORTH_BYTES) return;
    release?.();
    // Not kept: its context would be.
    garbageCollector()({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    freeUnusedMemory();
    needed = process.memoryUsage.rss();
    // What that took is no sign of work.
    cpu = process.cpuUsage();
  };
  const timer = setInterval(look, lookMs).unref();
  return () => clearInterval(timer);
}
