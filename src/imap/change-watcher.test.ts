import { expect, it, vi } from 'vitest';
import { manualClock } from '../adapters/memory/manual-clock.ts';
import type { Clock } from '../ports/clock.ts';
import { silentLog } from '../ports/log.ts';
import type { FolderRef, MailboxRecord } from '../ports/mailboxes.ts';
import { ChangeWatcher } from './change-watcher.ts';

it('asks once for each mailbox, and wakes those whose mailbox has changed', async () => {
  const manual = manualClock(0);
  let waiting = 0;
  const clock: Clock = {
    ...manual,
    after(ms, callback) {
      waiting++;
      const callOff = manual.after(ms, () => {
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
    [1, 5],
    [2, 7],
  ]);
  let stamp = 1;
  const find = vi.fn(async (_file: number, folder: FolderRef) => {
    const highestModseq = modseqs.get(folder as number);
    return highestModseq === undefined ? undefined : ({ highestModseq } as MailboxRecord);
  });
  const watcher = new ChangeWatcher({ stamp: () => stamp, find }, clock, silentLog);
  const woken: string[] = [];
  const watch = (who: string, folderId: number) =>
    watcher.watch({ fileId: 1, folderId }, () => woken.push(who));
  const ends = [watch('one', 1), watch('two', 1), watch('three', 2)];
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
  modseqs.set(1, 6);
  find.mockClear();
  expect(await glance()).toEqual(['one', 'two']);
  expect(find).toHaveBeenCalledTimes(2);
  ends[0]!();
  stamp++;
  modseqs.delete(1);
  expect(await glance()).toEqual(['two']);
  for (const end of ends) end();
  expect(waiting).toBe(0);
});
