/**
 * A name server that lies, by mistake or on purpose: the symbiont asks it over real sockets, and no message is relayed to whoever it
 * makes up, none is lost, and nothing hangs or ends of it. RFC 1035 §4, RFC 5452 §9.
 */
import { type Answer, decode, encode, type Packet } from 'dns-packet';
import { expect, test } from 'vitest';
import { createDnsResolver } from '../../src/adapters/node/dns-resolver.ts';
import { type Lie, startDnsServer } from '../support/dns-server.ts';
import { randomNumbers } from '../support/random-numbers.ts';
import { startSink } from '../support/smtp-sink.ts';
import { HOST, startRig } from '../support/symbiont-rig.ts';

const GOOD = 'far.example';
/** Whoever mail would go to, where the lie is believed. */
const EVIL = '127.0.0.66';
/** A true answer is there by then, on any machine; without one each case takes so long, all of them side by side. */
const PATIENCE = { timeoutMs: 3_000, tries: 1, useHosts: false };

const script = {
  [GOOD]: { MX: [[10, 'mx.far.example'] as const] },
  'mx.far.example': { A: ['127.0.0.2'] },
};

const evil = (name: string): Answer[] => [
  { name, type: 'MX', ttl: 60, class: 'IN', data: { preference: 0, exchange: 'mx.evil.example' } },
  { name, type: 'A', ttl: 60, class: 'IN', data: EVIL },
  { name: 'mx.evil.example', type: 'A', ttl: 60, class: 'IN', data: EVIL },
];

/** Another answer to the same question. */
const instead =
  (change: (packet: Packet & { questions: NonNullable<Packet['questions']> }) => Partial<Packet>): Lie =>
  (answer, transport) => {
    const packet = decode(answer) as unknown as Packet & { questions: NonNullable<Packet['questions']> };
    // Whatever else is said: there is such a name.
    const bytes = encode({ ...packet, flags: (packet.flags ?? 0) & ~15, ...change(packet) });
    return transport === 'UDP' ? [bytes] : [framed(bytes)];
  };

const framed = (bytes: Buffer, length = bytes.length): Buffer =>
  Buffer.concat([Buffer.from([length >> 8, length & 255]), bytes]);

/** A name that leads to itself for ever: its label is a pointer to where it stands. RFC 1035 §4.1.4 */
const pointerLoop: Lie = (answer) => {
  const bytes = Buffer.from(answer);
  bytes[12] = 0xc0;
  bytes[13] = 12;
  return [bytes];
};

/** Over UDP only the mark that it is too long; over TCP this. */
const overTcp =
  (stream: (answer: Buffer) => readonly Buffer[]): Lie =>
  (answer, transport) => {
    if (transport === 'TCP') return stream(answer);
    const cut = Buffer.from(answer.subarray(0, 12));
    cut[2] = cut[2]! | 2;
    cut.fill(0, 4);
    return [cut];
  };

const alias = (name: string, data: string): Answer => ({ name, type: 'CNAME', ttl: 60, class: 'IN', data });

const lies: readonly (readonly [what: string, lie: Lie, outcome: RegExp])[] = [
  [
    'the records are of another name',
    instead(() => ({ answers: evil('other.example') })),
    /^returned 550 5\.1\.2/,
  ],
  [
    'another question is answered',
    instead(({ questions }) => ({
      questions: [{ ...questions[0]!, name: 'other.example' }],
      answers: evil(GOOD),
    })),
    /^retry 451 4\.4\.3/,
  ],
  [
    'the number is that of another question',
    instead((packet) => ({ id: (packet.id ?? 0) ^ 1, answers: evil(GOOD) })),
    /^retry 451 4\.4\.3/,
  ],
  [
    'it answers with a question',
    instead(({ questions }) => ({ type: 'query', questions, answers: evil(GOOD) })),
    /^retry 451 4\.4\.3/,
  ],
  [
    'an alias leads to itself',
    instead(({ questions }) => ({ answers: [alias(questions[0]!.name, questions[0]!.name)] })),
    /^retry 451 4\.4\.3/,
  ],
  [
    'aliases go round',
    instead(({ questions: [asked] }) => ({
      answers: [alias(asked!.name, 'round.example'), alias('round.example', asked!.name)],
    })),
    /^retry 451 4\.4\.3/,
  ],
  [
    'aliases go on for ever',
    instead(({ questions: [asked] }) => ({
      answers: [alias(asked!.name, `x.${asked!.name}`.slice(0, 250))],
    })),
    /^retry 451 4\.4\.3/,
  ],
  [
    'the host that takes mail is this one',
    instead(({ questions: [asked] }) => ({
      answers:
        asked!.type === 'MX'
          ? [{ ...evil(GOOD)[0]!, data: { preference: 0, exchange: HOST } } as Answer]
          : [],
    })),
    /^returned 554 5\.4\.6/,
  ],
  ['a name leads to where it stands', pointerLoop, /^retry 451 4\.4\.3/],
  ['the answer is cut off', (answer) => [answer.subarray(0, answer.length - 9)], /^(returned|retry) /],
  ['the answer is one octet', () => [Buffer.from([0])], /^retry 451 4\.4\.3/],
  ['the answer is empty', () => [Buffer.alloc(0)], /^retry 451 4\.4\.3/],
  [
    'counts are those of thousands of records, and there are none',
    (answer) => [Buffer.concat([answer.subarray(0, 4), Buffer.alloc(8, 0xff)])],
    /^retry 451 4\.4\.3/,
  ],
  ['a long answer never ends', overTcp((answer) => [framed(answer, 65_535)]), /^retry 451 4\.4\.3/],
  ['a long answer does not begin', overTcp(() => []), /^retry 451 4\.4\.3/],
  ['a long answer is nonsense', overTcp(() => [framed(Buffer.alloc(900, 0xc0))]), /^retry 451 4\.4\.3/],
  [
    'a long answer is cut off, too',
    overTcp((answer) => {
      const cut = Buffer.from(answer);
      cut[2] = cut[2]! | 2;
      return [framed(cut.subarray(0, 20))];
    }),
    /^retry 451 4\.4\.3/,
  ],
];

async function outcomeOf(lie: Lie | undefined): Promise<{ outcome: string; taken: number }> {
  await using dns = await startDnsServer(script, lie === undefined ? {} : { lie });
  await using sink = await startSink({ address: '0.0.0.0' });
  const resolver = createDnsResolver({ servers: [dns.address], ...PATIENCE });
  await using rig = await startRig({ port: sink.port, dependencies: { resolver } });
  const { recipients } = await rig.run(rig.assignment([`bob@${GOOD}`]));
  const { outcome } = recipients[0]!;
  const reply = 'reply' in outcome ? outcome.reply : '';
  return { outcome: `${outcome.kind} ${reply}`, taken: sink.messages.length };
}

test('a name server that does not lie', async () => {
  expect(await outcomeOf(undefined)).toEqual({ outcome: expect.stringMatching(/^relayed/), taken: 1 });
});

test.concurrent.each(lies)(
  '%s: nobody gets the message, and its sender hears of it in time',
  async (_, lie, expected) => {
    expect(await outcomeOf(lie)).toEqual({ outcome: expect.stringMatching(expected), taken: 0 });
  },
);

test('a lie that comes before the true answer is passed over', async () => {
  const random = randomNumbers(7);
  const noise = (): Buffer => Buffer.from(Array.from({ length: 60 }, () => Math.floor(random() * 256)));
  const forged = instead((packet) => ({ id: (packet.id ?? 0) ^ 257, answers: evil(GOOD) }));
  const both: Lie = (answer, transport) => [noise(), ...forged(answer, transport), noise(), answer];
  expect(await outcomeOf(both)).toEqual({ outcome: expect.stringMatching(/^relayed/), taken: 1 });
});

test('thousands of records, each good for a lifetime', async () => {
  const many = instead(({ questions: [asked] }) => ({
    answers: Array.from({ length: 3_000 }, (_, n): Answer => {
      const common = { name: asked!.name, ttl: 0xffff_ffff, class: 'IN' } as const;
      return asked!.type === 'MX'
        ? { ...common, type: 'MX', data: { preference: 1, exchange: `h${n}.example` } }
        : { ...common, type: 'A', data: `127.0.${n >> 8}.${n & 255}` };
    }).filter(({ type }) => type === asked!.type),
  }));
  const tooLong: Lie = (answer, transport) =>
    transport === 'TCP' ? many(answer, transport) : overTcp(() => [])(answer, transport);
  await using dns = await startDnsServer(script, { lie: tooLong });
  // Nobody listens there: addresses are tried one after the other, a few of them.
  const resolver = createDnsResolver({ servers: [dns.address], ...PATIENCE, timeoutMs: 10_000 });
  await using rig = await startRig({ port: 1, dependencies: { resolver } });
  const { recipients } = await rig.run(rig.assignment([`bob@${GOOD}`]));
  expect(recipients[0]!.outcome.kind).toBe('retry');
}, 60_000);

test('answers with octets that are others: each question is over in time, and nothing is thrown', async () => {
  const random = randomNumbers(1);
  const spoilt: Lie = (answer, transport) => {
    const bytes = Buffer.from(answer);
    for (let changes = 1 + Math.floor(random() * 4); changes > 0; changes -= 1)
      // The number and the mark of an answer stay: what is behind them is looked at.
      bytes[3 + Math.floor(random() * (bytes.length - 3))] = Math.floor(random() * 256);
    return transport === 'UDP' ? [bytes] : [framed(bytes)];
  };
  await using dns = await startDnsServer(script, { lie: spoilt });
  const resolver = createDnsResolver({ servers: [dns.address], ...PATIENCE, timeoutMs: 300 });
  const kinds = new Set<string>();
  for (let round = 0; round < 20; round += 1) {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        n % 2 === 0 ? resolver.mx(GOOD) : resolver.addresses('mx.far.example'),
      ),
    );
    for (const { kind } of answers) kinds.add(kind);
  }
  expect([...kinds]).toEqual(expect.arrayContaining(['found', 'temporary']));
}, 60_000);
