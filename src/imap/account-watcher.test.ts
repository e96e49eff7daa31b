import { describe, expect, it, vi } from 'vitest';
import { startImapRig } from '../../test/support/imap-rig.ts';
import { manualClock } from '../adapters/memory/manual-clock.ts';
import { systemClock } from '../adapters/node/system-clock.ts';
import { silentLog } from '../ports/log.ts';
import { AccountWatcher } from './account-watcher.ts';

const GLANCE_MS = 2_000;

describe('the accounts of sessions', () => {
  it('are asked about once for each user, when any has changed, and once a minute', async () => {
    const clock = manualClock(0);
    let stamp = 1;
    const closed = new Set<string>();
    const mayStay = vi.fn(async (userName: string) => !closed.has(userName));
    const watcher = new AccountWatcher({ mayStay, stamp: () => stamp }, clock, silentLog);
    const ended: string[] = [];
    const watch = (userName: string, session: string) => watcher.watch(userName, () => ended.push(session));
    const unwatch = [watch('SMITH', 'one'), watch('SMITH', 'two'), watch('JONES', 'three')];
    const asked = async () => {
      mayStay.mockClear();
      clock.advance(GLANCE_MS);
      // A glance, and the wait that is begun behind it.
      for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
      return mayStay.mock.calls.map(([userName]) => userName);
    };
    expect(await asked()).toEqual(['SMITH', 'JONES']);
    expect(await asked()).toEqual([]);
    closed.add('SMITH');
    stamp++;
    expect(await asked()).toEqual(['SMITH', 'JONES']);
    expect(ended).toEqual(['one', 'two']);
    unwatch[0]!();
    unwatch[1]!();
    // JONES' time ends, and nothing has changed.
    closed.add('JONES');
    expect(await asked()).toEqual([]);
    const later: string[] = [];
    for (let glance = 0; glance < 60_000 / GLANCE_MS; glance++) later.push(...(await asked()));
    expect(later).toEqual(['JONES']);
    expect(ended).toEqual(['one', 'two', 'three']);
    unwatch[2]!();
    stamp++;
    expect(await asked()).toEqual([]);
  });

  it('that cannot be read are looked at again', async () => {
    const clock = manualClock(0);
    let isBroken = true;
    const mayStay = async () => {
      if (isBroken) throw new Error('the disk');
      return false;
    };
    const watcher = new AccountWatcher({ mayStay, stamp: () => 1 }, clock, silentLog);
    const end = vi.fn();
    watcher.watch('SMITH', end);
    clock.advance(GLANCE_MS);
    await new Promise((resolve) => setImmediate(resolve));
    expect(end).not.toHaveBeenCalled();
    isBroken = false;
    clock.advance(GLANCE_MS);
    await vi.waitFor(() => expect(end).toHaveBeenCalledOnce());
  });

  it('end them with BYE, also where they wait or are silent', async () => {
    let isClosed = false;
    const accounts = {
      mayStay: async (userName: string) => !isClosed || userName !== 'SMITH',
      stamp: () => Number(isClosed),
    };
    await using rig = await startImapRig({ accounts: new AccountWatcher(accounts, systemClock, silentLog) });
    const [idle, silent, other] = [await rig.login(), await rig.login(), await rig.login('JONES')];
    await idle.command('SELECT INBOX');
    idle.write('i IDLE\r\n');
    await idle.until(/^\+ idling\r\n/m);
    isClosed = true;
    const bye = '* BYE The account is not to be used any more.\r\n';
    expect(await idle.until(/^never/)).toBe(`i OK IDLE terminated\r\n${bye}`);
    expect(await silent.until(/^never/)).toBe(bye);
    expect(await other.command('NOOP')).toMatch(/^a\d+ OK/);
  });

  it('end them with the next command at once', async () => {
    let isClosed = false;
    const accounts = { mayStay: async () => !isClosed, stamp: () => 0 };
    await using rig = await startImapRig({
      accounts: new AccountWatcher(accounts, manualClock(0), silentLog),
    });
    const client = await rig.login();
    isClosed = true;
    expect(await client.command('NOOP')).toBe('* BYE The account is not to be used any more.\r\n');
  });
});
