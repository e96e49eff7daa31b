import { expect, test } from 'vitest';
import { manualClock } from '../../adapters/memory/manual-clock.ts';
import { watchFreeSpace } from './free-space-watch.ts';

test('a file system that fills is told once, and once that there is room again', () => {
  const clock = manualClock();
  const told: unknown[] = [];
  let free = 5_000;
  const stop = watchFreeSpace(
    () => {
      if (free < 0) throw new Error('EIO');
      return free * 1_048_576;
    },
    { clock, operator: { operatorMessage: (...message) => told.push(message.slice(2)) } },
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
