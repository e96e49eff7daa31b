import { existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { LOCK_PREFIX } from './host-names.ts';
import { withNameLock } from './name-lock.ts';

test('a lock that somebody holds is waited for, though it looks a day old by a clock that was set', async () => {
  const hostDirectory = mkdtempSync(join(tmpdir(), 'lock-'));
  onTestFinished(() => rmSync(hostDirectory, { recursive: true }));
  const held = join(hostDirectory, `${LOCK_PREFIX}A.TXT`);
  writeFileSync(held, '');
  const yesterday = Date.now() / 1_000 - 86_400;
  utimesSync(held, yesterday, yesterday);
  let isIn = false;
  const waiting = withNameLock({ hostDirectory, baseName: 'A.TXT', directory: '[A]' }, async () => {
    isIn = true;
  });
  await delay(300);
  expect([isIn, existsSync(held)]).toEqual([false, true]);
  rmSync(held);
  await waiting;
  expect(isIn).toBe(true);
});
