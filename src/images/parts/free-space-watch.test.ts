import { expect, test } from 'vitest';
import { manualClock } from '../../adapters/memory/manual-clock.ts';
import type { OperatorCommunication } from '../../ports/operator-communication.ts';
import { type FreeSpaceRecord, watchFreeSpace } from './free-space-watch.ts';

const forgetful: FreeSpaceRecord = { wasLow: false, write() {} };

test('a file system that fills is told once, and once that there is room again', () => {
  const clock = manualClock();
  const told: unknown[] = [];
  let free = 5_000;
  const stop = watchFreeSpace(
    () => {
      if (free < 0) throw new Error('EIO');
      return free * 1_048_576;
    },
    { clock, operator: { operatorMessage: (...message) => told.push(message.slice(2)) }, record: forgetful },
  );
  for (free of [200, 99, 101, 50, 120, -1, 99, 200, 199, 99]) clock.advance(60_000);
  const about = 'file system of the root';
  expect(told).toEqual([
    ['99 MiB are left on the file system of the root', { about }],
    ['200 MiB are left on the file system of the root', { about, isOver: true }],
    ['99 MiB are left on the file system of the root', { about }],
  ]);
  stop();
  free = 300;
  clock.advance(600_000);
  expect(told).toHaveLength(3);
});

test('room that was made while the node was stopped is told when it starts', () => {
  let wasLow = false;
  const told: string[] = [];
  const start = (free: number): void => {
    const record = {
      wasLow,
      write(isLow: boolean) {
        wasLow = isLow;
      },
    };
    const operator = {
      operatorMessage: (...[, , text, alarm]: Parameters<OperatorCommunication['operatorMessage']>) =>
        void told.push(`${text.split(' ')[0]}${alarm?.isOver === true ? ' over' : ''}`),
    };
    watchFreeSpace(() => free * 1_048_576, { clock: manualClock(), operator, record })();
  };
  // At the edge nothing is over yet.
  for (const free of [99, 98, 150, 300, 300]) start(free);
  expect(told).toEqual(['99', '98', '300 over']);
});
