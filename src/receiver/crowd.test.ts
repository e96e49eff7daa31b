/** Whom a crowd asks to go, and who waits; with connections, too. */
import { afterEach, describe, expect, it } from 'vitest';
import { Crowd } from './crowd.ts';
import { defaultReceiverSettings } from './receiver-settings.ts';
import { Client, closeAll, startRig } from './testing/receiver-rig.ts';

afterEach(closeAll);

const member = (name: string, gone: string[], isBusy = false) => ({
  dismiss: () => {
    if (!isBusy) gone.push(name);
    return !isBusy;
  },
});

describe('room is made', () => {
  it('by whoever has got nothing done for longest, and not by who is busy', () => {
    const crowd = new Crowd();
    const gone: string[] = [];
    const [busy, first, second] = [member('busy', gone, true), member('first', gone), member('second', gone)];
    for (const each of [busy, first, second]) crowd.enter(each);
    crowd.progressed(first);
    crowd.makeRoom();
    expect(gone).toEqual(['second']);
    crowd.makeRoom();
    expect(gone).toEqual(['second', 'first']);
    crowd.makeRoom();
    expect(gone).toEqual(['second', 'first']);
  });
  it('by nobody who has left', () => {
    const crowd = new Crowd();
    const gone: string[] = [];
    const left = member('left', gone);
    crowd.enter(left);
    crowd.leave(left);
    crowd.progressed(left);
    crowd.makeRoom();
    expect(gone).toEqual([]);
  });
});

describe('who took time of the process gives way', () => {
  /** A crowd of so many in which each turn takes so long. */
  const crowdOf = (size: number, turnMs: number): Crowd => {
    let now = 0;
    let look = (): void => {};
    const crowd = new Crowd(
      () => now,
      (call) => {
        look = call;
      },
    );
    for (let n = 0; n < size; n += 1) crowd.enter(member('', []));
    crowd.begin();
    now = turnMs;
    look();
    return crowd;
  };
  it.each([
    ['few are no crowd', 50, 1_000, 0],
    ['there is time for everybody', 1_000, 40, 0],
    ['as long as everybody would need who took as much', 1_000, 60, 2_000],
    ['and not longer than a client waits', 10_000, 60, 15_000],
  ])('%s', (_, size, turnMs, pauseMs) => {
    expect(crowdOf(size, turnMs).pauseMs(2)).toBe(pauseMs);
  });
});

describe('a connection that has to go', () => {
  const rig = (goodClients: readonly string[]) => {
    const crowd = new Crowd();
    const settings = { ...defaultReceiverSettings, goodClients, checksSenders: false };
    return startRig({ crowd, settings: async () => settings }).then(({ port }) => ({ crowd, port }));
  };
  it('is told so within its text, and the message is not taken', async () => {
    const { crowd, port } = await rig([]);
    const client = Client.plain(port);
    await client.reply();
    for (const line of ['HELO me', 'MAIL FROM:<a@b.example>', 'RCPT TO:<one@node.example>', 'DATA'])
      await client.say(line);
    client.write('Subject: slow\r\n');
    crowd.makeRoom();
    expect(await client.reply()).toMatch(/^421 .*Too many connections/);
    expect(await client.reply()).toBe('(closed)');
  });
  it('is none of Good-Clients', async () => {
    const { crowd, port } = await rig(['0.0.0.0/0']);
    const client = Client.plain(port);
    await client.reply();
    crowd.makeRoom();
    expect(await client.say('NOOP')).toMatch(/^250 /);
  });
});
