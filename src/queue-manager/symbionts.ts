/** Symbionts that come and go, and what becomes of the entries they hold. Source: queues.md §1, §10; DESIGN §5. */
import { condition } from '../condition/index.ts';
import type { SymbiontPort, SymbiontRegistration } from '../ports/queue-manager.ts';
import { isSuspect } from './claim.ts';
import { Symbiont } from './desk.ts';
import { QMAN } from './messages.ts';
import type { Running } from './running.ts';
import type { Settlement } from './settlement-plan.ts';

/** @param isRunning  false once the queue manager has been stopped: its stop has given everything back. */
export function registerSymbiont(
  running: Running,
  port: SymbiontPort,
  capacity: number,
  isRunning: () => boolean,
): SymbiontRegistration {
  const { deps, desk, commits } = running;
  const symbiont = new Symbiont(port, capacity);
  desk.add(symbiont);
  commits.schedule();
  return {
    report: (outcomes) => {
      symbiont.heardAt = deps.clock.now();
      return commits.settle(
        outcomes.map((outcome) => ({
          symbiont,
          entry: outcome.entry,
          leaving: { kind: 'outcome', outcome },
        })),
      );
    },
    giveBack: (entries) =>
      commits.settle(entries.map((entry) => ({ symbiont, entry, leaving: { kind: 'giveBack' } }))),
    close: async (how) => {
      if (isRunning()) await symbiontLeaves(running, symbiont, how);
    },
  };
}

async function symbiontLeaves(
  { deps, commits, desk }: Running,
  symbiont: Symbiont,
  how: 'died' | undefined,
): Promise<void> {
  if (!symbiont.present) return;
  symbiont.present = false;
  if (how === 'died') {
    deps.opcom.operatorMessage('CENTRAL', 'QUEUE_MANAGER', condition(QMAN.SYMDEL).message);
  }
  const settlements = leavingAll(symbiont, how === 'died' ? 'symbiontDied' : 'giveBack', deps.clock.now());
  // What the symbiont reported just before is settled already, and what a stop leaves returns with the next start.
  await commits.settle(settlements).catch(() => undefined);
  // A push that was under way when it left gives its entries back on its own.
  await commits.exclusive(async () => {
    if (symbiont.inHand.size === 0) desk.remove(symbiont);
  });
}

/**
 * Everything a symbiont that leaves has in hand. Of one that died, only a fresh suspect is accused when there is one,
 * else all are: see claim.ts.
 */
export function leavingAll(symbiont: Symbiont, how: 'giveBack' | 'symbiontDied', now = 0): Settlement[] {
  const held = [...symbiont.inHand.values()];
  const hasSuspect = held.some((each) => isSuspect(symbiont, each, now));
  return held.map((each) => {
    const isAccused = how === 'symbiontDied' && (!hasSuspect || isSuspect(symbiont, each, now));
    return { symbiont, entry: each.entry.entry, leaving: { kind: isAccused ? 'symbiontDied' : 'giveBack' } };
  });
}
