import { expect, it, vi } from 'vitest';
import { manualClock } from '../adapters/memory/manual-clock.ts';
import type { Clock } from '../ports/clock.ts';
import { silentLog } from '../ports/log.ts';
import type { MailboxRecord } from '../ports/mailboxes.ts';
import { ChangeWatcher } from './change-watcher.ts';

it('asks once for each mailbox, and wakes those whose mailbox has changed', async () => {
  const manual = manualClock(0);
  let waiting = 0;
  const clock: Clock = {
    now: () => manual.now(),
    at(instant, callback) {
      waiting++;
      const callOff = manual.at(instant, () => {
        waiting--;
        callback();
      });
      return () => {
        waiting--;
        callOff();
      };
    },
  };
  const modseqs = new Map([
    ['NEWMAIL', 5],
    ['MAIL', 7],
  ]);
  const ids = new Map([
    ['NEWMAIL', 1],
    ['MAIL', 2],
  ]);
  let stamp = 1;
  const find = vi.fn(async (_file: number, name: string) =>
    modseqs.has(name)
      ? ({ id: ids.get(name)!, highestModseq: modseqs.get(name)! } as MailboxRecord)
      : undefined,
  );
  const watcher = new ChangeWatcher({ stamp: () => stamp, find }, clock, silentLog);
  const woken: string[] = [];
  const watch = (who: string, folder: string) => watcher.watch({ fileId: 1, folder }, () => woken.push(who));
  const ends = [watch('one', 'NEWMAIL'), watch('two', 'NEWMAIL'), watch('three', 'MAIL')];
  const glance = async (): Promise<readonly string[]> => {
    manual.advance(200);
    await vi.waitFor(() => expect(waiting).toBe(1));
    return woken.splice(0);
  };

  expect(await glance()).toEqual([]);
  expect(find).not.toHaveBeenCalled();
  stamp++;
  // Nobody knows yet what had been there.
  expect(await glance()).toEqual(['one', 'two', 'three']);
  stamp++;
  modseqs.set('NEWMAIL', 6);
  find.mockClear();
  expect(await glance()).toEqual(['one', 'two']);
  expect(find).toHaveBeenCalledTimes(2);
  stamp++;
  // Another folder has the name now, as much changed as the one before.
  ids.set('MAIL', 3);
  expect(await glance()).toEqual(['three']);
  ends[0]!();
  stamp++;
  modseqs.delete('NEWMAIL');
  expect(await glance()).toEqual(['two']);
  for (const end of ends) end();
  expect(waiting).toBe(0);
});
