/** Clients of IMAP that mean harm, or are broken: an answer or a close, bounded memory, and others are served as before. */
import { readdir } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { createDeflateRaw, deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type ImapRig, startImapRig } from '../support/imap-rig.ts';

const MEGABYTE = 1_048_576;
const mail = 'From: jones@example.com\r\nSubject: Hello\r\n\r\nText\r\n';
const literal = (text: string): string => `{${text.length}+}\r\n${text}`;
const login = 'in LOGIN smith secret\r\n';

let rig: ImapRig;
beforeAll(async () => {
  rig = await startImapRig({
    settings: { maxConnections: 2_000, maxAddressConnections: 2_000, maxUserConnections: 100 },
  });
});
afterAll(() => rig.close());

const octets = (piece: Uint8Array | string): Uint8Array =>
  typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece;

/** Sends the pieces, says no more, and resolves to all that came until the server closed. */
function talk(pieces: readonly (Uint8Array | string)[], pauseMs?: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port: rig.port, host: '127.0.0.1', allowHalfOpen: true });
    let said = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      said += text;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(said));
    socket.on('end', () => socket.end());
    const send = async (): Promise<void> => {
      for (const each of pieces) {
        socket.write(octets(each));
        if (pauseMs !== undefined) await new Promise((next) => setTimeout(next, pauseMs));
      }
      socket.end();
    };
    void send();
  });
}

const served = async (): Promise<number> => {
  const started = performance.now();
  expect(await talk([login, 'a SELECT INBOX\r\nb LOGOUT\r\n'])).toMatch(/^a OK[\s\S]*^b OK/m);
  return performance.now() - started;
};
afterEach(async () => {
  await served();
});

/** Every line of an answer is one: nothing of what was sent comes back where it could be taken for something else. */
const isAnswer = /^(?:\* |\+ |[^\x00-\x20(){%*"\\+]+ (?:OK|NO|BAD) )[\x20-\x7e]*$/;

const words = [
  ...[
    'LOGIN',
    'smith',
    'secret',
    'SELECT',
    'INBOX',
    'APPEND',
    'STORE',
    'UID',
    'COPY',
    'MOVE',
    'IDLE',
    'DONE',
  ],
  ...['EXPUNGE', 'CLOSE', 'NOOP', 'ENABLE', 'QRESYNC', 'FETCH', 'SEARCH', 'SORT', 'LIST', 'STATUS', 'THREAD'],
  ...[
    'AUTHENTICATE',
    'PLAIN',
    '1:*',
    '1',
    '(',
    ')',
    'FLAGS',
    '(\\Deleted)',
    'BODY[]',
    '"',
    '\\',
    '$',
    '%',
    '*',
  ],
  ...[
    ' ',
    ' ',
    ' ',
    '\r\n',
    '\r\n',
    '\r\na ',
    '\r',
    '\n',
    '\0',
    '\xff',
    '\xc3\xa9',
    '{3}\r\n',
    '{3+}\r\nabc',
  ],
  ...[
    '{0}\r\n',
    '~{4+}\r\nab\0c',
    '{5+}\r\n',
    '{99999999999}\r\n',
    '{1000000+}\r\n',
    '+',
    '=',
    '[',
    ']',
    '<',
  ],
  ...[login, 'a SELECT INBOX\r\n', `a APPEND INBOX ${literal(mail)}\r\n`, 'b STORE 1:* +FLAGS (\\Seen)\r\n'],
];

describe('an IMAP client', () => {
  test('that sends anything gets answers or is closed', async () => {
    const piece = fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...words) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 40 }), async (pieces) => {
        const said = await talk(pieces);
        expect(said).toMatch(/^\* OK /);
        for (const line of said.split('\r\n').slice(0, -1)) expect(line).toMatch(isAnswer);
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  test('gets the same answers however its octets are cut, and when it waits for each', async () => {
    const commands = fc.constantFrom(
      ...[
        `APPEND INBOX (\\Seen) ${literal(mail)}`,
        'SELECT INBOX',
        'STORE 1:2 +FLAGS (\\Deleted)',
        'EXPUNGE',
      ],
      ...[
        'COPY 1 Wastebasket',
        'UID MOVE 1:* Wastebasket',
        'NOOP',
        'IDLE\r\nDONE',
        'UNSELECT',
        'STORE 9 FLAGS ()',
      ],
      ...['NONSENSE', 'UID STORE 1:3 FLAGS.SILENT (x)', 'ENABLE QRESYNC', 'SELECT {5}\r\nINBOX', 'CLOSE'],
      ...['LOGIN again secret', `APPEND Nowhere ${literal(mail)}`, 'APPEND INBOX {3}\r\nabc', 'CAPABILITY'],
    );
    let users = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(commands, { maxLength: 12 }),
        fc.array(fc.nat(800), { maxLength: 6 }),
        async (list, places) => {
          const lines = list.map((text, index) => `c${index} ${text}\r\n`);
          const asUser = async (pieces: readonly string[], pauseMs?: number): Promise<string> => {
            const said = await talk(
              [`in LOGIN user${++users} secret\r\n`, ...pieces, 'out LOGOUT\r\n'],
              pauseMs,
            );
            return said
              .replace(/(UIDVALIDITY|APPENDUID|COPYUID) \d+/g, '$1 n')
              .replace(/MAILBOXID \(.*?\)/g, 'MAILBOXID (x)');
          };
          const whole = lines.join('');
          const ends = [...new Set(places.map((each) => each % (whole.length + 1)))].sort((a, b) => a - b);
          const cut = [...ends, whole.length].map((end, index) => whole.slice(ends[index - 1] ?? 0, end));
          const atOnce = await asUser([whole]);
          expect(await asUser(cut, 1)).toBe(atOnce);
          expect(await asUser(lines, 8)).toBe(atOnce);
        },
      ),
      { numRuns: 25 },
    );
  }, 120_000);

  test.each([
    ['before its login', ''],
    ['after it', login],
  ])('%s, that announces four gigabytes, is refused', async (_when, first) => {
    expect(await talk([first, 'a LOGIN {4294967296}\r\nb NOOP\r\n'])).toMatch(/^a BAD[\s\S]*^b OK/m);
    expect(await talk([first, 'a LOGIN {4294967296+}\r\nb NOOP\r\n'])).toMatch(/^\* BYE .*\r\na BAD.*\r\n$/m);
    expect(await talk([first, 'a APPEND INBOX {4294967296}\r\nb NOOP\r\n'])).toMatch(
      /^a (NO|BAD)[\s\S]*^b OK/m,
    );
    expect(await talk([first, 'a APPEND INBOX {4294967296+}\r\nxxxx'])).toMatch(/^\* BYE .*\r\na (NO|BAD)/m);
    expect(await talk([first, 'a LOGIN {99999999999999999999}\r\nb NOOP\r\n'])).toMatch(
      /^a BAD[\s\S]*^b OK/m,
    );
  });

  test('that writes what is no command gets BAD for it', async () => {
    const bad = [
      'a SELECT "INBOX',
      'a SELECT "IN\\BOX"',
      'a SELECT INBOX\0',
      'a SELECT "\xff\xfe"',
      'a \xc3\xa9 INBOX',
      `a STORE 1 FLAGS ${'('.repeat(100_000)}`,
      `a ENABLE ${'('.repeat(100_000)}`,
      `a SELECT INBOX ${'('.repeat(500)}QRESYNC`,
      `a STORE 1 +FLAGS (${'k '.repeat(100_000)}k)`,
      `a STORE 1 +FLAGS (${'k'.repeat(100_000)})`,
      `a STORE 1:4294967296 +FLAGS (x)`,
      'a',
      '',
      ' ',
      '+ NOOP',
      '* NOOP',
    ];
    const said = await talk([login, 's SELECT INBOX\r\n', ...bad.map((each) => `${each}\r\n`), 'z NOOP\r\n']);
    const answers = said.slice(said.indexOf('s OK')).split('\r\n').slice(1, -1);
    expect(answers.filter((each) => /^(a|\*) BAD /.test(each))).toHaveLength(bad.length);
    expect(answers.at(-1)).toMatch(/^z OK/);
  });

  // What follows could be a literal of what was not understood.
  test.each([
    ['too long', `a STORE ${'1,'.repeat(1_000_000)}1 +FLAGS (x) {9+}`],
    ['with a CR alone', 'a SELECT INBOX\rb NOOP'],
    ['with an LF alone', 'a SELECT INBOX\nb NOOP {9+}'],
  ])('that writes a line %s is closed, and nothing behind it is obeyed', async (_what, line) => {
    const said = await talk([login, 'b NOOP\r\n', line, '\r\nc NOOP\r\n']);
    expect(said).toMatch(/^b OK.*\r\n\* BYE .*\r\n\S+ BAD .*\r\n$/m);
  });

  test('that sends nothing but CR is closed at its first line end, and does not fill the memory', async () => {
    const before = process.memoryUsage().rss;
    const said = await talk([
      login,
      ...Array<Uint8Array>(320).fill(Buffer.alloc(MEGABYTE, 0x0d)),
      '\r\nb NOOP\r\n',
    ]);
    expect(said).toMatch(/^\* BYE .*\r\n\* BAD .*\r\n$/m);
    // What was read and waits for the collector is in it.
    expect(process.memoryUsage().rss - before).toBeLessThan(240 * MEGABYTE);
  }, 30_000);

  test('that names a hundred thousand numbers does not hold up the others for long', async () => {
    const client = await rig.login();
    await client.command(`APPEND INBOX ${literal(mail)}`);
    await client.command('SELECT INBOX');
    const set = Array.from({ length: 130_000 }, (_, index) => (index * 7) % 900_000)
      .join(',')
      .replace(/\b0,/, '');
    const answer = client.command(`UID STORE ${set} +FLAGS (\\Seen)`);
    expect(await served()).toBeLessThan(5_000);
    expect(await answer).toMatch(/^a\d+ OK/m);
    client.close();
  }, 30_000);

  test('that talks of other things before its login is closed', async () => {
    const said = await talk(['GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(1_000)]);
    expect(said.match(/BAD/g)).toHaveLength(10);
    expect(said).toMatch(/\* BYE Too many errors\.\r\n.* BAD .*\r\n$/);
  });

  test('that makes a mistake now and then is served on, and one that makes nothing else is not', async () => {
    const now = await talk([login, 'a NONSENSE\r\nb NOOP\r\n'.repeat(100)]);
    expect(now.match(/^b OK/gm)).toHaveLength(100);
    const ever = await talk([login, 'a NONSENSE\r\n'.repeat(100)]);
    expect(ever.match(/^a BAD/gm)).toHaveLength(50);
  });

  test('that says nothing more gets the answers that are due', async () => {
    expect(await talk([login, 'a SELECT INBOX\r\nb IDLE\r\n'])).toMatch(/^a OK[\s\S]*^\+ idling\r\n/m);
    expect(await talk([login, 'a APPEND INBOX {100}\r\nnot so much'])).toMatch(/^\+ /m);
  });

  const unread: readonly (readonly [what: string, user: string, command: (n: number) => string])[] = [
    ['changes', 'slow', (n) => `STORE 1:* ${n % 2 === 0 ? '+' : '-'}FLAGS (\\Answered Work${n})`],
    ['flags', 'slower', () => 'FETCH 1:* FLAGS'],
    ['lists', 'slowest', () => 'UID FETCH 1:* (FLAGS ENVELOPE BODYSTRUCTURE BODY.PEEK[])'],
  ];
  test.each(unread)(
    'that does not read the %s it asks for holds no memory for it',
    async (_what, userName, command) => {
      const user = await rig.login(userName);
      for (let count = 0; count < 10; count++)
        await user.command(`APPEND INBOX ${Array(300).fill(literal(mail)).join(' ')}`);
      user.close();
      const before = process.memoryUsage().rss;
      const sockets: Socket[] = [];
      for (let count = 0; count < 20; count++) {
        const socket = connect(rig.port, '127.0.0.1').pause();
        socket.on('error', () => {});
        const commands = Array.from({ length: 100 }, (_, n) => `${n} ${command(n)}\r\n`);
        socket.write(`in LOGIN ${userName} secret\r\na SELECT INBOX\r\n${commands.join('')}`);
        sockets.push(socket);
      }
      await new Promise((resolve) => setTimeout(resolve, 4_000));
      expect(process.memoryUsage().rss - before).toBeLessThan(160 * MEGABYTE);
      await served();
      for (const each of sockets) each.destroy();
    },
    60_000,
  );

  test('that sends a bomb of DEFLATE does not fill the memory', async () => {
    const deflate = createDeflateRaw();
    const chunks: Buffer[] = [];
    deflate.on('data', (chunk: Buffer) => chunks.push(chunk));
    for (let count = 0; count < 96; count++) deflate.write(Buffer.alloc(MEGABYTE, 0x41));
    deflate.end('\r\nb LOGOUT\r\n');
    await new Promise((resolve) => deflate.on('end', resolve));
    const bomb = Buffer.concat(chunks);
    expect(bomb.length).toBeLessThan(MEGABYTE);
    const before = process.memoryUsage().rss;
    const client = await rig.login();
    await client.command('COMPRESS DEFLATE');
    const ended = new Promise((resolve) => client.socket.once('close', resolve));
    client.socket.write(bomb);
    await ended;
    expect(process.memoryUsage().rss - before).toBeLessThan(128 * MEGABYTE);
  }, 60_000);

  test('that sends broken DEFLATE is closed', async () => {
    for (const broken of [
      Buffer.from('a NOOP\r\n'),
      deflateRawSync('a NOOP').subarray(0, -2),
      Buffer.alloc(64, 0xff),
    ]) {
      const client = await rig.login();
      await client.command('COMPRESS DEFLATE');
      const ended = new Promise((resolve) => client.socket.once('close', resolve));
      client.socket.end(broken);
      await ended;
    }
  });

  test('that comes a thousand times, and says nothing, costs little', async () => {
    const before = process.memoryUsage().rss;
    const sockets = await Promise.all(
      Array.from({ length: 1_000 }, async () => {
        const socket = connect(rig.port, '127.0.0.1');
        socket.on('error', () => {});
        await new Promise((resolve) => socket.once('data', resolve));
        return socket;
      }),
    );
    // Both ends are in this process.
    expect((process.memoryUsage().rss - before) / sockets.length).toBeLessThan(100_000);
    expect(await served()).toBeLessThan(5_000);
    for (const each of sockets) each.destroy();
  }, 60_000);

  test('cannot give a message keywords without end', async () => {
    const client = await rig.login('words');
    await client.command(`APPEND INBOX ${literal(mail)}`);
    await client.command('SELECT INBOX');
    for (let round = 0; round < 20; round++) {
      const names = Array.from({ length: 60 }, (_, index) => `Word${round}x${index}`).join(' ');
      expect(await client.command(`STORE 1 +FLAGS (${names})`)).toMatch(/^a\d+ (OK|NO)/m);
    }
    const said = await client.command('STORE 1 +FLAGS (\\Seen)');
    expect(said.length).toBeLessThan(2_000);
    client.close();
  });

  test('leaves nothing behind of messages that it did not send whole, or nobody takes', async () => {
    const long = `${mail}${'This is a line of some length.\r\n'.repeat(10_000)}`;
    const half = long.slice(0, long.length / 2);
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        const client = await rig.login();
        client.write(`a APPEND INBOX {${long.length}+}\r\n${half}`);
        await new Promise((resolve) => setTimeout(resolve, 30));
        client.close();
      }),
    );
    await talk([login, `a APPEND INBOX ${literal(long)} ${literal(long)} {${long.length}+}\r\n${half}`]);
    expect(await talk([login, `a APPEND Nowhere ${literal(long)}\r\n`])).toMatch(/^a NO \[TRYCREATE\]/m);
    expect(await talk([login, `a APPEND INBOX ${literal(long)} and more\r\n`])).toMatch(/^a BAD/m);
    expect(await talk([login, `a APPEND INBOX ${literal(`${long}\0`)}\r\nb NOOP\r\n`])).toMatch(
      /^a NO[\s\S]*^b OK/m,
    );
    await expect.poll(() => readdir(rig.textDirectory)).toEqual([]);
    expect(await talk([login, `a APPEND INBOX ${literal(long)}\r\n`])).toMatch(/^a OK/m);
    expect(await readdir(rig.textDirectory)).toHaveLength(1);
  }, 30_000);

  test('that sends many messages as one fills the disk with no more than one, and the memory with less', async () => {
    const small = await startImapRig({ settings: { appendLimit: 4 * MEGABYTE } });
    const client = await small.login();
    const medium = `${mail}${'This is a line of some length.\r\n'.repeat(1_900)}`;
    const many = (count: number): string => Array(count).fill(literal(medium)).join(' ');
    expect(await client.command(`APPEND INBOX ${many(60)}`)).toMatch(/APPENDUID \d+ 1:60\]/);
    // What is more than a few of them is in files.
    const inFiles = await readdir(small.textDirectory);
    expect(inFiles.length).toBeGreaterThan(10);
    expect(await client.command(`APPEND INBOX ${many(80)}`)).toMatch(/NO \[TOOBIG\]/);
    expect(await readdir(small.textDirectory)).toEqual(inFiles);
    await small.close();
  }, 30_000);
});
