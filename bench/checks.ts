/**
 * What checking the senders of mail costs: one node of ours, the same messages, checks off and on, in turn; plain ones, ones with
 * a DKIM signature, and ones that a forwarder has sealed too (ARC). The name server is one of a private network, so this wants root
 * and unshare. `--rounds N`, `--messages N`, `--bytes N` (of text, 4000), `--row WORD`; `--build DIR` (repeatable): other projects of
 * this kind, built, which take turns with this one. Quote ratios and processor time.
 */
import { spawn } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Answer, decode, encode, RECURSION_AVAILABLE, RECURSION_DESIRED } from 'dns-packet';
import {
  arcSet,
  authenticationResults,
  dkimSignatures,
  newSigningKey,
  recordName,
  recordText,
} from '../src/message-authentication/index.ts';
import { startOurs } from './our-node.ts';
import { goInside, NAME_SERVER } from './private-network.ts';
import { ownCpuSeconds, writtenBytes } from './process-figures.ts';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string' },
    messages: { type: 'string' },
    bytes: { type: 'string' },
    row: { type: 'string' },
    build: { type: 'string', multiple: true },
  },
});
const ROUNDS = Number(options.rounds ?? 15);
const MESSAGES = Number(options.messages ?? 3_000);
const BYTES = Number(options.bytes ?? 4_000);
goInside();

const made = await newSigningKey('rsa');
const place = { domain: 'sender.example', selector: 'bench' };
const texts: Readonly<Record<string, string>> = {
  [recordName(place)]: recordText({ ...place, algorithm: 'rsa', publicKey: made.publicKey }),
  'sender.example': 'v=spf1 ip4:127.0.0.0/8 -all',
  '_dmarc.sender.example': 'v=DMARC1; p=reject',
};
const nameServer = createSocket('udp4');
nameServer.on('message', (query, peer) => {
  const { id = 0, questions = [] } = decode(query);
  const { name = '', type } = questions[0] ?? {};
  const text = texts[name.toLowerCase()];
  const strings = text?.match(/.{1,250}/g) ?? [];
  const answers: Answer[] =
    type === 'TXT' && text !== undefined ? [{ name, type, ttl: 60, data: strings }] : [];
  const flags = RECURSION_DESIRED | RECURSION_AVAILABLE | (text === undefined ? 3 : 0);
  nameServer.send(encode({ type: 'response', id, flags, questions, answers }), peer.port, peer.address);
});
nameServer.bind(53, NAME_SERVER);

const directory = mkdtempSync(join(tmpdir(), 'vmsmail-bench-checks-'));
const header = Buffer.from(
  'From: a@sender.example\r\nTo: user@bench.example\r\nSubject: bench\r\nMessage-ID: <1@sender.example>\r\n\r\n',
);
const body = Buffer.from(`${'x'.repeat(70)}\r\n`.repeat(Math.ceil(BYTES / 72)));
const key = { ...place, privateKey: createPrivateKey(made.privateKey) };
const signature = await dkimSignatures({ header, body: () => [body] }, [key], Date.now());
const seen = `${authenticationResults('forwarder.example', ['dkim=pass', 'spf=pass'])}${signature}${header}`;
const toSeal = { header: Buffer.from(seen), body: () => [body] };
const seal = await arcSet(toSeal, key, 'forwarder.example', Date.now());
const fileOf = (name: string, fields: string): string => {
  const file = join(directory, `${name}.eml`);
  writeFileSync(file, `${fields}${body}`.replaceAll('\r\n', '\n'));
  return file;
};
const plain = fileOf('plain', `${header}`);
const signed = fileOf('signed', `${signature}${header}`);
const sealed = fileOf('sealed', `${seal}${seen}`);

const projects = [...(options.build ?? []), join(import.meta.dirname, '..')].map((each) => resolve(each));
const nodes = projects.map((project, index) => {
  const node = startOurs(join(directory, `root-${index}`), project);
  node.dcl('TCPIP STOP MAIL');
  // smtp-source is a stranger, and may send as much as it likes.
  node.dcl(
    'TCPIP SET CONFIGURATION SMTP/GOOD_CLIENTS=10.0.0.1/CLIENT_MESSAGE_RATE=0/CLIENT_RECIPIENT_RATE=0/CLIENT_CONNECTION_RATE=0',
  );
  return { node, name: projects.length === 1 ? '' : `${basename(project)}: ` };
});

function send(port: number, file: string): Promise<void> {
  const args = [
    '-s',
    '20',
    '-m',
    String(MESSAGES),
    '-f',
    'a@sender.example',
    '-t',
    'user@bench.example',
    '-d',
  ];
  return new Promise((resolve, reject) => {
    const child = spawn('smtp-source', [...args, '-F', file, `127.0.0.1:${port}`], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`smtp-source: exit status ${code}`)),
    );
  });
}

const rows = [
  { name: 'plain', file: plain },
  { name: 'DKIM signature', file: signed },
  { name: 'DKIM and ARC', file: sealed },
]
  .flatMap(({ name, file }) => [
    { name: `${name}, checks off`, qualifier: '/NOCHECK_SENDERS', file },
    { name: `${name}, checks on`, qualifier: '/CHECK_SENDERS', file },
  ])
  .filter(({ name }) => name.includes(options.row ?? ''))
  .flatMap((row) =>
    nodes.map(({ node, name }) => ({
      ...row,
      node,
      name: name + row.name,
      rates: [] as number[],
      cpu: [] as number[],
      written: [] as number[],
    })),
  );

for (let round = 0; round <= ROUNDS; round++) {
  for (const row of rows) {
    row.node.dcl(`TCPIP SET CONFIGURATION SMTP${row.qualifier}`);
    await new Promise((done) => setTimeout(done, 500));
    const pid = row.node.images().get('smtp-receiver')!;
    const cpu = ownCpuSeconds(pid);
    const written = writtenBytes(pid);
    const started = performance.now();
    await send(row.node.port, row.file);
    // The first round warms up.
    if (round === 0) continue;
    row.rates.push(MESSAGES / ((performance.now() - started) / 1_000));
    row.cpu.push(((ownCpuSeconds(pid) - cpu) / MESSAGES) * 1_000);
    row.written.push((writtenBytes(pid) - written) / MESSAGES);
  }
}
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
// What else the machine does comes and goes: each row is compared with the one without checks of its own round.
for (const { name, rates, cpu, written, file, node } of rows) {
  const off = rows.find((row) => row.file === file && row.node === node)!;
  const ratio = `${(median(rates.map((rate, round) => rate / off.rates[round]!)) * 100).toFixed(0)} %`;
  process.stdout.write(
    `${name.padEnd(28)} ${median(rates).toFixed(0).padStart(7)}/s ${ratio.padStart(6)}   receiver ${median(cpu).toFixed(3)} CPU s/1000, ` +
      `${(median(written) / 1_024).toFixed(0)} KiB a message\n`,
  );
}
for (const { node } of nodes) node.stop();
nameServer.close();
rmSync(directory, { recursive: true, force: true });
