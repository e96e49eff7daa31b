/** Addresses of one mailbox in one entry, one of which cannot be looked up for a moment. */
import { describe, expect, it } from 'vitest';
import { type RigOptions, startRig } from '../../test/support/symbiont-rig.ts';
import { startQueueNode, until } from '../../test/support/symbiont-with-queue-manager.ts';

let isBroken = false;
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
  },
};
const copies = ({ batches }: Awaited<ReturnType<typeof startRig>>) =>
  batches.flatMap((batch) => batch.map((each) => each.userName));

it.each([
  ['an alias', 'ann@pluto.acme.com', ['JONES']],
  ['a list', 'team@pluto.acme.com', ['JONES', 'SMITH']],
])(
  'who is reached by %s, too, gets one copy where that could not be read at first',
  async (_, other, want) => {
    const { manager, rig, clock, entries } = await startQueueNode(routing);
    isBroken = true;
    await manager.submit({
      envelope: { reversePath: 'x@far.example', forwardPaths: [other, 'jones@pluto.acme.com'] },
      text: { kind: 'inline', bytes: Buffer.from('Subject: Hi\r\n\r\nHello\r\n') },
      userName: 'TCPIP$SMTP',
    });
    await until(async () => (await entries())[0]?.state === 'holdingUntil');
    expect(copies(rig)).toEqual(['JONES']);
    isBroken = false;
    clock.advance(60_000);
    await until(async () => (await entries()).length === 0);
    expect(copies(rig)).toEqual(want);
    await rig.symbiont.stop();
    await manager.stop();
  },
);

describe('a mailbox', () => {
  it('has one key in an entry, whichever of its addresses is known when that comes again', async () => {
    await using rig = await startRig(routing);
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

  it('waits while it cannot be known who has got the message', async () => {
    await using rig = await startRig(routing);
    isBroken = true;
    const outcome = await rig.run(
      rig.assignment(['jones@pluto.acme.com'], undefined, { sentTo: ['ann@pluto.acme.com'] }),
    );
    expect(outcome.recipients[0]?.outcome).toEqual({
      kind: 'retry',
      at: rig.clock.now() + 60_000,
      reply: '451 4.3.0 database is locked',
    });
    expect(rig.deliveries).toEqual([]);
  });
});
