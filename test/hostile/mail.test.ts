/**
 * Mail that means harm, or was made by a broken program, through real processes: sent by SMTP, delivered by the symbiont,
 * read at a real terminal. It is shown at once and harmlessly, the shell's memory stays, and it can be taken out byte for
 * byte. Sources: RFC 5322, RFC 2046; ECMA-48; vms-mail.md §3.4.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { COMMAND, createProcessNode, type ProcessNode } from '../support/process-node.ts';
import { SmtpLine } from '../support/smtp-line.ts';
import { hasTmux, startTmux, type Tmux, type Window } from '../support/tmux.ts';

if (!hasTmux()) console.warn('SKIPPED: tmux is not installed on this machine: no terminal to sit at');

const MEGABYTE = 1_048_576;
/** From RETURN to the first page, on a machine that does other things as well. */
const AT_ONCE_MS = 3_000;
/** What the shell may grow by until the first page is there. */
const READ_MEGABYTES = 100;
/** What the shell may grow by while it shows and extracts a message: the longest, held once and copied once, takes 200. */
const GROWTH_MEGABYTES = 160;

interface HostileMail {
  readonly name: string;
  readonly message: () => Buffer;
  /** First page of READ, and what DIRECTORY says. */
  readonly looks: (page: readonly string[], directory: string) => void;
}

/** One octet a character; line ends become CRLF. */
const octets = (text: string): Buffer => Buffer.from(text.replace(/\r?\n/g, '\r\n'), 'latin1');
const utf8 = (text: string): Buffer => Buffer.from(text.replace(/\r?\n/g, '\r\n'), 'utf8');

const nested = (depth: number): string => {
  const open = Array.from(
    { length: depth },
    (_, level) => `Content-Type: multipart/mixed; boundary=b${level}\n\n--b${level}\n`,
  ).join('');
  const close = Array.from({ length: depth }, (_, level) => `--b${depth - 1 - level}--\n`).join('');
  return `Subject: nested\n${open}Content-Type: text/plain\n\ninnermost\n${close}`;
};

const hostileMail: readonly HostileMail[] = [
  {
    name: 'escape sequences, C1 controls and 8-bit CSI in header and body',
    message: () =>
      octets(
        'From: "\x1b[31mred\x9b2J" <evil@far.example>\nSubject: \x1b]0;owned\x07\x1b[2J=?utf-8?q?=1B[5m=C2=9B2J?=\n\n' +
          'a\x1b[2J\x1b[Hb\n\x9b2Jc\x90payload\x9c\n=\x08\x08\x08overstruck\n\x1bP$q"p\x1b\\\n\x0e\x0f\x7f\nlast line\n',
      ),
    looks: (page, directory) => {
      expect(directory).toMatch(/ {4}1 SMTP%"evil@far.examp .* {2}\.\]0;owned\.\.\[2J\.\[5m\.2J$/);
      expect(page).toContain('From:   SMTP%"evil@far.example"  ".[31mred.2J"');
      expect(page).toContain('a.[2J.[Hb');
      expect(page).toContain('.2Jc.payload.');
      expect(page).toContain('=...overstruck');
      expect(page).toContain('...');
      expect(page).toContain('last line');
    },
  },
  {
    name: 'characters in addresses that turn or hide text',
    message: () =>
      utf8(
        'From: "bank\u202e\u2066moc.live" <ad\u200bmin@far.example>\nSubject: in\u00advoice\u2069 \u{e0041}\n' +
          'Reply-To: ad\u200bmin\u2060@far.example\n\nopen \u202egnp.exe now\n',
      ),
    looks: (page, directory) => {
      expect(directory).toContain('SMTP%"ad<U+200B>min<');
      expect(directory).toContain('in<U+00AD>voice<U+2069> <U+E0041>');
      expect(page).toContain('From:   SMTP%"ad<U+200B>min<U+2060>@far.example"');
      expect(page).toContain('open <U+202E>gnp.exe now');
    },
  },
  {
    name: 'a header line of a megabyte, encoded words in it',
    message: () =>
      octets(
        `Subject: ${'x'.repeat(500)}${'=?utf-8?q?=41?= '.repeat(30_000)}${'y'.repeat(MEGABYTE / 2)}\nFrom: a@far.example\n\nshort text\n`,
      ),
    looks: (page) => {
      expect(page.some((line) => line.startsWith('Subj:   xxx'))).toBe(true);
    },
  },
  {
    name: '10,000 parts',
    message: () =>
      octets(
        `Subject: parts\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nfirst text\n${Array.from(
          { length: 10_000 },
          (_, index) =>
            `--b\nContent-Type: image/png; name=p${index}.png\nContent-Transfer-Encoding: base64\n\nQUJD\n`,
        ).join('')}--b--\n`,
      ),
    looks: (page) => {
      expect(page).toContain('first text');
      expect(page).toContain('    1 p0.png, image/png, 3 bytes');
    },
  },
  {
    name: 'parts nested 1,000 deep',
    message: () => octets(nested(1_000)),
    looks: (page) => {
      expect(page.some((line) => /^ {4}1 multipart\/mixed, \d+ KB$/.test(line))).toBe(true);
    },
  },
  {
    name: 'messages in messages, 1,000 deep',
    message: () =>
      octets(
        `${Array.from({ length: 1_000 }, (_, level) => `Subject: level ${level}\nContent-Type: message/rfc822\n\n`).join('')}Subject: last\n\ninnermost\n`,
      ),
    looks: (page) => {
      expect(page).toContain('Subject: level 1');
    },
  },
  {
    name: 'broken base64, wrong charsets, boundaries that never come',
    message: () =>
      octets(
        'Subject: =?utf-16?b?!!!?= =?x-none?q?a=ZZ?= =?utf-8?q?=FF=FE?=\nContent-Type: multipart/mixed; boundary="never"\n\n' +
          '--never\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\nSGVsbG8*&^%$#@!gd29y\nbGQ=bGQ\n=\n' +
          '--never\nContent-Type: text/plain; charset=utf-8\n\nnot \xff\xfe UTF-8 \xe9\n' +
          '--never\nContent-Type: text/plain; charset="utf-7\'; drop"\n\n+ADw-b+AD4-\n' +
          '--never\nContent-Type: text/plain; charset=iso-2022-jp\n\n\x1b$B\x1b[2J\x1b(Bend\n',
      ),
    looks: (page) => {
      expect(page.some((line) => line.startsWith('Hello world'))).toBe(true);
      expect(page.some((line) => line.startsWith('not ') && line.includes('UTF-8'))).toBe(true);
    },
  },
  {
    name: 'lines From, lone dots, NULs and lines without end',
    message: () =>
      octets(`Subject: lines\n\nFrom here\n>From there\n.\n..\nnul\0nul\n${'z'.repeat(200_000)}\n`),
    looks: (page) => {
      expect(page).toEqual(expect.arrayContaining(['From here', '>From there', '.', '..', 'nul.nul']));
    },
  },
  {
    name: 'HTML made to take long',
    message: () =>
      octets(
        `Subject: html\nContent-Type: text/html\n\n<p>shown</p>${'<div><b><a href="'.repeat(50_000)}${'<'.repeat(500_000)}${'&'.repeat(500_000)}${'<!--'.repeat(100_000)}\n`,
      ),
    looks: (page) => {
      expect(page).toContain('shown');
    },
  },
  {
    name: 'a text of 100 MB',
    message: () =>
      Buffer.concat([
        octets('Subject: long\n\nfirst line\n'),
        Buffer.alloc(99_999_920, octets(`${'x'.repeat(78)}\n`)),
      ]),
    looks: (page) => {
      expect(page).toContain('first line');
    },
  },
];

const userOf = (index: number): string => `USER${index}`;

describe.skipIf(!hasTmux())('hostile mail', () => {
  let node: ProcessNode;
  let tmux: Tmux;

  beforeAll(async () => {
    node = await createProcessNode({
      users: [...hostileMail.map((_, index) => userOf(index)), 'SENDER', 'GETTER'],
    });
    expect(await node.start()).toMatchObject({ status: 0 });
    await node.whole();
    tmux = await startTmux();
  }, 60_000);
  afterAll(async () => {
    await tmux?.[Symbol.asyncDispose]();
    await node?.[Symbol.asyncDispose]();
  });

  for (const [index, mail] of hostileMail.entries()) {
    test(mail.name, async () => {
      const user = userOf(index);
      const message = mail.message();
      await deliver(node, user, message);
      const window = await tmux.open(COMMAND, 'mail', '--user', user, '--root', node.root);
      await isAtPrompt(window);
      const before = memoryOf(window.pid);
      using memory = watchMemory(window.pid);

      await enter(window, 'DIRECTORY');
      const directory = await until(window, (lines) => lines.some((line) => /^ {4}1 /.test(line)));
      const started = performance.now();
      await enter(window, 'READ');
      const page = await until(window, (lines) => /^ {4}#1 /.test(lines[0] ?? ''));
      const tookMs = performance.now() - started;
      const readMegabytes = (memory.peak() - before) / MEGABYTE;
      const extracting = performance.now();
      await enter(window, 'EXTRACT/RAW ASITCAME');
      await window.until((lines) => lines.some((line) => line.includes('ASITCAME.EML;1 created')), 60_000);
      const extractedMs = performance.now() - extracting;
      const grownMegabytes = (memory.peak() - before) / MEGABYTE;
      console.log(
        `${mail.name}: READ ${tookMs.toFixed(0)} ms, +${readMegabytes.toFixed(1)} MB; EXTRACT/RAW ${extractedMs.toFixed(0)} ms, +${grownMegabytes.toFixed(1)} MB`,
      );
      mail.looks(page, directory.find((line) => /^ {4}1 /.test(line))!);
      expect(tookMs).toBeLessThan(AT_ONCE_MS);
      expect(readMegabytes).toBeLessThan(READ_MEGABYTES);
      expect(grownMegabytes).toBeLessThan(GROWTH_MEGABYTES);
      const taken = fileOf(node, user, 'ASITCAME.EML');
      // What delivery has put in front: Return-Path: and Received:.
      expect(taken.subarray(taken.length - message.length).equals(message)).toBe(true);
      expect(taken.subarray(0, taken.length - message.length).toString()).toMatch(
        /^Return-Path: .*\r\nReceived: [^\0]*\r\n$/,
      );
      await window.close();
    }, 120_000);
  }

  test('a file of 60 MB goes to a user here and through the queue, and comes out byte for byte', async () => {
    const content = Buffer.alloc(60 * MEGABYTE);
    for (let at = 0; at < content.length; at += 4)
      content.writeUInt32LE(Math.imul(at, 2_654_435_761) >>> 0, at);
    writeFileSync(join(directoryOf(node, 'SENDER'), 'BIG.DAT'), content);
    const sender = await tmux.open(COMMAND, 'mail', '--user', 'SENDER', '--root', node.root);
    await isAtPrompt(sender);
    const before = memoryOf(sender.pid);
    using memory = watchMemory(sender.pid);
    const started = performance.now();
    await enter(sender, 'SEND/ATTACHMENT=BIG.DAT/SUBJECT="big"');
    await sender.until((lines) => lines.at(-1) === 'To:');
    await enter(sender, 'GETTER, getter@hearts.example');
    await sender.until((lines) => lines.some((line) => line.startsWith('Enter your message')));
    await enter(sender, 'here it is');
    await sender.key('C-z');
    await sender.until((lines) => lines.at(-1) === 'MAIL>' && lines.includes('here it is'), 60_000);
    const grownMegabytes = (memory.peak() - before) / MEGABYTE;
    console.log(`SEND: ${(performance.now() - started).toFixed(0)} ms, +${grownMegabytes.toFixed(1)} MB`);
    expect(grownMegabytes).toBeLessThan(GROWTH_MEGABYTES);
    await sender.close();
    expect(await node.drained(60_000)).toBe(true);

    const getter = await tmux.open(COMMAND, 'mail', '--user', 'GETTER', '--root', node.root);
    await isAtPrompt(getter);
    for (const number of [1, 2]) {
      const reading = performance.now();
      await enter(getter, `READ ${number}`);
      await until(getter, (lines) => lines.includes('    1 big.dat, application/octet-stream, 61440 KB'));
      const tookMs = performance.now() - reading;
      console.log(`READ ${number}: ${tookMs.toFixed(0)} ms`);
      expect(tookMs).toBeLessThan(10_000);
      await enter(getter, `EXTRACT/ATTACHMENT=1 COPY${number}`);
      await getter.until(
        (lines) => lines.some((line) => line.includes(`COPY${number}.DAT;1 created`)),
        60_000,
      );
      expect(fileOf(node, 'GETTER', `COPY${number}.DAT`).equals(content)).toBe(true);
    }
    await getter.close();
  }, 180_000);
});

async function deliver(node: ProcessNode, user: string, message: Buffer): Promise<void> {
  const line = new SmtpLine(node.smtpPort);
  try {
    expect(await line.reply()).toMatch(/^220/);
    expect(await line.command('EHLO far.example')).toMatch(/^250/);
    expect(await line.command('MAIL FROM:<evil@far.example>')).toMatch(/^250/);
    expect(await line.command(`RCPT TO:<${user.toLowerCase()}@hearts.example>`)).toMatch(/^250/);
    expect(await line.command('DATA')).toMatch(/^354/);
    for (let at = 0; at < message.length; ) {
      // Dots are doubled at the start of lines: RFC 5321 §4.5.2. Pieces end with a line.
      const end =
        message.length - at <= MEGABYTE ? message.length : message.indexOf('\r\n', at + MEGABYTE) + 2;
      const piece = message.subarray(at, end === 1 ? message.length : end);
      line.write(Buffer.from(piece.toString('latin1').replace(/^\./gm, '..'), 'latin1'));
      await line.flushed();
      at += piece.length;
    }
    expect(await line.command('.')).toMatch(/^250/);
  } finally {
    line.close();
  }
  expect(await node.drained(60_000)).toBe(true);
}

async function enter(window: Window, command: string): Promise<void> {
  await window.type(command);
  await window.key('Enter');
}

const isAtPrompt = (window: Window): Promise<readonly string[]> => until(window, () => true);
/** As wanted, and the prompt stands below. */
const until = (window: Window, wanted: (lines: readonly string[]) => boolean): Promise<readonly string[]> =>
  window.until((lines) => lines.at(-1) === 'MAIL>' && wanted(lines), 30_000);

const entryOf = (directory: string, wanted: string): string => {
  const found = readdirSync(directory).find((each) => each.toUpperCase() === wanted);
  if (found === undefined) throw new Error(`${wanted} is not in ${directory}`);
  return join(directory, found);
};
/** Login directory, whatever the host calls it. */
const directoryOf = (node: ProcessNode, user: string): string => entryOf(node.root, user);
const fileOf = (node: ProcessNode, user: string, name: string): Buffer =>
  readFileSync(entryOf(directoryOf(node, user), name));

/** Bytes of memory of its own, files it has mapped not counted. */
function memoryOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^RssAnon:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1_024;
}

function watchMemory(pid: number): Disposable & { peak(): number } {
  let peak = memoryOf(pid);
  const timer = setInterval(() => {
    try {
      peak = Math.max(peak, memoryOf(pid));
    } catch {
      // The process is gone.
    }
  }, 20);
  timer.unref();
  return {
    peak: () => {
      peak = Math.max(peak, memoryOf(pid));
      return peak;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
