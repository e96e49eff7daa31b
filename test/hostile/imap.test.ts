/** Clients of IMAP that mean harm, or are broken, and what they are told: an answer or a close. */
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hostileRig, literal, login, mail } from './imap-talk.ts';

const hostile = hostileRig();
const { talk } = hostile;

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

  test('that sends broken DEFLATE is closed', async () => {
    for (const broken of [
      Buffer.from('a NOOP\r\n'),
      deflateRawSync('a NOOP').subarray(0, -2),
      Buffer.alloc(64, 0xff),
    ]) {
      const client = await hostile.rig.login();
      await client.command('COMPRESS DEFLATE');
      const ended = new Promise((resolve) => client.socket.once('close', resolve));
      client.socket.end(broken);
      await ended;
    }
  });
});
