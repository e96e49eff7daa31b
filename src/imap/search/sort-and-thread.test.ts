import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leastProcessorMs } from '../../../test/support/processor-time.ts';
import { Breath, SearchStopped } from '../breath.ts';
import { Cursor, SyntaxFault } from '../syntax/cursor.ts';
import { baseSubject } from './base-subject.ts';
import { localDay, parseSentDate, startOfDay } from './calendar-day.ts';
import { sortedIndexes } from './merge-sort.ts';
import { messageIds } from './message-ids.ts';
import { parseSort, parseThread } from './parse-search.ts';
import { sortMessages } from './sort.ts';
import { breath, found, requestOf, TestMailbox, type TestMessage } from './testing.ts';
import { threadMessages } from './thread.ts';

describe('what a subject is about', () => {
  // RFC 5256 §2.1
  it.each([
    ['Hello', 'HELLO', false],
    ['Re: Hello', 'HELLO', true],
    ['RE :Hello', 'HELLO', true],
    ['Re[2]: hello', 'HELLO', true],
    ['Fw: FWD: re: hello', 'HELLO', true],
    ['[list] Re: [list] hello', 'HELLO', true],
    ['[list] hello', 'HELLO', false],
    ['[only a name]', '[ONLY A NAME]', false],
    ['Re: [only a name]', '[ONLY A NAME]', true],
    ['hello (fwd) (FWD) ', 'HELLO', true],
    ['[Fwd: Re: hello (fwd)]', 'HELLO', true],
    ['[fwd: a][fwd: b]', 'B', true],
    ['  much \t  blank\r\n between ', 'MUCH BLANK BETWEEN', false],
    ['=?utf-8?Q?Re=3A_Gr=C3=BC=C3=9Fe?=', 'GRU\u0308ßE', true],
    ['Re:', '', true],
    ['Regarding: x', 'REGARDING: X', false],
    ['', '', false],
    [undefined, '', false],
  ])('%j', (subject, text, isReply) => {
    expect(baseSubject(subject)).toEqual({ text, isReply });
  });
  it('is found in no time, whatever it is', () => {
    const hostile = ['re:', '[a]', '(fwd)', '[fwd:', ' ', '['].map((each) => each.repeat(100_000));
    for (const each of hostile) expect(leastProcessorMs(() => baseSubject(each))).toBeLessThan(200);
  });
});

describe('dates', () => {
  it.each([
    ['Tue, 3 Nov 2026 23:30:00 -0500', '2026-11-04T04:30:00Z', 3],
    ['3 Nov 26 23:30 EST', '2026-11-04T04:30:00Z', 3],
    ['Tue,  3  Nov (a (nested) comment) 2026  23:30:00  +0000 (UTC)', '2026-11-03T23:30:00Z', 3],
    ['3 Nov 2026', '2026-11-03T00:00:00Z', 3],
    ['3 Nov 2026 25:00:00 +0100', '2026-11-03T00:00:00Z', 3],
    ['3-Nov-2026 01:02:03', '2026-11-03T01:02:03Z', 3],
  ])('%s', (text, instant, day) => {
    const sent = parseSentDate(text)!;
    expect([new Date(sent.instant).toISOString(), new Date(sent.day * 86_400_000).getUTCDate()]).toEqual([
      instant.replace('Z', '.000Z'),
      day,
    ]);
  });
  it.each(['', 'yesterday', '31 Feb 2026', '3 Nov', 'Nov 3 2026', '('.repeat(2_000)])('not %s', (text) => {
    expect(parseSentDate(text)).toBeUndefined();
  });
});

it('a day begins where its number does', () => {
  fc.assert(
    fc.property(fc.integer({ min: -20_000, max: 80_000 }), (day) => {
      expect([localDay(startOfDay(day)), localDay(startOfDay(day) - 1)]).toEqual([day, day - 1]);
    }),
  );
});

describe('identifiers', () => {
  it.each([
    ['<a@b> <c@d>', ['a@b', 'c@d']],
    ['text <a@b>, "x" <"c d"@e>', ['a@b', 'c d@e']],
    ['<a@b', []],
    ['<>', []],
    ['a@b', []],
    [undefined, []],
  ])('%s', (text, ids) => {
    expect(messageIds(text)).toEqual(ids);
  });
  it('are the first and the last of many', () => {
    const ids = messageIds(Array.from({ length: 2_000 }, (_, index) => `<${index}@x>`).join(' '));
    expect([ids.length, ids[0], ids.at(-1)]).toEqual([500, '0@x', '1999@x']);
  });
});

describe('an order', () => {
  it('is that of the comparison, and leaves alone what is equal', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 60 }), async (numbers) => {
        const order = await sortedIndexes(numbers.length, (a, b) => numbers[a]! - numbers[b]!, breath());
        const wanted = numbers.map((_, index) => index).sort((a, b) => numbers[a]! - numbers[b]!);
        expect([...order]).toEqual(wanted);
      }),
    );
    const many = Array.from({ length: 50_001 }, (_, index) => (index * 7_919) % 1_009);
    const order = await sortedIndexes(many.length, (a, b) => many[a]! - many[b]!, breath());
    expect([...order]).toEqual(many.map((_, index) => index).sort((a, b) => many[a]! - many[b]!));
  });
  it('is of no use to a client that has gone', async () => {
    const stop = new AbortController();
    stop.abort();
    const sorted = sortedIndexes(50_000, () => 0, new Breath(stop.signal));
    await expect(sorted).rejects.toThrow(SearchStopped);
  });
});

describe('SORT', () => {
  it.each([
    '',
    ' () UTF-8 ALL',
    ' (NOSUCH) UTF-8 ALL',
    ' (REVERSE) UTF-8 ALL',
    ' (DATE) UTF-8',
    ' (DATE)',
    ` (${'DATE '.repeat(40)}DATE) UTF-8 ALL`,
  ])('is not %j', (text) => {
    expect(() => parseSort(new Cursor([text]))).toThrow(SyntaxFault);
  });
  const mailbox = new TestMailbox([
    {
      receivedAt: 5_000,
      text: 'X: 1\n\nlong enough to be the longest\n',
      envelope: {
        date: '1 Jan 2026 12:00:00 +0000',
        subject: 'Re: beta',
        from: [{ name: 'Zoe', mailbox: 'adam', host: 'x.example' }],
        to: [{ mailbox: 'bob', host: 'x.example' }],
      },
    },
    {
      receivedAt: 4_000,
      text: 'X: 1\n\nx\n',
      envelope: {
        date: '1 Jan 2026 12:00:00 -0800',
        subject: 'Alpha',
        from: [{ mailbox: 'Zack', host: 'x.example' }],
        cc: [{ mailbox: 'carl', host: 'x.example' }],
      },
    },
    {
      receivedAt: 6_000,
      text: 'X: 1\n\nxyz\n',
      envelope: {
        subject: 'beta',
        from: [{ name: '=?utf-8?Q?=C3=84nne?=', mailbox: 'nina', host: 'x.example' }],
        to: [{ mailbox: 'Undisclosed' }, {}],
      },
    },
  ]);
  it.each([
    ['ARRIVAL', [2, 1, 3]],
    ['REVERSE ARRIVAL', [3, 1, 2]],
    // Without a date it is that of its arrival.
    ['DATE', [3, 1, 2]],
    ['SIZE', [2, 3, 1]],
    ['SUBJECT', [2, 1, 3]],
    ['SUBJECT REVERSE ARRIVAL', [2, 3, 1]],
    ['REVERSE SUBJECT ARRIVAL', [1, 3, 2]],
    ['FROM', [1, 3, 2]],
    ['TO', [2, 1, 3]],
    ['CC', [1, 3, 2]],
    ['REVERSE CC', [2, 1, 3]],
    ['DISPLAYFROM', [3, 2, 1]],
    ['DISPLAYTO', [2, 1, 3]],
  ])('by %s', async (criteria, sequences) => {
    const parsed = parseSort(new Cursor([` (${criteria}) UTF-8 ALL`]));
    const sorted = await sortMessages(requestOf(mailbox, [' ALL']), parsed.criteria);
    expect(sorted).toEqual({ sequences, modseq: undefined });
  });
});

describe('THREAD', () => {
  const threads = async (
    messages: readonly TestMessage[],
    algorithm: 'REFERENCES' | 'ORDEREDSUBJECT' = 'REFERENCES',
  ): Promise<string> => {
    const forest = await threadMessages(requestOf(new TestMailbox(messages), [' ALL']), algorithm);
    return [...forest.lists((sequence) => sequence)].join('');
  };
  /** Sent in the order of their numbers, unless a day is said. */
  const mails = (...headers: readonly string[]): readonly TestMessage[] =>
    headers.map((header, index) => {
      const date = /^Date:/m.test(header) ? '' : `Date: ${index + 1} Jan 2026\n`;
      return { text: `${date}${header}\n\n` };
    });
  it.each(['', ' NOSUCH UTF-8 ALL', ' REFERENCES UTF-8'])('is not %j', (text) => {
    expect(() => parseThread(new Cursor([text]))).toThrow(SyntaxFault);
  });
  it('by subject has the first, and all others below it', async () => {
    const messages = mails(
      'Subject: a',
      'Subject: b',
      'Subject: Re: a',
      'Subject: a\nDate: 1 Jan 2025',
      'Subject: c',
      'Subject: fwd: c',
    );
    expect(await threads(messages, 'ORDEREDSUBJECT')).toBe('(4 (1)(3))(2)(5 6)');
  });
  // RFC 5256 §4: `* THREAD (2)(3 6 (4 23)(44 7 96))`, with other numbers.
  it('by references has who answers whom', async () => {
    const messages = mails(
      'Message-ID: <1@x>\nSubject: one',
      'Message-ID: <2@x>\nSubject: two',
      'Message-ID: <3@x>\nSubject: Re: two\nIn-Reply-To: <2@x> from <nobody@x>',
      'Message-ID: <4@x>\nSubject: Re: two\nReferences: <2@x> <3@x>',
      'Message-ID: <5@x>\nSubject: Re: two\nReferences: <2@x>\n <3@x>\n <4@x>',
      'Message-ID: <6@x>\nSubject: Re: two\nReferences: <2@x> <3@x>',
      'Message-ID: <7@x>\nSubject: Re: two\nReferences: <2@x> <3@x> <6@x>',
    );
    expect(await threads(messages)).toBe('(1)(2 3 (4 5)(6 7))');
  });
  it('by references holds together what answers something nobody has seen', async () => {
    const answers = [
      'Message-ID: <3@x>\nSubject: Re: a\nReferences: <0@x>',
      'Message-ID: <5@x>\nSubject: b\nReferences: <0@x>',
    ];
    expect(await threads(mails(...answers))).toBe('((1)(2))');
    expect(await threads(mails(answers[0]!))).toBe('(1)');
    expect(await threads(mails('Subject: x\nMessage-ID: <1@x>', 'References: <1@x> <nobody@x> <no@x>'))).toBe(
      '(1 2)',
    );
  });
  it('by references knows subjects, too', async () => {
    // An answer is below what it answers, two that are none beside each other.
    expect(await threads(mails('Subject: a', 'Subject: Re: a'))).toBe('(1 2)');
    expect(await threads(mails('Subject: Re: a', 'Subject: a'))).toBe('(2 1)');
    expect(await threads(mails('Subject: a', 'Subject: a', 'Subject: a'))).toBe('((1)(2)(3))');
    expect(await threads(mails('Subject: ', 'Subject: Re:', 'X: y'))).toBe('(1)(2)(3)');
    expect(
      await threads(
        mails(
          'Subject: Re: a\nReferences: <0@x>',
          'Subject: Re: a\nReferences: <0@x>',
          'Subject: Re: a\nReferences: <9@x>',
          'Subject: Re: a\nReferences: <9@x>',
          'Subject: a',
        ),
      ),
    ).toBe('((1)(2)(3)(4)(5))');
  });
  it('by references sorts by the date, and knows a second message of the same identifier', async () => {
    expect(
      await threads(
        mails(
          'Message-ID: <1@x>\nSubject: a',
          'Subject: b\nReferences: <1@x>\nDate: 9 Jan 2026',
          'Subject: c\nReferences: <1@x>\nDate: 8 Jan 2026',
          'Message-ID: <1@x>\nSubject: d\nDate: 1 Jan 2020',
        ),
      ),
    ).toBe('(4)(1 (3)(2))');
  });
  it('by references is no circle', async () => {
    expect(
      await threads(
        mails(
          'Message-ID: <1@x>\nSubject: a\nReferences: <2@x>',
          'Message-ID: <2@x>\nSubject: b\nReferences: <1@x>',
          'Message-ID: <3@x>\nSubject: c\nReferences: <3@x>',
        ),
      ),
    ).toBe('(2 1)(3)');
  });
  it('has each message once, whatever headers say', async () => {
    const id = fc.integer({ min: 1, max: 8 });
    const message = fc.record({
      id: fc.option(id, { nil: undefined }),
      references: fc.array(id, { maxLength: 5 }),
      subject: fc.constantFrom('', 'a', 'Re: a', 'b', 'Re: b', '[fwd: a]'),
      day: fc.integer({ min: 1, max: 9 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(message, { maxLength: 12 }),
        fc.constantFrom('REFERENCES' as const, 'ORDEREDSUBJECT' as const),
        async (models, algorithm) => {
          const messages = models.map((each) => ({
            text: [
              `Date: ${each.day} Jan 2026`,
              `Subject: ${each.subject}`,
              ...(each.id === undefined ? [] : [`Message-ID: <${each.id}@x>`]),
              `References: ${each.references.map((number) => `<${number}@x>`).join(' ')}`,
              '',
              '',
            ].join('\n'),
          }));
          const answer = await threads(messages, algorithm);
          const numbers = [...answer.matchAll(/\d+/g)].map(Number).sort((a, b) => a - b);
          expect(numbers).toEqual(models.map((_, index) => index + 1));
          expect(isThreadList(answer), answer).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
  });
  it('is made of hostile headers in bounded time', async () => {
    const count = 20_000;
    const chain = Array.from({ length: count }, (_, index) => ({
      text: `Message-ID: <${index}@x>\nSubject: s${index}\nReferences: <${index + 1}@x>\n\n`,
    }));
    const wide = Array.from({ length: 200 }, (_, index) => ({
      text: `Subject: w${index}\nReferences: ${Array.from({ length: 600 }, (_, at) => `<${index}-${at}@x>`).join(' ')}\n\n`,
    }));
    const large = [{ text: `References: ${'<a@b>'.repeat(2_000_000)}\n\n` }];
    const before = performance.now();
    const answer = await threads([...chain, ...wide, ...large]);
    expect(performance.now() - before).toBeLessThan(30_000);
    expect(answer.match(/\d+/g)).toHaveLength(count + 201);
  }, 60_000);
});

/** 1*thread-list, by its grammar. RFC 5256 §5 */
function isThreadList(text: string): boolean {
  let rest = text;
  for (;;) {
    // From inside out: members, then two lists or more behind them or alone.
    const shorter = rest.replace(/\((?:\d+(?: \d+)*(?: LL+)?|LL+)\)/g, 'L');
    if (shorter === rest) return /^L*$/.test(rest);
    rest = shorter;
  }
}

it('what goes while it is read is found nowhere, and everything else is', async () => {
  const mailbox = new TestMailbox([{ text: 'Subject: b\n\nx\n' }, {}, { text: 'Subject: a\n\nx\n' }]);
  mailbox.lost.add(20);
  for (const search of ['NOT BODY nothing', 'NOT SUBJECT nothing', 'LARGER 1', 'SMALLER 999'])
    expect([search, await found(mailbox, search)]).toEqual([
      search,
      search.startsWith('LARGER') ? [1, 2, 3] : [1, 3],
    ]);
  const { criteria } = parseSort(new Cursor([' (SIZE) UTF-8 ALL']));
  expect((await sortMessages(requestOf(mailbox, [' ALL']), criteria)).sequences).toEqual([1, 3]);
  const forest = await threadMessages(requestOf(mailbox, [' ALL']), 'REFERENCES');
  expect([...forest.lists((sequence) => sequence)].join('')).toBe('(1)(3)');
});
