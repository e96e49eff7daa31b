import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { manualClock } from '../../adapters/memory/manual-clock.ts';
import { openSpool } from '../../adapters/node/spool.ts';
import type { ByteReader } from '../../ports/file-system.ts';
import type { Submission } from '../../ports/queue-manager.ts';
import { fileLines } from './file-lines.ts';
import { sendFromFile } from './send-from-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'vmsmail-sff-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const clock = manualClock(Date.UTC(1997, 1, 7));
const spool = await openSpool(directory, clock);

function reading(bytes: Buffer, pieces: readonly number[] = []): Pick<ByteReader, 'read'> {
  const rest = [...pieces];
  let at = 0;
  return {
    async read() {
      if (at >= bytes.length) return undefined;
      const size = rest.shift() ?? 1_000_000;
      const chunk = bytes.subarray(at, at + size);
      at += size;
      return chunk;
    },
  };
}

async function send(file: string | Buffer, prohibitsHeaders = false) {
  const submitted: Submission[] = [];
  const deps = {
    queueManager: async () => ({
      submit: async (submission: Submission) => {
        submitted.push(submission);
        return { entry: 1, jobName: 'X' };
      },
    }),
    spool,
    clock,
    hostName: 'hearts.example',
    versionInfo: 'V1.0, OpenVMS V8.4 x86',
    prohibitsHeaders,
  };
  await sendFromFile(reading(Buffer.from(file)), 'SMITH', deps, async () => {});
  const { text, ...rest } = submitted[0]!;
  const bytes: Uint8Array[] = [];
  if (text.kind === 'inline') bytes.push(text.bytes);
  else for await (const chunk of spool.read(text)) bytes.push(Uint8Array.from(chunk));
  return { ...rest, kind: text.kind, bytes: Buffer.concat(bytes) };
}

const envelope = 'MAIL FROM:<smith>\nRCPT TO:<jones>\nRCPT TO:<jones>\nDATA\n';
const received = /^Received: by hearts\.example \(V1\.0, OpenVMS V8\.4 x86\);\r\n\tFri, 7 Feb 1997 .*\r\n/;

test('sender and recipients; who sends it owns the entry', async () => {
  const sent = await send(`${envelope}Subject: x\n\ntext`);
  expect(sent).toMatchObject({
    envelope: { reversePath: 'smith@hearts.example', forwardPaths: ['jones'], body: '7BIT' },
    userName: 'SMITH',
    kind: 'inline',
  });
  expect(sent.bytes.toString()).toMatch(received);
  expect(sent.bytes.toString().replace(received, '')).toBe('Subject: x\r\n\r\ntext\r\n');
});

test('bytes beyond ASCII stay what they are', async () => {
  const body = Buffer.from([0xe9, 0xff, 0x80]);
  const sent = await send(Buffer.concat([Buffer.from(`${envelope}Subject: x\n\n`), body]));
  expect(sent.envelope.body).toBe('8BITMIME');
  expect(sent.bytes.subarray(-5)).toEqual(Buffer.concat([body, Buffer.from('\r\n')]));
});

test('a long message goes by the spool, a line of any length too', async () => {
  const body = `${'x'.repeat(200_000)}\n`.repeat(5);
  const sent = await send(`${envelope}Subject: x\n\n${body}`);
  expect(sent.kind).toBe('file');
  expect(sent.bytes.toString().replace(received, '')).toBe(
    `Subject: x\r\n\r\n${body.replaceAll('\n', '\r\n')}`,
  );
});

describe('what a receiver would see as another message', () => {
  test.each(['a\rb', 'a\r\rb', '\r'])('a bare CR is refused: %j', async (line) => {
    await expect(send(`${envelope}Subject: x\n\n${line}x\n`)).rejects.toMatchObject({ ident: 'BARECR' });
  });
});

test('a message that is refused leaves nothing in the spool', async () => {
  const before = await spool.list(Number.MAX_SAFE_INTEGER);
  await expect(send(`${envelope}Subject: x\n\n${'y'.repeat(300_000)}\na\rb\n`)).rejects.toThrow('BARECR');
  expect(await spool.list(Number.MAX_SAFE_INTEGER)).toEqual(before);
});

test('lines are the same whatever the pieces they are read in', async () => {
  const line = fc.string({ unit: fc.constantFrom('a', '\r', 'é'), maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { minLength: 1, maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 40 }),
      async (lines, pieces) => {
        const file = Buffer.from(`${lines.join('\n')}\n`);
        const got: string[] = [];
        for await (const each of fileLines(reading(file, pieces)))
          got.push(Buffer.from(each.bytes).toString());
        expect(got).toEqual(lines.map((each) => each.replace(/\r$/, '')));
      },
    ),
  );
});

describe('Prohibit-User-Headers', () => {
  const own =
    'Date: Fri, 7 Feb 1997 00:00:00 +0000 (UTC)\r\n' +
    'Message-Id: <97020700000000_ID@hearts.example>\r\n' +
    'From: smith@hearts.example\r\nTo: jones@hearts.example\r\n';
  const table: readonly (readonly [string, string, string])[] = [
    ['the sender of the file is ignored', 'From: boss@acme.com\n\nFrom: x\n', '\r\nFrom: x\r\n'],
    [
      'so are folded lines',
      'X-A: 1\n 2\nSubject: a\n\tb\nTo: c,\n d\n\ntext',
      'Subject: a\r\n\tb\r\n\r\ntext\r\n',
    ],
    [
      'what describes the text stays',
      'Content-Type: text/html\nMIME-Version: 1.0\n\nt',
      'Content-Type: text/html\r\nMIME-Version: 1.0\r\n\r\nt\r\n',
    ],
    ['no header at all', '\ntext', '\r\ntext\r\n'],
    ['a header without a text', 'Reply-To: x@y\n', ''],
    [
      'a field of 100,000 characters',
      `Subject: a\nX-Long: ${'x'.repeat(100_000)}\n\nt`,
      'Subject: a\r\n\r\nt\r\n',
    ],
    [
      'a subject as long',
      `Subject: ${'x'.repeat(100_000)}\n\nt`,
      `Subject: ${'x'.repeat(100_000)}\r\n\r\nt\r\n`,
    ],
  ];
  test.each(table)('%s', async (_name, file, wanted) => {
    const { bytes } = await send(envelope + file, true);
    const got = bytes
      .toString()
      .replace(received, '')
      .replace(/_[0-9A-F]{8}@/, '_ID@');
    expect(got).toBe(own + wanted);
  });

  test('without it the file decides', async () => {
    const { bytes } = await send(`${envelope}From: boss@acme.com\n\nx`);
    expect(bytes.toString().replace(received, '')).toBe('From: boss@acme.com\r\n\r\nx\r\n');
  });
});
