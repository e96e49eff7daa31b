import { expect, test } from 'vitest';
import { manualClock } from '../../adapters/memory/manual-clock.ts';
import { condition, JBC } from '../../condition/index.ts';
import { silentLog } from '../../ports/log.ts';
import { storageOutage } from './storage-outage.ts';

function rig() {
  const clock = manualClock();
  const told: string[] = [];
  const outage = storageOutage({ clock, log: silentLog }, (text) => void told.push(text));
  return { clock, told, outage };
}

test('operators hear once that texts cannot be stored, and once that they can', () => {
  const { clock, told, outage } = rig();
  for (let count = 0; count < 9; count++)
    outage.failed(Object.assign(new Error('EIO: i/o error'), { code: 'EIO' }));
  outage.worked();
  clock.advance(60_000);
  expect(told).toEqual([
    'Texts of mail cannot be stored, it is refused for now: EIO: i/o error',
    'Texts of mail can be stored again',
  ]);
});

test('of a queue database that cannot be written the queue manager tells them', () => {
  const { clock, told, outage } = rig();
  outage.failed(condition(JBC.WRITEERR, 'QMAN$MASTER.DAT'));
  outage.worked();
  clock.advance(60_000);
  expect(told).toEqual([]);
});
