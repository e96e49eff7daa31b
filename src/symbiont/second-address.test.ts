/** Addresses of one mailbox in one entry, one of which cannot be looked up for a moment, or leads there later. */
import { beforeEach, describe, expect, it } from 'vitest';
import { type RigOptions, startRig } from '../../test/support/symbiont-rig.ts';
import { startQueueNode, until } from '../../test/support/symbiont-with-queue-manager.ts';

let isBroken = false;
beforeEach(() => {
  isBroken = false;
});
const unlessBroken = <T>(value: T): T => {
  if (isBroken) throw new Error('database is locked');
  return value;
};
const routing: RigOptions = {
  users: ['JONES', 'SMITH', 'SYSTEM'],
  forwarding: {
    get ANN() {
      return unlessBroken('JONES');
    },
  },
  files: {
    get 'TEAM.DIS'() {
      return unlessBroken(['JONES@PLUTO', 'smith']);
    },
    get 'CLUB.DIS'() {
      return unlessBroken(['! Owner: smith', 'jones', 'smith']);
    },
    'ALL.DIS': ['jones', 'bob@far.example'],
    'WORLD.DIS': ['! Owner: smith', 'jones', 'smith', 'bob@FAR.example'],
  },
};
const copies = ({ deliveries }: Awaited<ReturnType<typeof startRig>>) =>
  deliveries.map(({ userName }) => userName);

/** A message that waits for its next attempt. */
async function putOff(options: RigOptions, forwardPaths: readonly string[]) {
  const { manager, rig, clock, entries } = await startQueueNode(options);
  await manager.submit({
    envelope: { reversePath: 'x@far.example', forwardPaths },
    text: { kind: 'inline', bytes: Buffer.from('Subject: Hi\r\n\r\nHello\r\n') },
    userName: 'TCPIP$SMTP',
  });
  await until(async () => (await entries())[0]?.state === 'holdingUntil');
  return {
    rig,
    /** So much later; resolves when it is done with. */
    triedAgain: async (afterMs: number): Promise<void> => {
      clock.advance(afterMs);
      await until(async () => (await entries()).length === 0);
    },
    stop: async (): Promise<void> => {
      await rig.symbiont.stop();
      await manager.stop();
    },
  };
}

it.each([
  ['an alias', 'ann@pluto.acme.com', ['JONES']],
  ['a list', 'team@pluto.acme.com', ['JONES', 'SMITH']],
  ['a list with an owner', 'club@pluto.acme.com', ['JONES', 'SMITH']],
])(
  'who is reached by %s, too, gets one copy where that could not be read at first',
  async (_, other, want) => {
    isBroken = true;
    const { rig, triedAgain, stop } = await putOff(routing, [other, 'jones@pluto.acme.com']);
    expect(copies(rig)).toEqual(['JONES']);
    isBroken = false;
    await triedAgain(60_000);
    expect(copies(rig)).toEqual(want);
    await stop();
  },
);

describe('a mailbox', () => {
  it('has one key in an entry, whichever of its addresses is known when that comes again', async () => {
    await using rig = await startRig({ ...routing, forgetsKeys: false });
    const once = rig.assignment(['ann@pluto.acme.com', 'jones@pluto.acme.com']);
    isBroken = false;
    await rig.run(once);
    isBroken = true;
    rig.process(once);
    await rig.reported(2);
    expect(rig.outcomes[1]?.recipients.map((each) => each.outcome.kind).toSorted()).toEqual([
      'delivered',
      'retry',
    ]);
    expect(rig.deliveries).toHaveLength(1);
  });

  it('gets its copy where another address led there only after that had been delivered elsewhere', async () => {
    let isFull = true;
    let smith: string | undefined;
    const { rig, triedAgain, stop } = await putOff(
      {
        users: ['JONES', 'SMITH', 'SYSTEM'],
        forwarding: {
          get SMITH() {
            return smith;
          },
        } as Record<string, string>,
        deliver: ({ userName }) =>
          userName === 'JONES' && isFull ? { kind: 'full', reason: 'no room' } : { kind: 'delivered' },
      },
      ['smith@pluto.acme.com', 'jones@pluto.acme.com'],
    );
    // Whoever is open may turn out to be somebody who has it.
    expect(rig.forgotten).toEqual([]);
    smith = 'JONES';
    isFull = false;
    await triedAgain(60 * 60_000);
    expect(rig.deliveries.map(({ userName }) => userName)).toEqual(['SMITH', 'JONES']);
    await until(async () => rig.forgotten.length > 0);
    expect(rig.forgotten).toEqual([expect.stringMatching(/:$/)]);
    await stop();
  });
});

describe('the copy for a list with an owner', () => {
  const members = ({ outcomes }: Awaited<ReturnType<typeof startRig>>) =>
    outcomes.flatMap(({ submissions = [] }) => submissions.map(({ envelope }) => envelope.forwardPaths));

  it('leaves out who is a recipient of the entry beside it, of other hosts too', async () => {
    await using rig = await startRig(routing);
    const others = { open: ['smith@pluto.acme.com'], sent: ['bob@far.example', 'nobody@pluto.acme.com'] };
    await rig.run(rig.assignment(['world@pluto.acme.com'], undefined, { others }));
    expect(members(rig)).toEqual([['jones@pluto.acme.com']]);
  });

  it('leaves out the members of a list without one', async () => {
    await using rig = await startRig(routing);
    await rig.run(rig.assignment(['world@pluto.acme.com', 'all@pluto.acme.com']));
    expect(members(rig)).toEqual([['smith@pluto.acme.com']]);
    expect(rig.outcomes[0]!.recipients.map(({ outcome }) => outcome)).toEqual([
      { kind: 'expanded', forwardPaths: ['jones@pluto.acme.com', 'bob@far.example'] },
      { kind: 'delivered' },
    ]);
  });

  it('goes to whoever an address leads to that had been delivered elsewhere', async () => {
    let smith: string | undefined;
    isBroken = true;
    const { rig, triedAgain, stop } = await putOff(
      {
        ...routing,
        forwarding: {
          get SMITH() {
            return smith;
          },
        } as Record<string, string>,
      },
      ['smith@pluto.acme.com', 'club@pluto.acme.com'],
    );
    isBroken = false;
    smith = 'JONES';
    await triedAgain(60_000);
    expect(copies(rig)).toEqual(['SMITH', 'JONES']);
    await stop();
  });

  it('leaves out who is on another such list', async () => {
    await using rig = await startRig(routing);
    await rig.run(rig.assignment(['club@pluto.acme.com', 'world@pluto.acme.com']));
    expect(members(rig)).toEqual([['jones@pluto.acme.com', 'smith@pluto.acme.com'], ['bob@far.example']]);
  });

  it('is made later where it cannot be looked up now who has the message', async () => {
    let isLocked = true;
    await using rig = await startRig({
      ...routing,
      knownDeliveryKeys: (keys) => {
        if (isLocked) throw new Error('disk I/O error');
        return keys;
      },
    });
    const others = { open: [], sent: [] };
    const assignment = rig.assignment(['club@pluto.acme.com', 'jones@pluto.acme.com'], undefined, { others });
    const { recipients, retainedOnError } = await rig.run(assignment);
    expect(retainedOnError).toBeUndefined();
    expect(recipients.map(({ outcome }) => outcome)).toEqual([
      expect.objectContaining({ kind: 'retry', reply: '451 4.3.0 disk I/O error' }),
      { kind: 'delivered' },
    ]);
    isLocked = false;
    await rig.run(rig.assignment(['club@pluto.acme.com'], undefined, { others }));
    expect(members(rig)).toEqual([]);
    expect(rig.outcomes.at(-1)!.recipients[0]!.outcome).toEqual({ kind: 'delivered' });
  });
});
