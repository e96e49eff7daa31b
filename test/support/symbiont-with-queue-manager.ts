/** A symbiont behind the real queue manager, in memory, on a clock that a test moves. */
import { manualClock } from '../../src/adapters/memory/manual-clock.ts';
import { createMemoryQueueStore } from '../../src/adapters/memory/queue-store.ts';
import { silentLog } from '../../src/ports/log.ts';
import { createQueueManager } from '../../src/queue-manager/index.ts';
import { memorySpool, type RigOptions, startRig } from './symbiont-rig.ts';

const operator = { userName: 'SYSTEM', privileges: ['OPER'] };

export async function startQueueNode(options: RigOptions) {
  const clock = manualClock();
  const spool = memorySpool();
  const manager = createQueueManager({
    store: createMemoryQueueStore(),
    spool,
    clock,
    log: silentLog,
    opcom: { operatorMessage() {}, broadcast() {} },
    nodeName: 'PLUTO',
    fileDirectory: '_PLUTO$DKA0:[TCPIP$SMTP]',
  });
  await manager.start();
  const rig = await startRig({
    ...options,
    dependencies: { queueManager: manager, clock, spool, ...options.dependencies },
  });
  return { manager, rig, clock, entries: () => manager.entries({ withRecipients: true }, operator) };
}

export async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setImmediate(resolve));
}
