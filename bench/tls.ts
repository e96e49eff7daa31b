/**
 * What TLS costs beside Postfix: full handshakes a second over STARTTLS, and durable messages a second over sessions that are kept
 * open. Both servers have the same certificate and the same key, of P-256. `--rounds N`, `--messages N`, `--handshakes N`.
 * The client is this process, and takes a core of its own: quote ratios and processor time.
 */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectPlain } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { parseArgs } from 'node:util';
import { createSelfSignedCertificate } from '../src/adapters/node/tls/self-signed-certificate.ts';
import { startOurs } from './our-node.ts';
import { postfixVersion, startPostfix } from './postfix-instance.ts';
import { cpuSeconds } from './process-figures.ts';

const { values: options } = parseArgs({
  options: { rounds: { type: 'string' }, messages: { type: 'string' }, handshakes: { type: 'string' } },
});
const ROUNDS = Number(options.rounds ?? 3);
const MESSAGES = Number(options.messages ?? 5_000);
const HANDSHAKES = Number(options.handshakes ?? 2_000);
const SESSIONS = 20;
const text = `Subject: bench\r\n\r\n${`${'x'.repeat(70)}\r\n`.repeat(57)}.`;

interface Side {
  readonly name: string;
  readonly port: number;
  pids(): readonly number[];
  stop(): unknown;
}

type Socket = ReturnType<typeof connectPlain> | TLSSocket;

/** The next whole reply. */
function reply(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let got = '';
    const lost = (): void => reject(new Error(`the connection was closed after ${JSON.stringify(got)}`));
    const take = (chunk: Buffer): void => {
      got += chunk.toString('latin1');
      if (!/^\d{3} .*\r\n$/m.test(got)) return;
      socket.off('data', take);
      socket.off('close', lost);
      resolve(got);
    };
    socket.on('data', take);
    socket.once('close', lost);
  });
}

async function say(socket: Socket, line: string, wanted: string): Promise<void> {
  socket.write(`${line}\r\n`);
  const got = await reply(socket);
  if (!got.startsWith(wanted)) throw new Error(`${line.slice(0, 40)} is answered ${got}`);
}

async function secured(port: number): Promise<TLSSocket> {
  const plain = connectPlain(port, '127.0.0.1');
  plain.setNoDelay(true);
  await reply(plain);
  await say(plain, 'EHLO bench.example', '250');
  await say(plain, 'STARTTLS', '220');
  const socket = connect({ socket: plain, rejectUnauthorized: false });
  await new Promise<void>((resolve, reject) => {
    socket.once('secureConnect', resolve);
    socket.once('error', reject);
  });
  await say(socket, 'EHLO bench.example', '250');
  return socket;
}

async function handshakes({ port }: Side): Promise<void> {
  let left = HANDSHAKES;
  const one = async (): Promise<void> => {
    while (left-- > 0) {
      const socket = await secured(port);
      await say(socket, 'QUIT', '221');
      socket.destroy();
    }
  };
  await Promise.all(Array.from({ length: SESSIONS }, one));
}

async function messages({ port }: Side): Promise<void> {
  let left = MESSAGES;
  const one = async (): Promise<void> => {
    const socket = await secured(port);
    while (left-- > 0) {
      await say(socket, 'MAIL FROM:<a@bench.example>', '250');
      await say(socket, 'RCPT TO:<user@bench.example>', '250');
      await say(socket, 'DATA', '354');
      await say(socket, text, '250');
    }
    await say(socket, 'QUIT', '221');
    socket.destroy();
  };
  await Promise.all(Array.from({ length: SESSIONS }, one));
}

async function measure(side: Side, work: (side: Side) => Promise<void>, times: number) {
  const before = cpuSeconds(side.pids());
  const started = performance.now();
  await work(side);
  const seconds = (performance.now() - started) / 1_000;
  return { rate: times / seconds, cpu: ((cpuSeconds(side.pids()) - before) / times) * 1_000 };
}

async function main(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'vmsmail-bench-'));
  // Postfix's own user comes in here.
  chmodSync(directory, 0o755);
  const pair = createSelfSignedCertificate('bench.example', Date.now());
  writeFileSync(join(directory, 'key.pem'), pair.key, { mode: 0o600 });
  writeFileSync(join(directory, 'certificate.pem'), pair.certificate);
  const sides: Side[] = [];
  try {
    const node = startOurs(join(directory, 'ours'));
    node.dcl('TCPIP STOP MAIL');
    for (const [name, content] of [
      ['TCPIP$TLS_KEY.PEM', pair.key],
      ['TCPIP$TLS_CERTIFICATE.PEM', pair.certificate],
    ] as const)
      writeFileSync(join(node.root, 'SYSMGR', name), content);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    sides.push({ name: 'vmsmail', port: node.port, pids: () => node.pids(), stop: () => node.stop() });
    if (postfixVersion() === undefined) console.warn('Postfix is not installed: vmsmail alone is measured');
    else {
      const postfix = await startPostfix(
        join(directory, 'postfix'),
        { kind: 'hold' },
        {
          smtpd_tls_security_level: 'may',
          smtpd_tls_cert_file: join(directory, 'certificate.pem'),
          smtpd_tls_key_file: join(directory, 'key.pem'),
          smtpd_tls_loglevel: '0',
        },
      );
      const { port, masterPid } = postfix;
      sides.push({ name: 'Postfix', port, pids: () => [masterPid], stop: () => postfix.stop() });
    }
    const rows = [
      ['STARTTLS, full handshakes, 20 at a time', handshakes, HANDSHAKES],
      ['durable accept of 4 KiB over TLS, 20 sessions kept open', messages, MESSAGES],
    ] as const;
    for (const [name, work, times] of rows) {
      const figures = sides.map((side) => ({ side, rounds: [] as { rate: number; cpu: number }[] }));
      for (let round = 0; round < ROUNDS; round += 1)
        for (const { side, rounds } of figures) rounds.push(await measure(side, work, times));
      console.log(name);
      for (const { side, rounds } of figures) {
        const best = rounds.reduce((a, b) => (a.rate > b.rate ? a : b));
        const cpu = Math.min(...rounds.map((each) => each.cpu));
        console.log(
          `  ${side.name.padEnd(10)}${best.rate.toFixed(0).padStart(8)}/s${cpu.toFixed(2).padStart(9)} CPU s/1000`,
        );
      }
    }
  } finally {
    for (const side of sides) await side.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

await main();
