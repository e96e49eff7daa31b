/** A store that fails: mail is refused, outcomes wait. */
import { expect, test } from 'vitest';
import { condition, RMS } from '../condition/index.ts';
import { memoryNode, settled, startQueueManager, submission, testSymbiont } from './testing/test-node.ts';

test('a full store refuses mail with its condition, keeps outcomes, and says so once', async () => {
  const { manager, store, clock, messages } = await memoryNode();
  const symbiont = await testSymbiont(manager);
  await manager.submit(submission());
  const [assignment] = await symbiont.arrivals(1);
  store.failWith(condition(RMS.FUL));
  await expect(manager.submit(submission())).rejects.toMatchObject({ ident: 'FUL' });
  await expect(manager.submit(submission())).rejects.toMatchObject({ ident: 'FUL' });
  store.failWith(new Error('input/output error'));
  await expect(manager.submit(submission())).rejects.toMatchObject({ ident: 'WRITEERR' });
  const report = symbiont.finish([assignment!]);
  await settled();
  expect(messages).toEqual([
    '%QMAN-E-STOREFAIL, error writing QMAN$MASTER.DAT, new mail is refused\n-RMS-F-FUL, device full (insufficient space for allocation)',
  ]);
  store.failWith(undefined);
  clock.advance(1_000);
  await report;
  expect((await store.find({ limit: 1 })).entries).toEqual([]);
  await manager.submit(submission());
  clock.advance(10_000);
  expect(messages).toHaveLength(2);
  expect(messages[1]).toContain('is writable again');
});

test('a report that the stop overtakes on a failing store is refused, and its entry comes again', async () => {
  const { manager, store } = await memoryNode();
  const symbiont = await testSymbiont(manager);
  await manager.submit(submission());
  store.failWith(new Error('input/output error'));
  const refused = expect(symbiont.finish(await symbiont.arrivals(1))).rejects.toMatchObject({
    ident: 'JOBQUEDIS',
  });
  await settled();
  await manager.stop();
  await refused;
  store.failWith(undefined);
  const again = await startQueueManager({ store });
  await (await testSymbiont(again.manager)).arrivals(1);
});

test('a failed commit uses up no room at the symbiont', async () => {
  const { manager, store } = await memoryNode();
  const symbiont = await testSymbiont(manager, 1);
  store.failWith(condition(RMS.FUL));
  await expect(manager.submit(submission())).rejects.toThrow();
  store.failWith(undefined);
  await manager.submit(submission());
  await symbiont.arrivals(1);
  expect(symbiont.assigned).toHaveLength(1);
});
