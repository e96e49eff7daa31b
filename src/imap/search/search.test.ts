import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Breath, SearchStopped } from '../breath.ts';
import { Cursor } from '../syntax/cursor.ts';
import { matching } from './matching.ts';
import { parseSearch } from './parse-search.ts';
import { findMessages, resultOf } from './search.ts';
import { extendedAnswer, numbersAnswer } from './search-answer.ts';
import { found, NOW, requestOf, TestMailbox, type TestMessage } from './testing.ts';

const day = 86_400_000;
const mail = (header: string, body = 'Nothing.'): string => `${header}\n\n${body}\n`;

describe('what records say', () => {
  const mailbox = new TestMailbox([
    { flags: { new: true }, receivedAt: NOW - 3 * day, sizeBytes: 100 },
    { flags: { replied: true, draft: true }, keywords: ['$Forwarded'], modseq: 700 },
    { flags: { marked: true, deleted: true }, receivedAt: NOW - 10 * day, id: 4_711 },
    { flags: { new: true, marked: true }, receivedAt: Date.parse('2026-11-01T08:00:00') },
  ]);
  // RFC 9051 §6.4.4, RFC 3501 §6.4.4, in their order.
  it.each([
    ['2:3', [2, 3]],
    ['*', [4]],
    ['3:*,9', [3, 4]],
    ['8:9', []],
    ['ALL', [1, 2, 3, 4]],
    ['ANSWERED', [2]],
    ['BEFORE 2-Nov-2026', [4]],
    ['DELETED', [3]],
    ['DRAFT', [2]],
    ['FLAGGED', [3, 4]],
    ['KEYWORD $FORWARDED', [2]],
    ['NEW', []],
    ['NOT FLAGGED', [1, 2]],
    ['NOT NOT FLAGGED', [3, 4]],
    ['OLD', [1, 2, 3, 4]],
    ['ON 1-nov-2026', [4]],
    ['ON "01-Nov-2026"', [4]],
    ['OR DELETED DRAFT', [2, 3]],
    ['RECENT', []],
    ['SAVEDSINCE 2-Nov-2026', [1, 2, 3]],
    ['SAVEDATESUPPORTED', []],
    ['SEEN', [2, 3]],
    ['SINCE 2-Nov-2026', [1, 2, 3]],
    ['UID 20:30', [2, 3]],
    ['UID *', [4]],
    ['UID 41:*', [4]],
    ['UNANSWERED', [1, 3, 4]],
    ['UNDELETED', [1, 2, 4]],
    ['UNDRAFT', [1, 3, 4]],
    ['UNFLAGGED', [1, 2]],
    ['UNKEYWORD $forwarded', [1, 3, 4]],
    ['UNSEEN', [1, 4]],
    ['UNSEEN FLAGGED', [4]],
    ['(UNSEEN (FLAGGED)) 1:4', [4]],
    ['YOUNGER 7200', [2]],
    ['OLDER 864000', [3, 4]],
    ['MODSEQ 700', [2]],
    ['MODSEQ "/flags/\\\\draft" all 700', [2]],
    ['EMAILID M4711', [3]],
    ['THREADID T1', []],
    ['CHARSET UTF-8 FLAGGED', [3, 4]],
  ])('%s', async (search, numbers) => {
    mailbox.reads = 0;
    expect(await found(mailbox, search)).toEqual(numbers);
    expect(mailbox.reads).toBe(0);
  });
  it('is found among what was saved', async () => {
    expect(await found(mailbox, '$', [10, 20, 40, 99])).toEqual([1, 2, 4]);
    expect(await found(mailbox, 'UID $ UNSEEN', [10, 20, 40])).toEqual([1, 4]);
    expect(await found(mailbox, 'NOT $')).toEqual([1, 2, 3, 4]);
  });
  it('is not said of what is gone', async () => {
    const other = new TestMailbox([{}, {}, {}]);
    other.gone.add(20);
    expect(await found(other, 'SEEN')).toEqual([1, 3]);
  });
});

describe('what texts say', () => {
  const mailbox = new TestMailbox([
    {
      text: mail(
        'From: =?utf-8?Q?J=C3=BCrgen?= <smith@node.example>\nTo: a@b.example, Ann\n <ann@c.example>\nSubject: Grüße\nDate: Tue, 3 Nov 2026 23:30:00 -0500',
        'Die Straße ist lang.',
      ),
    },
    {
      text: mail(
        'From: x@y.example\nCc: ann@c.example\nSubject: =?iso-8859-1?Q?Gr=FC=DFe?=\n =?iso-8859-1?Q?_an_alle?=\nX-Empty:\nDate: no day\nContent-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable',
        'Die Stra=DFe ist l=\nang.',
      ),
    },
    {
      text: mail(
        'Subject: two parts\nDate: 4 Nov 26\nContent-Type: multipart/mixed; boundary=b',
        `--b\nContent-Type: text/html; charset=utf-8; name=find-me\nContent-Transfer-Encoding: base64\n\n${Buffer.from('<p>Die Straße</p>').toString('base64')}\n--b\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\n${Buffer.from('lang lang').toString('base64')}\n--b\nContent-Type: message/rfc822\n\nSubject: inner\nFrom: ann@c.example\n\ninside\n--b--`,
      ),
    },
  ]);
  it.each([
    ['FROM "jürgen"', [1]],
    ['FROM "JU\u0308RGEN"', [1]],
    ['FROM smith@NODE', [1]],
    ['TO ann', [1]],
    ['TO "Ann <ann"', [1]],
    ['CC ANN', [2]],
    ['BCC ann', []],
    ['BCC ""', []],
    ['SUBJECT "grüße"', [1, 2]],
    ['SUBJECT "GRÜßE AN ALLE"', [2]],
    ['SUBJECT ""', [1, 2, 3]],
    ['HEADER X-EMPTY ""', [2]],
    ['HEADER X-None ""', []],
    ['HEADER Subject parts', [3]],
    ['SENTON 3-Nov-2026', [1]],
    ['SENTSINCE 3-Nov-2026', [1, 3]],
    ['SENTBEFORE 4-Nov-2026', [1, 2]],
    ['SENTBEFORE 1-Jan-1990', [2]],
    ['BODY "straße"', [1, 2, 3]],
    ['BODY lang', [1, 2]],
    ['BODY "lang."', [1, 2]],
    ['BODY "grüße"', []],
    ['TEXT "grüße"', [1, 2]],
    ['TEXT find-me', [3]],
    ['BODY find-me', []],
    ['BODY inner', [3]],
    ['BODY "inside"', [3]],
    ['BODY "insidethere"', []],
    ['OR TEXT find-me BODY lang', [1, 2, 3]],
    ['NOT BODY lang', [3]],
    ['TEXT alle BODY lang', [2]],
    ['CHARSET US-ASCII TEXT alle', [2]],
    ['LARGER 220', [2, 3]],
    ['SMALLER 220', [1]],
  ])('%s', async (search, numbers) => {
    expect(await found(mailbox, [` ${Buffer.from(search).toString('latin1')}`])).toEqual(numbers);
  });
  it('is found in the charset that is said, and in literals', async () => {
    const latin = [' CHARSET ISO-8859-1 SUBJECT ', Buffer.from('grüße', 'latin1'), ''];
    expect(await found(mailbox, latin)).toEqual([1, 2]);
    await expect(found(mailbox, [' SUBJECT ', Buffer.from('grüße', 'latin1'), ''])).rejects.toThrow(
      'charset',
    );
  });
  it('is read only where nothing else decides', async () => {
    mailbox.reads = 0;
    expect(await found(mailbox, 'TEXT alle 1')).toEqual([]);
    expect(mailbox.reads).toBe(1);
    mailbox.reads = 0;
    expect(await found(mailbox, 'OR BODY x SEEN')).toEqual([1, 2, 3]);
    expect(mailbox.reads).toBe(0);
  });
  it('is found wherever pieces of it are cut', async () => {
    for (let before = 640; before < 720; before += 7) {
      const text = mail('Subject: x', `${'-'.repeat(before)}needle in a straße`);
      expect(await found(new TestMailbox([{ text }]), 'BODY "needle in a"')).toEqual([1]);
    }
  });
  it('is looked for in a header without end no longer than it takes', async () => {
    const text = `X: y\n${'a'.repeat(3_000_000)}`;
    expect(await found(new TestMailbox([{ text }, { text: '' }]), 'SUBJECT x')).toEqual([]);
    expect(await found(new TestMailbox([{ text }, { text: '' }]), 'TEXT x')).toEqual([1]);
  });
});

describe('phases', () => {
  const texts = ['alpha', 'beta', 'gamma'];
  const message = fc.record({
    flags: fc.record({ new: fc.boolean(), marked: fc.boolean(), deleted: fc.boolean() }),
    subject: fc.constantFrom(...texts),
    body: fc.constantFrom(...texts),
    days: fc.integer({ min: 0, max: 4 }),
  });
  type Model = { flags: { new: boolean; marked: boolean }; subject: string; body: string; days: number };
  type Pair = readonly [search: string, holds: (message: Model, sequence: number) => boolean];
  const leaf: fc.Arbitrary<Pair> = fc.oneof(
    fc.constant<Pair>(['UNSEEN', ({ flags }) => flags.new]),
    fc.constant<Pair>(['FLAGGED', ({ flags }) => flags.marked]),
    fc.integer({ min: 1, max: 6 }).map<Pair>((number) => [
      `${number}:3`,
      (_, sequence) => {
        const [low, high] = [Math.min(number, 3), Math.max(number, 3)];
        return sequence >= low && sequence <= high;
      },
    ]),
    fc.constantFrom(...texts).map<Pair>((text) => [`SUBJECT ${text}`, ({ subject }) => subject === text]),
    fc.constantFrom(...texts).map<Pair>((text) => [`BODY ${text}`, ({ body }) => body === text]),
    fc
      .constantFrom(...texts)
      .map<Pair>((text) => [`TEXT ${text}`, ({ body, subject }) => body === text || subject === text]),
    fc
      .integer({ min: 1, max: 3 })
      .map<Pair>((days) => [`OLDER ${days * 86_400}`, (each) => each.days >= days]),
  );
  const { key } = fc.letrec<{ key: Pair }>((tie) => ({
    key: fc.oneof(
      { maxDepth: 5 },
      leaf,
      tie('key').map<Pair>(([text, holds]) => [`NOT ${text}`, (each, sequence) => !holds(each, sequence)]),
      fc
        .tuple(tie('key'), tie('key'))
        .map<Pair>(([[a, is], [b, isToo]]) => [
          `OR ${a} ${b}`,
          (each, sequence) => is(each, sequence) || isToo(each, sequence),
        ]),
      fc
        .tuple(tie('key'), tie('key'))
        .map<Pair>(([[a, is], [b, isToo]]) => [
          `(${a} ${b})`,
          (each, sequence) => is(each, sequence) && isToo(each, sequence),
        ]),
    ),
  }));
  it('find what looking at everything finds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 6 }), key, async (models, [search, holds]) => {
        const mailbox = new TestMailbox(
          models.map<TestMessage>(({ flags, subject, body, days }) => ({
            flags,
            receivedAt: NOW - days * day,
            text: mail(`Subject: ${subject}`, body),
          })),
        );
        const wanted = models.flatMap((each, index) => (holds(each, index + 1) ? [index + 1] : []));
        expect(await found(mailbox, search)).toEqual(wanted);
      }),
      { numRuns: 400 },
    );
  });
});

describe('the ends', () => {
  const mailbox = new TestMailbox(Array.from({ length: 2_500 }, (_, index) => ({ modseq: index + 5 })));
  const search = async (text: string, byUid = true) => {
    const { returns } = parseSearch(new Cursor([` ${text}`]));
    const result = await findMessages(requestOf(mailbox, [` ${text}`]), returns);
    return [...extendedAnswer('A"1', byUid, returns!, resultOf(result, mailbox, byUid))].join('');
  };
  // RFC 4731 §3.1; RFC 9051 §7.3.4; RFC 7162 §3.1.10
  it.each([
    ['RETURN (MIN MAX) 3:900', true, 'UID MIN 30 MAX 9000'],
    ['RETURN (MIN) 3:900', false, 'MIN 3'],
    ['RETURN (MAX) 3:900', false, 'MAX 900'],
    ['RETURN (MIN MAX) 7', false, 'MIN 7 MAX 7'],
    ['RETURN (MIN MAX COUNT) 3:900', false, 'MIN 3 MAX 900 COUNT 898'],
    ['RETURN () 3:6,9', false, 'ALL 3:6,9'],
    ['RETURN (ALL) 3,5', true, 'UID ALL 30,50'],
    ['RETURN (MIN MAX) 9999', true, 'UID'],
    ['RETURN (COUNT ALL) 9999', true, 'UID COUNT 0'],
    ['RETURN (ALL) MODSEQ 2503', false, 'ALL 2499:2500 MODSEQ 2504'],
    ['RETURN (MIN) MODSEQ 2000', false, 'MIN 1996 MODSEQ 2000'],
    ['RETURN (MIN MAX) MODSEQ 2000', false, 'MIN 1996 MAX 2500 MODSEQ 2504'],
    ['RETURN (COUNT) MODSEQ 9999', false, 'COUNT 0'],
  ])('%s', async (text, byUid, answer) => {
    expect(await search(text, byUid)).toBe(`* ESEARCH (TAG "A\\"1") ${answer}\r\n`);
  });
  it('are found without reading what lies between', async () => {
    mailbox.reads = 0;
    expect(await search('RETURN (MIN MAX) BODY nothing', false)).toContain('MIN 1 MAX 2500');
    expect(mailbox.reads).toBeLessThan(100);
  });
  it('are those of RFC 3501', async () => {
    expect([...numbersAnswer('SEARCH', { numbers: [2, 84, 882], modseq: undefined })].join('')).toBe(
      '* SEARCH 2 84 882\r\n',
    );
    expect([...numbersAnswer('SEARCH', { numbers: [], modseq: 7 })].join('')).toBe('* SEARCH\r\n');
    expect([...numbersAnswer('SEARCH', { numbers: [2, 5], modseq: 917_162_500 })].join('')).toBe(
      '* SEARCH 2 5 (MODSEQ 917162500)\r\n',
    );
  });
});

describe('many', () => {
  it('elements of a set cost what they are', async () => {
    const mailbox = new TestMailbox(Array.from({ length: 2_000 }, () => ({})));
    const set = Array.from({ length: 130_000 }, (_, index) => 1_000_000 - 2 * index).join(',');
    expect(await found(mailbox, `${set},7`)).toEqual([7]);
  });
  it('messages are searched while others are served', async () => {
    const count = 200_000;
    let turns = 0;
    let isOver = false;
    const turn = (): void => {
      turns++;
      if (!isOver) setImmediate(turn);
    };
    turn();
    const mailbox = {
      count,
      uidAt: (sequence: number) => sequence,
      numbered: async () => [],
      async *read() {},
    };
    const sequences = await findMessages(requestOf(mailbox, [' NOT 5:199999']), undefined);
    isOver = true;
    expect(sequences.sequences).toEqual([1, 2, 3, 4, 200_000]);
    expect(turns).toBeGreaterThan(1);
  });
  it('messages say now and then that they are still looked at', async () => {
    const told: number[] = [];
    const breath = new Breath(new AbortController().signal, {
      silentMs: 1,
      async tell(done) {
        told.push(done);
      },
    });
    const mailbox = {
      count: 4_000,
      uidAt: (sequence: number) => sequence,
      numbered: (uids: readonly number[]) =>
        new Promise<undefined[]>((resolve) =>
          setTimeout(
            resolve,
            20,
            uids.map(() => undefined),
          ),
        ),
      async *read() {},
    };
    await findMessages({ ...requestOf(mailbox, [' SEEN']), breath }, undefined);
    expect(told).toEqual([0.25, 0.5, 0.75]);
  });
  it('end with the client', async () => {
    const stop = new AbortController();
    stop.abort();
    const mailbox = new TestMailbox([{}]);
    const request = { ...requestOf(mailbox, [' ALL']), breath: new Breath(stop.signal) };
    await expect(matching(request, { withRecords: false }).next()).rejects.toThrow(SearchStopped);
  });
});
