/**
 * What the kernel saw: mail data is on stable storage before its 250 leaves. Traces the queue manager and the receivers
 * of a running node with strace(1); skipped loudly where that is missing or may not attach. RFC 5321 §6.1.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canAttach } from '../support/can-trace.ts';
import { createProcessNode, type ProcessNode, pause } from '../support/process-node.ts';
import { SmtpLine } from '../support/smtp-line.ts';

if (!canAttach) console.warn('SKIPPED: strace is not installed on this machine, or may not trace');

interface SystemCall {
  /** Process or thread, name and arguments as strace prints them, descriptors with their files. */
  readonly thread: string;
  readonly text: string;
  /** Seconds since 1970 when it was entered, and when it had returned. */
  readonly entered: number;
  readonly returned: number;
}

describe.runIf(canAttach)('250 after stable storage', () => {
  let node: ProcessNode | undefined;
  beforeAll(async () => {
    node = await createProcessNode({ users: ['JONES'] });
    const started = await node.start();
    expect(started.stderr).toBe('');
    await node.whole();
  }, 60_000);
  afterAll(() => node?.[Symbol.asyncDispose](), 60_000);

  test('a short text: the queue database is synchronised', async () => {
    const calls = await traced(node!, 'SHORT-TEXT-4711', 2_000);
    const written = find(calls, /^pwrite64\(\d+<[^>]*QMAN\$MASTER\.DAT-wal>.*SHORT-TEXT-4711/);
    expectInOrder(calls, written, /^f(data)?sync\(\d+<[^>]*QMAN\$MASTER\.DAT(-wal)?>/);
  }, 60_000);

  test('a long text: its file, the directory of the file, and the queue database are', async () => {
    const calls = await traced(node!, 'LONG-TEXT-4712', 200_000);
    const file = find(calls, /^p?writev?(64)?\(\d+<[^>]*SPOOL\/[^>]*>.*LONG-TEXT-4712/);
    expectInOrder(calls, file, /^f(data)?sync\(\d+<[^>]*SPOOL\/[^>]*>/);
    const named = find(calls, /^openat\(.*SPOOL\/[^"]*\.MAI".*O_CREAT/);
    expectInOrder(calls, named, /^fsync\(\d+<[^>]*SPOOL>/);
    const entry = find(calls, /^pwrite64\(\d+<[^>]*QMAN\$MASTER\.DAT-wal>/);
    expect(entry.entered).toBeGreaterThan(named.returned);
    for (const what of ['SPOOL\\/[^>]*', 'SPOOL']) {
      const safe = find(calls, new RegExp(`^f(data)?sync\\(\\d+<[^>]*${what}>`));
      expect(entry.entered, `the entry is written after fsync of ${what}`).toBeGreaterThan(safe.returned);
    }
    expectInOrder(calls, entry, /^f(data)?sync\(\d+<[^>]*QMAN\$MASTER\.DAT(-wal)?>/);
  }, 60_000);

  test('a long text that begins otherwise than it came: its file is written once, its beginning comes with the entry', async () => {
    const calls = await traced(node!, 'LONG-TEXT-4713', 200_000, 'X-Mark: HEAD-4713\r\nX-Spam: No\r\n');
    const created = calls.filter(({ text }) => /^openat\(.*SPOOL\/[^"]*\.MAI".*O_CREAT/.test(text));
    expect(created).toHaveLength(1);
    const head = find(calls, /^pwrite64\(\d+<[^>]*QMAN\$MASTER\.DAT-wal>.*HEAD-4713/);
    for (const what of ['SPOOL\\/[^>]*', 'SPOOL']) {
      const safe = find(calls, new RegExp(`^f(data)?sync\\(\\d+<[^>]*${what}>`));
      expect(head.entered, `the entry is written after fsync of ${what}`).toBeGreaterThan(safe.returned);
    }
    expectInOrder(calls, head, /^f(data)?sync\(\d+<[^>]*QMAN\$MASTER\.DAT(-wal)?>/);
  }, 60_000);
});

/** A synchronisation that matches begins after `written` and has returned before the 250 is handed to the kernel. */
function expectInOrder(calls: readonly SystemCall[], written: SystemCall, synchronisation: RegExp): void {
  const reply = replyToData(calls);
  const between = calls.filter(
    ({ text, entered, returned }) =>
      synchronisation.test(text) && entered >= written.returned && returned <= reply.entered,
  );
  expect(
    between.length,
    `${synchronisation} between\n${written.text.slice(0, 200)}\nand\n${reply.text}`,
  ).toBeGreaterThan(0);
}

function find(calls: readonly SystemCall[], pattern: RegExp): SystemCall {
  const from = calls.findIndex(({ text }) => /"354 /.test(text));
  const found = calls.slice(from).find(({ text }) => pattern.test(text));
  if (found === undefined) throw new Error(`no ${pattern} after the 354 of\n${summary(calls)}`);
  return found;
}

/** The first 250 that a receiver writes to a TCP socket after its 354. */
function replyToData(calls: readonly SystemCall[]): SystemCall {
  const asked = calls.findIndex(({ text }) => /"354 /.test(text));
  const reply = calls.find(
    ({ text, thread }, n) =>
      n > asked && thread === calls[asked]!.thread && /^\w+\(\d+<(TCP|socket).*"250 /.test(text),
  );
  if (asked === -1 || reply === undefined) throw new Error(`no 354 and 250 in\n${summary(calls)}`);
  return reply;
}

const summary = (calls: readonly SystemCall[]): string =>
  calls.map(({ thread, text }) => `${thread} ${text.slice(0, 150)}`).join('\n');

/** Sends one message with the mark in its text, and returns what queue manager and receivers did meanwhile. */
async function traced(
  node: ProcessNode,
  mark: string,
  sizeBytes: number,
  fields = '',
): Promise<readonly SystemCall[]> {
  const { processes } = await node.whole();
  const pids = processes.flatMap(({ image, pid }) =>
    /^(queue-manager|smtp-receiver)$/.test(image) ? [pid] : [],
  );
  const output = join(node.root, `${mark}.STRACE`);
  const calls = 'write,writev,pwrite64,pwritev,sendto,sendmsg,fsync,fdatasync,openat';
  const strace = spawn(
    'strace',
    [
      '-f',
      '-ttt',
      '-T',
      '-y',
      '-s',
      '5000',
      '-e',
      `trace=${calls}`,
      '-o',
      output,
      ...pids.flatMap((pid) => ['-p', String(pid)]),
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const ended = new Promise<void>((resolve) => strace.once('close', () => resolve()));
  try {
    await attached(strace.stderr, pids.length);
    await send(node.smtpPort, mark, sizeBytes, fields);
    await pause(200);
  } finally {
    strace.kill('SIGINT');
    await ended;
  }
  return parseTrace(readFileSync(output, 'latin1'));
}

function attached(stderr: NodeJS.ReadableStream, count: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    stderr.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if ((text.match(/Process \d+ attached/g) ?? []).length >= count) resolve();
    });
    stderr.on('end', () => reject(new Error(`strace ended: ${text}`)));
  });
}

async function send(port: number, mark: string, sizeBytes: number, fields: string): Promise<void> {
  const line = new SmtpLine(port);
  try {
    await line.reply();
    await line.command('EHLO client.example');
    await line.command('MAIL FROM:<anne@client.example>');
    await line.command('RCPT TO:<jones@hearts.example>');
    expect(await line.command('DATA')).toMatch(/^354/);
    line.write(
      `${fields}Subject: ${mark}\r\n\r\n${`${mark} `.repeat(3)}\r\n${`${'x'.repeat(70)}\r\n`.repeat(sizeBytes / 72)}.\r\n`,
    );
    expect(await line.reply()).toMatch(/^250/);
    await line.command('QUIT');
  } finally {
    line.close();
  }
}

/** Joins calls that strace printed in two halves; in the order they were entered. */
function parseTrace(text: string): readonly SystemCall[] {
  const calls: SystemCall[] = [];
  const unfinished = new Map<string, { readonly entered: number; readonly text: string }>();
  for (const line of text.split('\n')) {
    const match = /^(\d+) +(\d+\.\d+) (.*)$/.exec(line);
    if (match === null) continue;
    const [, thread, time, what] = match as unknown as [string, string, string, string];
    const resumed = /^<\.\.\. \w+ resumed>/.exec(what);
    if (what.endsWith('<unfinished ...>')) {
      unfinished.set(thread, { entered: Number(time), text: what.slice(0, -'<unfinished ...>'.length) });
    } else if (resumed !== null) {
      const begun = unfinished.get(thread);
      if (begun === undefined) continue;
      unfinished.delete(thread);
      const { entered } = begun;
      calls.push({
        thread,
        text: begun.text + what.slice(resumed[0].length),
        entered,
        returned: entered + duration(what),
      });
    } else {
      const entered = Number(time);
      calls.push({ thread, text: what, entered, returned: entered + duration(what) });
    }
  }
  return calls.sort((a, b) => a.entered - b.entered);
}

/** `= 0 <0.000123>` at the end, by -T. */
const duration = (text: string): number => Number(/<(\d+\.\d+)>$/.exec(text)?.[1] ?? 0);
