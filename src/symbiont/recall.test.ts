/** What operators and a node that stops take back from the symbiont. */
import { expect, it } from 'vitest';
import { startSink } from '../../test/support/smtp-sink.ts';
import { startRig } from '../../test/support/symbiont-rig.ts';
import type { EntryOutcome } from '../ports/queue-manager.ts';

const sinkDns = {
  mx: { 'far.example': [{ preference: 10, exchange: 'mx.far.example' }] },
  addresses: { 'mx.far.example': ['127.0.0.1'] },
};
const bounceOf = ({ submissions }: EntryOutcome): string => {
  const text = submissions?.[0]?.text;
  return text?.kind === 'inline' ? Buffer.from(text.bytes).toString() : '';
};
const kinds = ({ recipients }: EntryOutcome): string[] => recipients.map((each) => each.outcome.kind);

it('abort breaks off a transaction and gives the entry back', async () => {
  await using sink = await startSink({
    extensions: [],
    reply: (command) => (command.startsWith('RCPT') ? 'silent' : undefined),
  });
  await using rig = await startRig({ dns: sinkDns, port: sink.port });
  rig.process(rig.assignment(['bob@far.example']));
  await sink.seen(/^RCPT/);
  rig.recall([1], 'abort');
  await rig.gaveBack(1);
  expect(rig.givenBack).toEqual([1]);
  expect(rig.outcomes).toEqual([]);
});

it('abort keeps what was done', async () => {
  await using sink = await startSink({
    extensions: [],
    reply: (command) => (command.startsWith('RCPT') ? 'silent' : undefined),
  });
  await using rig = await startRig({ dns: sinkDns, port: sink.port });
  rig.process(rig.assignment(['jones@pluto.acme.com', 'bob@far.example']));
  await sink.seen(/^RCPT/);
  rig.recall([1], 'abort');
  await rig.reported(1);
  expect(rig.outcomes[0]?.recipients).toEqual([{ index: 0, outcome: { kind: 'delivered' } }]);
});

it.each([
  ['whose time is over', { submittedAt: 0 }],
  ['that an operator wants back after it', { returning: { afterAttempt: true, by: 'SYSTEM' } }],
])('abort of the last attempt returns no mail %s', async (_, rest) => {
  let onText = (): void => {};
  const hasText = new Promise<void>((resolve) => {
    onText = resolve;
  });
  await using sink = await startSink({
    afterData: () => {
      onText();
      return 'silent';
    },
  });
  await using rig = await startRig({ dns: sinkDns, port: sink.port });
  rig.process(rig.assignment(['bob@far.example'], undefined, rest));
  await hasText;
  rig.recall([1], 'abort');
  await rig.gaveBack(1);
  expect(rig.outcomes).toEqual([]);
});

it('afterRecipient lets the transaction end and begins no other', async () => {
  await using sink = await startSink({ afterData: () => 'silent' });
  await using rig = await startRig({
    dns: sinkDns,
    port: sink.port,
    dependencies: { streams: 1 },
    settings: { alternateGateway: '127.0.0.1' },
  });
  rig.process(rig.assignment(['a@one.example']), rig.assignment(['b@two.example']));
  await sink.seen(/^DATA/);
  rig.recall([2], 'afterRecipient');
  rig.clock.advance(11 * 60_000);
  await rig.reported(1);
  await rig.gaveBack(1);
  expect(rig.givenBack).toEqual([2]);
  expect(rig.outcomes[0]).toMatchObject({ entry: 1, recipients: [{ outcome: { kind: 'retry' } }] });
});

it('stop finishes what is in hand and gives back what comes later', async () => {
  await using sink = await startSink();
  await using rig = await startRig({ dns: sinkDns, port: sink.port });
  rig.process(rig.assignment(['bob@far.example']));
  await sink.seen(/^MAIL/);
  await rig.symbiont.stop();
  expect(kinds(rig.outcomes[0]!)).toEqual(['relayed']);
  expect(rig.isClosed()).toBe(true);
});

it('stop breaks off after its grace', async () => {
  await using sink = await startSink({ reply: () => 'silent' });
  const rig = await startRig({ dns: sinkDns, port: sink.port });
  rig.process(rig.assignment(['bob@far.example']));
  await sink.seen(/^EHLO/);
  const stopped = rig.symbiont.stop({ graceMs: 1_000 });
  rig.clock.advance(1_000);
  await stopped;
  expect(rig.givenBack).toEqual([1]);
});

it('mail that an operator wants back says what the message before it found, not that its time is over', async () => {
  await using rig = await startRig({ dns: sinkDns, settings: { destinationStreams: 1 } });
  const returning = { afterAttempt: true, by: 'SYSTEM' };
  rig.process(
    rig.assignment(['bob@far.example']),
    rig.assignment(['bob@far.example'], undefined, { returning }),
  );
  await rig.reported(2);
  const outcome = rig.outcomes.find(({ submissions }) => submissions !== undefined);
  expect(kinds(outcome!)).toEqual(['returned']);
  expect(bounceOf(outcome!)).toMatch(/Status: 4\.4\.2/);
  expect(bounceOf(outcome!)).not.toContain('Maximum interval exceeded');
});

it('mail that an operator wants back says what the host said, not that its time is over', async () => {
  await using sink = await startSink({
    reply: (command) => (command.startsWith('RCPT') ? '450 4.2.1 come later' : undefined),
  });
  await using rig = await startRig({ dns: sinkDns, port: sink.port });
  const returning = { afterAttempt: true, by: 'SYSTEM' };
  const outcome = await rig.run(rig.assignment(['bob@far.example'], undefined, { returning }));
  expect(kinds(outcome)).toEqual(['returned']);
  expect(bounceOf(outcome)).toContain('Status: 4.2.1');
  expect(bounceOf(outcome)).not.toContain('Maximum interval exceeded');
});
