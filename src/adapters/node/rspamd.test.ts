/** The filter against a server that speaks rspamd's protocol, well and badly; and the real one, where it is installed. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../ports/log.ts';
import type { FilteredMessage } from '../../ports/message-filter.ts';
import { createRspamd } from './rspamd.ts';

const closers: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Asked {
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

async function fake(answer: (response: ServerResponse, asked: Asked) => void) {
  const questions: Asked[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const asked = { url: request.url, headers: request.headers, text: Buffer.concat(chunks).toString() };
    questions.push(asked);
    answer(response, asked);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, questions };
}

const body = 'Buy now\r\n';
const header = 'From: eve@bank.example\r\nSubject: Offer\r\n\r\n';
const message = (more: Partial<FilteredMessage> = {}): FilteredMessage => ({
  address: '192.0.2.9',
  greetedAs: 'mail.bank.example',
  reversePath: 'eve@bank.example',
  forwardPaths: ['smith@near.example', 'jones@near.example'],
  sizeBytes: header.length + body.length,
  header: Buffer.from(header),
  body: () => [Buffer.from(body)],
  ...more,
});
const judge = (url: string, more: Partial<FilteredMessage> = {}, timeoutMs = 20_000) =>
  createRspamd({ log: silentLog, hostName: 'near.example' }).judge(url, message(more), timeoutMs);

describe('what the filter says', () => {
  it.each([
    ['no action', 'accept'],
    ['greylist', 'greylist'],
    ['add header', 'mark'],
    ['rewrite subject', 'mark'],
    ['soft reject', 'tryLater'],
    ['reject', 'reject'],
  ])('%s is %s', async (action, want) => {
    const { url } = await fake((response) => response.end(JSON.stringify({ action, score: 7.5 })));
    expect(await judge(url)).toEqual({ action: want, score: 7.5 });
  });
  it('with a text for the client', async () => {
    const messages = { smtp_message: 'Spam message rejected' };
    const { url } = await fake((response) => response.end(JSON.stringify({ action: 'reject', messages })));
    expect(await judge(url)).toEqual({ action: 'reject', text: 'Spam message rejected' });
  });
  it('with a text that is none for a client', async () => {
    const messages = { smtp_message: 'a\r\n250 OK' };
    const { url } = await fake((response) => response.end(JSON.stringify({ action: 'reject', messages })));
    expect(await judge(url)).toEqual({ action: 'reject' });
  });
});

it('is told who sends what to whom', async () => {
  const { url, questions } = await fake((response) => response.end('{"action":"no action"}'));
  await judge(url);
  expect(questions[0]).toMatchObject({
    url: '/checkv2',
    headers: {
      ip: '192.0.2.9',
      helo: 'mail.bank.example',
      from: 'eve@bank.example',
      rcpt: 'smith@near.example, jones@near.example',
      'mta-name': 'near.example',
    },
    text: header + body,
  });
});

describe('a filter in trouble keeps no mail away', () => {
  it.each<[string, (response: ServerResponse) => void]>([
    ['that knows no such action', (response) => response.end('{"action":"dance"}')],
    ['whose answer is no JSON', (response) => response.end('<html>')],
    ['whose answer is nothing', (response) => response.end('null')],
    ['whose answer never ends', (response) => void response.write('{"action":')],
    ['that fails', (response) => response.writeHead(500).end()],
    ['that hangs up', (response) => void response.destroy()],
    ['that says nothing', () => {}],
    ['that says too much', (response) => response.end(`"${'x'.repeat(2_000_000)}"`)],
  ])('%s', async (_, answer) => {
    const { url } = await fake(answer);
    expect(await judge(url, {}, 300)).toBeUndefined();
  });
  it('that is not there', async () => {
    expect(await judge('http://127.0.0.1:1')).toBeUndefined();
  });
});

it('a text that cannot be read is no trouble of the filter', async () => {
  const { url } = await fake((response) => response.end('{"action":"no action"}'));
  const unreadable = async function* (): AsyncIterable<Uint8Array> {
    yield Buffer.from('x');
    throw new Error('the disk is broken');
  };
  await expect(judge(url, { body: unreadable })).rejects.toThrow('the disk is broken');
});

it('a long text is streamed', async () => {
  const { url, questions } = await fake((response) => response.end('{"action":"no action"}'));
  const line = Buffer.from(`${'x'.repeat(998)}\r\n`.repeat(100));
  const long = function* (): Iterable<Uint8Array> {
    for (let count = 0; count < 50; count++) yield line;
  };
  expect(await judge(url, { sizeBytes: header.length + 5_000_000, body: long })).toMatchObject({
    action: 'accept',
  });
  expect(questions[0]?.text).toHaveLength(header.length + 5_000_000);
});

const isInstalled = spawnSync('which', ['rspamd']).status === 0;
if (!isInstalled)
  process.stderr.write('SKIPPED: no rspamd here; its protocol is tested with a server of ours alone\n');

describe.skipIf(!isInstalled)('the real rspamd', () => {
  it('lets mail pass, and finds what is made to be found', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'rspamd-'));
    const port = 20_000 + (process.pid % 10_000);
    mkdirSync(join(directory, 'db'));
    // The whole list of domains takes it a quarter of a minute to compile.
    writeFileSync(join(directory, 'tld'), 'com\nexample\n');
    const file = join(directory, 'rspamd.conf');
    writeFileSync(
      file,
      `options { url_tld = "${directory}/tld"; pidfile = "${directory}/pid"; filters = "regexp"; dns { nameserver = ["127.0.0.1"]; timeout = 0.1s; }
        tempdir = "${directory}"; gtube_patterns = "all"; local_addrs = []; control_socket = "${directory}/control mode=0600"; hs_cache_dir = "${directory}/db"; }
      logging { type = "file"; filename = "${directory}/log"; level = "error"; }
      actions { reject = 15; "add header" = 6; greylist = 4; }
      worker "normal" { bind_socket = "127.0.0.1:${port}"; count = 1; }
      `,
    );
    const rspamd = spawn('rspamd', ['-i', '-f', '-c', file], { stdio: 'ignore' });
    closers.push(async () => {
      const ended = new Promise((resolve) => rspamd.once('exit', resolve));
      rspamd.kill('SIGTERM');
      await ended;
      rmSync(directory, { recursive: true, force: true });
    });
    await listening(port);
    const url = `http://127.0.0.1:${port}`;
    expect((await judge(url, {}, 10_000))?.action).toBe('accept');
    const gtube = 'XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\r\n';
    const spam = await judge(
      url,
      { sizeBytes: header.length + gtube.length, body: () => [Buffer.from(gtube)] },
      10_000,
    );
    expect(spam).toMatchObject({ action: 'reject', text: 'Gtube pattern' });
  }, 60_000);
});

async function listening(port: number): Promise<void> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('rspamd did not come up');
}
