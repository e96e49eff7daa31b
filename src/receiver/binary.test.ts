/** BODY=BINARYMIME: what comes in as any bytes, and is kept in lines. RFC 3030 §3 */
import { createHash, createSign, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMemoryResolver } from '../adapters/memory/resolver.ts';
import { openSpool } from '../adapters/node/spool.ts';
import { systemClock } from '../adapters/node/system-clock.ts';
import { createMessageVerifier } from '../message-authentication/index.ts';
import type { Spool } from '../ports/message-text.ts';
import type { Submission } from '../ports/queue-manager.ts';
import { defaultReceiverSettings, type ReceiverDependencies } from './index.ts';
import type { ReceiverService } from './session.ts';
import { Client, closeAll, startRig } from './testing/receiver-rig.ts';

let directory: string;
let spool: Spool;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'binary-'));
  spool = await openSpool(directory, systemClock);
});
afterAll(() => {
  closeAll();
  rmSync(directory, { recursive: true });
});

const ok = '250 2.0.0 OK';
const bad = '503 5.5.1 Bad command sequence';
const refused = '550 5.6.0 Bare CR, bare LF or NUL outside of what can be encoded';

async function begin(
  overrides: Partial<ReceiverDependencies> = {},
  service: Partial<ReceiverService> = {},
  body = 'BINARYMIME',
) {
  const { port, submissions } = await startRig({ spool, ...overrides }, service);
  const client = Client.plain(port);
  await client.reply();
  await client.say(service.isLmtp === true ? 'LHLO me' : 'EHLO me');
  expect(await client.say(`MAIL FROM:<a@b.example> BODY=${body}`)).toMatch(/^250/);
  await client.say('RCPT TO:<smith@node.example>');
  const send = (text: string): Promise<string> => {
    client.write(`BDAT ${text.length} LAST\r\n${text}`);
    return client.reply();
  };
  return { client, submissions, send };
}

async function keptOf({ text }: Submission): Promise<Buffer> {
  if (text.kind === 'inline') return Buffer.from(text.bytes);
  const chunks: Uint8Array[] = [];
  for await (const chunk of spool.read(text)) chunks.push(chunk);
  const kept = Buffer.concat(chunks);
  expect(kept.byteLength).toBe(text.sizeBytes);
  return kept;
}

const settingsOf = (settings: object) => async () => ({
  ...defaultReceiverSettings,
  goodClients: [],
  checksSenders: false,
  tarpits: false,
  ...settings,
});

const header =
  'Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: binary\r\n\r\n';
const encodedHeader = header.replace('binary', 'base64');
/** Every byte there is, and each pair of those that matter. */
const bytes = `${Buffer.from(Array.from({ length: 256 }, (_, index) => index)).toString('latin1')}\r\n.\r\n\n\r\r\n\0.`;
const long = bytes.repeat(1_000);

describe('the dialogue', () => {
  test('is offered with what it needs, and taken in any case', async () => {
    const { port } = await startRig();
    const client = Client.plain(port);
    await client.reply();
    expect(await client.say('EHLO me')).toMatch(/250-8BITMIME\r\n[\s\S]*250-CHUNKING\r\n250-BINARYMIME\r\n/);
    expect(await client.say('MAIL FROM:<a@b.example> BODY=binaryMIME')).toMatch(/^250/);
  });
  test('has no DATA, and goes on without it', async () => {
    const { client, submissions, send } = await begin();
    expect(await client.say('DATA')).toBe(bad);
    expect(await send(`${header}\0`)).toBe(ok);
    expect((await keptOf(submissions[0]!)).toString()).toMatch(
      /^Content-Transfer-Encoding: base64\r\n\r\nAA==\r\n$/m,
    );
  });
  test('is not there after HELO', async () => {
    const { port } = await startRig();
    const client = Client.plain(port);
    await client.reply();
    await client.say('HELO me');
    expect(await client.say('MAIL FROM:<a@b.example> BODY=BINARYMIME')).toMatch(/^5/);
  });
  test('is that of one message: the next has its lines again', async () => {
    const { client, submissions, send } = await begin();
    await client.say('RSET');
    await client.say('MAIL FROM:<a@b.example>');
    await client.say('RCPT TO:<smith@node.example>');
    expect(await send(`${header}a\nb`)).toMatch(/^550 5\.6\.0 Bare CR or LF in mail data/);
    expect(submissions).toEqual([]);
  });
  test('ends for LMTP with an answer for each recipient', async () => {
    const { client, submissions, send } = await begin({}, { isLmtp: true });
    await client.say('RCPT TO:<jones@node.example>');
    expect(await send(`${header}\0`)).toBe(ok);
    expect(await client.reply()).toBe(ok);
    expect(submissions).toHaveLength(1);
  });
});

describe.each([
  ['short', bytes],
  ['long', long],
])('a message that is %s', (_, body) => {
  test('is kept in lines, its content as it came', async () => {
    const { client, submissions } = await begin();
    const text = header + body;
    const at = text.length - 5;
    client.write(`BDAT ${at}\r\n${text.slice(0, at)}BDAT 5\r\n${text.slice(at)}BDAT 0 LAST\r\n`);
    for (const _chunk of [1, 2]) expect(await client.reply()).toMatch(/^250/);
    expect(await client.reply()).toBe(ok);
    expect(submissions).toHaveLength(1);
    expect(submissions[0]!.envelope.body).toBeUndefined();
    const kept = (await keptOf(submissions[0]!)).toString('latin1');
    const start = kept.indexOf(encodedHeader.split('\r\n')[0]!);
    expect(kept.slice(0, start)).toMatch(
      /^Authentication-Results: node\.example;\r\n\tnone\r\nReceived: from me /,
    );
    const [head = '', encoded = ''] = kept.slice(start).split(/(?<=\r\n\r\n)/);
    expect(head).toBe(encodedHeader);
    expect(encoded).toMatch(/^(?:[\w+/=]{4,76}\r\n)+$/);
    expect(Buffer.from(encoded, 'base64').toString('latin1')).toBe(body);
  });
  test('is refused where it is no lines outside of its bodies, and nothing of it is left', async () => {
    const before = readdirSync(directory);
    for (const field of [
      'X: a\nb',
      'X: a\rb',
      'X: a\0b',
      'X: a\r\n\nRCPT TO:<b@c.example>',
      'X: a\r',
      'X:a\n.\n',
    ]) {
      const { client, submissions, send } = await begin();
      expect(await send(`${field}\r\n${header}${body}`), JSON.stringify(field)).toBe(refused);
      expect(await client.say('NOOP')).toBe(ok);
      expect(submissions).toEqual([]);
    }
    expect(readdirSync(directory)).toEqual(before);
  });
  test('counts as it came, and as it is kept', async () => {
    const text = header + body;
    const before = readdirSync(directory);
    const limited = (messageSizeLimit: number) => begin({ settings: settingsOf({ messageSizeLimit }) });
    const keptBytes = encodedHeader.length + Math.ceil(body.length / 57) * 2 + Math.ceil(body.length / 3) * 4;
    expect(await (await limited(text.length - 1)).send(text)).toMatch(/^552 5\.3\.4/);
    expect(await (await limited(keptBytes - 1)).send(text)).toMatch(/^552 5\.3\.4/);
    expect(readdirSync(directory)).toEqual(before);
    expect(await (await limited(keptBytes)).send(text)).toBe(ok);
  });
  test('is judged as it came: a signature over any bytes holds', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    const verifier = createMessageVerifier({
      resolver: createMemoryResolver({ txt: { 's._domainkey.b.example': [`v=DKIM1; p=${key}`] } }),
      clock: systemClock,
      authservId: 'node.example',
    });
    const signed = `From: a@b.example\r\n${header}`;
    // RFC 6376 §3.4.1, §3.4.3: nothing is changed, but there is one line end behind it.
    const hash = createHash('sha256').update(`${body}\r\n`, 'latin1').digest('base64');
    const field = `DKIM-Signature: v=1; a=rsa-sha256; c=simple/simple; d=b.example; s=s; h=from; bh=${hash}; b=`;
    const signature = createSign('sha256').update(`From: a@b.example\r\n${field}`).sign(privateKey, 'base64');
    const text = `${field}${signature}\r\n${signed}${body}`;
    const { submissions, send } = await begin({ verifier, settings: settingsOf({ checksSenders: true }) });
    expect(await send(text)).toBe(ok);
    expect((await keptOf(submissions[0]!)).toString('latin1')).toMatch(
      /^Authentication-Results: node\.example;\r\n\tdkim=pass [\s\S]*\r\nContent-Transfer-Encoding: base64\r\n\r\n/,
    );
  });
});

test('what spools ends as it ends: no line end comes into a body', async () => {
  const { submissions, send } = await begin();
  const body = `${'x'.repeat(200_000)}\0`;
  expect(await send(header + body)).toBe(ok);
  const kept = (await keptOf(submissions[0]!)).toString('latin1');
  expect(Buffer.from(kept.slice(kept.indexOf('\r\n\r\n')), 'base64').toString('latin1')).toBe(body);
});

test('a text that is lines already is called 8bit, and has an end', async () => {
  const { submissions, send } = await begin();
  expect(await send('Subject: x\r\nContent-Transfer-Encoding: BINARY\r\n\r\n\xfc.\r\n')).toBe(ok);
  expect((await keptOf(submissions[0]!)).toString('latin1')).toMatch(
    /\r\nSubject: x\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\xfc\.\r\n$/,
  );
});

test('a message of nothing, and one of a header, are messages', async () => {
  for (const text of ['', 'Subject: x', '\r\n', '\n']) {
    const { submissions, send } = await begin();
    expect(await send(text)).toBe(text === '\n' ? refused : ok);
    if (text !== '\n') expect((await keptOf(submissions[0]!)).toString()).toMatch(/\r\n$/);
  }
});

test('more fields than anybody writes are refused', async () => {
  const { submissions, send } = await begin();
  const text = `Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\n'.repeat(540_000)}`;
  expect(await send(text)).toBe('550 5.6.0 Too many header fields');
  expect(submissions).toEqual([]);
});
