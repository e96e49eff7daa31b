/** F$GETQUI over a real queue manager, where a transcript would be too long: many jobs, and any order of calls. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createMemoryQueueStore } from '../../../adapters/memory/queue-store.ts';
import type { QueueManager } from '../../../ports/queue-manager.ts';
import { startQueueManager, submission } from '../../../queue-manager/testing/test-node.ts';
import { openSession } from '../../testing/session-fixture.ts';
import { createQueueLexicals } from './index.ts';

const JOBS = 1_203;

async function managerWithJobs(count = JOBS): Promise<QueueManager> {
  const { manager } = await startQueueManager({ store: createMemoryQueueStore() });
  const owners = ['JONES', 'MARLOW', 'SMITH'];
  for (let index = 0; index < count; index += 1) {
    await manager.submit(submission('', { hold: true, userName: owners[index % 3]! }));
  }
  return manager;
}

async function sessionOn(manager: QueueManager, privileges: readonly string[] = ['NETMBX', 'TMPMBX']) {
  const lexicals = createQueueLexicals({ queueManager: async () => manager });
  const count = [
    '$ N = 0',
    '$ SUM = 0',
    '$ X = F$GETQUI("CANCEL_OPERATION")',
    '$ Q = F$GETQUI("DISPLAY_QUEUE","QUEUE_NAME","*_00","WILDCARD")',
    '$LOOP: HIDDEN = F$GETQUI("DISPLAY_JOB","JOB_INACCESSIBLE",,P1)',
    '$ IF HIDDEN .EQS. "" THEN GOTO DONE',
    '$ N = N + 1',
    '$ IF .NOT. HIDDEN THEN SUM = SUM + 1',
    '$ GOTO LOOP',
    '$DONE: WRITE SYS$OUTPUT N, " ", SUM',
  ];
  return openSession({ lexicals, privileges, files: { 'DKA0:[JONES]COUNT.COM;1': count.join('\n') } });
}

test('every job of a long queue comes once; those of others are inaccessible', async () => {
  const manager = await managerWithJobs();
  const { session, lines } = await sessionOn(manager);
  await session.procedure('COUNT', ['']);
  await session.procedure('COUNT', ['ALL_JOBS']);
  await session.close();
  const operator = await sessionOn(manager, ['OPER']);
  await operator.session.procedure('COUNT', ['ALL_JOBS']);
  await operator.session.close();
  expect([...lines, ...operator.lines]).toEqual([
    `${JOBS / 3} ${JOBS / 3}`,
    `${JOBS} ${JOBS / 3}`,
    `${JOBS} ${JOBS}`,
  ]);
});

test('what somebody may not read crosses no wire', async () => {
  const manager = await managerWithJobs(3);
  const caller = { userName: 'JONES', privileges: [] };
  const all = await manager.entries({ withInaccessible: true, withRecipients: true }, caller);
  expect(all.map(({ entry, inaccessible }) => [entry, inaccessible])).toEqual([
    [1, undefined],
    [2, true],
    [3, true],
  ]);
  expect(JSON.stringify(all.slice(1))).not.toMatch(/MARLOW|SMITH|node\.example/);
  const named = { withInaccessible: true, userName: 'MARLOW' };
  expect(await manager.entries(named, caller)).toEqual([]);
  expect(await manager.entries({ withInaccessible: true, jobName: '*MARLOW' }, caller)).toEqual([]);
});

test('any order of calls gives values or messages, and a walk that is begun anew gives all again', async () => {
  const manager = await managerWithJobs(6);
  const { session, lines } = await sessionOn(manager);
  const functions = ['QUEUE', 'JOB', 'FILE', 'ENTRY', 'FORM', 'CHARACTERISTIC', 'MANAGER'].map(
    (each) => `DISPLAY_${each}`,
  );
  const call = fc.record({
    name: fc.constantFrom(...functions, 'TRANSLATE_QUEUE', 'CANCEL_OPERATION', ''),
    item: fc.constantFrom('QUEUE_NAME', 'ENTRY_NUMBER', 'FILE_SPECIFICATION', 'FORM_NAME', 'JOB_STATUS', ''),
    object: fc.constantFrom('', '*', '%*', '1', '9999', 'TCPIP$SMTP_HEARTS_00', '*_01', 'NOWHERE'),
    flags: fc.subarray(['WILDCARD', 'FREEZE_CONTEXT', 'ALL_JOBS', 'HOLDING_JOBS', 'SERVER', 'THIS_JOB']),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(call, { maxLength: 12 }), async (calls) => {
      for (const { name, item, object, flags } of calls) {
        await session.execute(`X = F$GETQUI("${name}","${item}","${object}","${flags.join(',')}")`);
      }
      lines.length = 0;
      await session.procedure('COUNT', ['ALL_JOBS']);
      expect(lines).toEqual(['6 2']);
    }),
    { numRuns: 40 },
  );
  await session.close();
});
