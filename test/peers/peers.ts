/**
 * Mail for a thousand destinations, a fifth of which accept and never answer, answer garbage, hang up in the middle of the text, or
 * are dead: the others have to get nearly as much as if there were no such. Real time, real sockets; the symbiont has as many
 * messages in hand as in a node. `npm run torture -- peers --seconds 60`.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { parseArgs } from 'node:util';
import { systemClock } from '../../src/adapters/node/system-clock.ts';
import { pause } from '../support/process-node.ts';
import { randomNumbers } from '../support/random-numbers.ts';
import { startSink } from '../support/smtp-sink.ts';
import { startRig } from '../support/symbiont-rig.ts';

export interface PeersReport {
  /** Messages a second to healthy destinations, with none but them. */
  readonly alone: number;
  /** The same, while there are others. */
  readonly among: number;
  /** Messages for bad destinations that were handed in, and what has become of them. */
  readonly bad: number;
  readonly outcomes: Readonly<Record<string, number>>;
  /** Messages of which nothing was heard, or that were relayed to somebody who did not take them. */
  readonly wrong: readonly string[];
}

const DESTINATIONS = 1_000;
/** As the symbiont of a node asks for. */
const IN_HAND = 2_000;
const HEALTHY = '127.0.0.2';
/** By the last digit of a destination's number; the others are healthy. */
const bad: Readonly<Record<number, string>> = { 3: '127.0.0.3', 7: '127.0.0.4' };

export async function peers(options: {
  readonly seconds: number;
  readonly seed: number;
}): Promise<PeersReport> {
  await using sink = await startSink({ address: HEALTHY });
  const { port } = sink;
  let turn = 0;
  const mute = await badServer('127.0.0.3', port, () => {});
  const broken = await badServer('127.0.0.4', port, (socket) => {
    turn += 1;
    if (turn % 3 === 0) socket.destroy();
    else if (turn % 3 === 1) socket.end(`${'\xff\x00 no reply at all '.repeat(1_000)}\r\n`, 'latin1');
    else {
      socket.write('220 hello\r\n');
      socket.on('data', (data: Buffer) => {
        // In the middle of the text.
        if (/^Subject/m.test(data.toString('latin1'))) socket.destroy();
        else
          socket.write(
            /^DATA/m.test(data.toString('latin1')) ? '250 yes\r\n250 yes\r\n354 go on\r\n' : '250 yes\r\n',
          );
      });
    }
  });
  try {
    const alone = await measure({ ...options, seconds: options.seconds / 3, port, hasBad: false });
    const among = await measure({ ...options, port, hasBad: true });
    return {
      alone: alone.rate,
      among: among.rate,
      bad: among.bad,
      outcomes: among.outcomes,
      wrong: [...alone.wrong, ...among.wrong],
    };
  } finally {
    for (const each of [mute, broken]) await each.close();
  }
}

async function measure({
  seconds,
  seed,
  port,
  hasBad,
}: {
  seconds: number;
  seed: number;
  port: number;
  hasBad: boolean;
}) {
  const random = randomNumbers(seed);
  const hosts = Object.fromEntries(
    Array.from({ length: DESTINATIONS }, (_, n) => [`d${n}.example`, [bad[n % 10] ?? HEALTHY]]),
  );
  await using rig = await startRig({ port, dns: { addresses: hosts }, dependencies: { clock: systemClock } });
  const isBad = new Map<string, boolean>();
  let handedIn = 0;
  let good = 0;
  let seen = 0;
  const outcomes: Record<string, number> = {};
  const wrong: string[] = [];
  const look = (): void => {
    for (const { entryId, recipients } of rig.outcomes.slice(seen)) {
      seen += 1;
      const kind = recipients[0]!.outcome.kind;
      if (isBad.get(entryId) === false) {
        if (kind === 'relayed') good += 1;
        else wrong.push(`${entryId}: ${JSON.stringify(recipients[0]!.outcome)}`);
      } else {
        outcomes[kind] = (outcomes[kind] ?? 0) + 1;
        if (kind === 'relayed' || kind === 'returned') wrong.push(`${entryId}: ${kind}`);
      }
    }
  };
  const until = performance.now() + seconds * 1_000;
  // Until bad ones are known for it nobody can do well.
  let from = { at: 0, good: 0 };
  const warmUntil = until - (seconds * 1_000) / 2;
  while (performance.now() < until) {
    look();
    if (from.at === 0 && performance.now() > warmUntil) from = { at: performance.now(), good };
    const batch = [];
    while (handedIn - seen < IN_HAND && batch.length < 100) {
      const n = Math.floor(random() * DESTINATIONS);
      if (!hasBad && n % 10 in bad) continue;
      const each = rig.assignment([`x@d${n}.example`], undefined, { submittedAt: systemClock.now() });
      isBad.set(each.entryId, n % 10 in bad);
      handedIn += 1;
      batch.push(each);
    }
    if (batch.length > 0) rig.process(...batch);
    await pause(2);
  }
  look();
  return {
    rate: Math.round((good - from.good) / ((performance.now() - from.at) / 1_000)),
    bad: [...isBad.values()].filter((each) => each).length,
    outcomes,
    wrong,
  };
}

async function badServer(address: string, port: number, serve: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(port, address, 4_096, resolve));
  return {
    close: () => {
      for (const each of sockets) each.destroy();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string', default: '1' } },
  });
  const report = await peers({ seconds: Number(values.seconds), seed: Number(values.seed) });
  process.stdout.write(`${JSON.stringify({ ...report, wrong: report.wrong.slice(0, 20) }, null, 2)}\n`);
  const isRight = report.wrong.length === 0 && report.among >= 0.8 * report.alone;
  process.stdout.write(isRight ? 'Healthy destinations hardly notice.\n' : 'NOT RIGHT.\n');
  process.exit(isRight ? 0 : 1);
}
