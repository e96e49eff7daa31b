/** Lists with owners, folders, and command procedures: what the symbiont makes of their recipients. docs/addresses.md */
import { describe, expect, it } from 'vitest';
import { memorySpool, type RigOptions, startRig } from '../../test/support/symbiont-rig.ts';
import { condition, JBC } from '../condition/index.ts';
import type { MailProcedures } from '../ports/mail-procedures.ts';

const staff = { 'STAFF.DIS': ['! Owner: smith', 'jones', 'a@far.example'] };

describe('a list with an owner', () => {
  it('is an entry of its own, from the owner', async () => {
    await using rig = await startRig({ files: staff });
    const outcome = await rig.run(rig.assignment(['staff@pluto.acme.com'], undefined, { body: '8BITMIME' }));
    expect(outcome.recipients).toEqual([{ index: 0, outcome: { kind: 'delivered' } }]);
    expect(outcome.submissions).toMatchObject([
      {
        envelope: {
          reversePath: 'smith@pluto.acme.com',
          forwardPaths: ['jones@pluto.acme.com', 'a@far.example'],
          body: '8BITMIME',
        },
        userName: 'TCPIP$SMTP',
      },
    ]);
    expect(rig.deliveries).toEqual([]);
  });

  it('gives returned mail no sender', async () => {
    await using rig = await startRig({ files: staff });
    const outcome = await rig.run(rig.assignment(['staff@pluto.acme.com'], undefined, { reversePath: '' }));
    expect(outcome.recipients[0]?.outcome.kind).toBe('expanded');
    expect(outcome.submissions).toBeUndefined();
  });

  it('has a copy of a long text, which stays when the entry goes', async () => {
    const spool = memorySpool();
    const writer = spool.create();
    const bytes = Buffer.from(`Subject: long\r\n\r\n${'x'.repeat(100_000)}\r\n`);
    await writer.write(bytes);
    const spoolId = await writer.commit();
    await using rig = await startRig({ files: staff, dependencies: { spool } });
    const text = { kind: 'file', spoolId, sizeBytes: bytes.length } as const;
    const outcome = await rig.run(rig.assignment(['staff@pluto.acme.com'], undefined, { text }));
    await spool.remove(spoolId);
    const copy = outcome.submissions![0]!.text;
    expect(copy.kind === 'file' && spool.texts.get(copy.spoolId)).toEqual(bytes);
  });
});

describe('a folder', () => {
  it('is another copy beside that of the user', async () => {
    await using rig = await startRig();
    const paths = ['jones', 'jones+lists', 'Jones+LISTS'].map((each) => `${each}@pluto.acme.com`);
    await rig.run(rig.assignment(paths));
    expect(rig.deliveries.map(({ userName, folder }) => [userName, folder])).toEqual([
      ['JONES', undefined],
      ['JONES', 'lists'],
    ]);
  });
});

describe('a command procedure', () => {
  const files = { 'TCPIP$SMTP_PROCEDURES.TXT': ['tickets helpdesk DKA0:[H]TICKET'] };
  const rigWith = (hand: MailProcedures['hand'], options: RigOptions = {}) =>
    startRig({ files, ...options, dependencies: { procedures: { hand } } });

  it('gets a message once, however it is addressed', async () => {
    const handed: unknown[] = [];
    await using rig = await rigWith(async ({ text, ...mail }, key) => void handed.push({ ...mail, key }));
    const outcome = await rig.run(rig.assignment(['tickets@pluto.acme.com', 'TICKETS@pluto.acme.com']));
    expect(outcome.recipients.map((each) => each.outcome.kind)).toEqual(['delivered', 'delivered']);
    expect(handed).toEqual([
      {
        name: 'TICKETS',
        userName: 'HELPDESK',
        procedure: 'DKA0:[H]TICKET',
        queueName: 'SYS$BATCH',
        reversePath: 'ann@x.example',
        key: { entry: 1, entryId: expect.any(String), procedure: 'TICKETS' },
      },
    ]);
  });

  it('that cannot be started keeps the mail waiting, not that of others', async () => {
    await using rig = await rigWith(() => Promise.reject(condition(JBC.NOSUCHQUE)));
    const outcome = await rig.run(rig.assignment(['tickets@pluto.acme.com', 'jones@pluto.acme.com']));
    expect(outcome.recipients).toMatchObject([
      { index: 0, outcome: { kind: 'retry', reply: '451 4.3.0 %JBC-E-NOSUCHQUE, no such queue' } },
      { index: 1, outcome: { kind: 'delivered' } },
    ]);
    expect(rig.deliveries).toHaveLength(1);
  });
});
