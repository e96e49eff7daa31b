import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeText } from '../../mime/safe-text.ts';
import {
  addressPart,
  datedHeaderLines,
  deletedLine,
  directoryHeading,
  directoryLine,
  folderLines,
  fullLines,
  headerLines,
  pageHeading,
  rowsOf,
} from './screens.ts';

const message = {
  number: 1,
  from: 'VAX1::SYSTEM',
  to: 'VAX2::SYSTEM',
  cc: '',
  subject: 'DECnet MAIL-11 oracle',
  date: ' 8-OCT-2026 06:37:49.01',
};

describe('DIRECTORY, vms-mail.md §3.1', () => {
  it('heading', () => {
    expect(directoryHeading('NEWMAIL')).toEqual([
      '                                                                     NEWMAIL',
      '    # From                 Date         Subject',
      '',
    ]);
    expect(directoryHeading('NEWMAIL')[0]).toHaveLength(76);
  });
  it.each([
    ['plain', message, false, '    1 VAX1::SYSTEM          8-OCT-2026  DECnet MAIL-11 oracle'],
    [
      'marked',
      { ...message, number: 2 },
      true,
      '*   2 VAX1::SYSTEM          8-OCT-2026  DECnet MAIL-11 oracle',
    ],
    [
      'long sender with a personal name',
      { ...message, from: 'SMTP%"somebody@far.away.example"  "Some Body"', date: '28-OCT-2026 00:00:00.00' },
      false,
      '    1 SMTP%"somebody@far.a 28-OCT-2026  DECnet MAIL-11 oracle',
    ],
    ['no subject', { ...message, subject: '' }, false, '    1 VAX1::SYSTEM          8-OCT-2026'],
  ])('%s', (_name, subject, marked, want) => {
    expect(directoryLine(subject, marked, 80)).toBe(want);
  });
  it('cuts the subject at the right margin', () => {
    const line = directoryLine({ ...message, subject: 'x'.repeat(200) }, false, 80);
    expect(line).toHaveLength(80);
    expect(line.indexOf('x')).toBe(40);
    expect(directoryLine({ ...message, subject: 'x'.repeat(200) }, false, 132)).toHaveLength(132);
  });
  it('deleted', () => expect(deletedLine(3)).toBe('    3 (Deleted)'));
  it('full', () => {
    const none = { isNew: false, isReplied: false, isMarked: false, isForeign: false, records: 1 };
    expect(fullLines(none)).toEqual(['\tAttributes:  None', '\t1 record', '']);
    expect(
      fullLines({ ...none, isNew: true, isMarked: true, records: 12, externalId: 'E491AEE300050094' }),
    ).toEqual([
      '\tAttributes:  New message, Marked',
      "\t12 records, External message id = 'E491AEE300050094'",
      '',
    ]);
  });
});

describe('READ, vms-mail.md §3.4', () => {
  it('page heading', () => {
    const want = '    #1           8-OCT-2026 06:37:49.01                                  NEWMAIL';
    expect(pageHeading(message, 'NEWMAIL')).toBe(want);
    expect(want).toHaveLength(80);
  });
  it('headers', () => {
    expect(headerLines(message)).toEqual([
      'From:\tVAX1::SYSTEM',
      'To:\tVAX2::SYSTEM',
      'CC:\t',
      'Subj:\tDECnet MAIL-11 oracle',
      '',
    ]);
    expect(datedHeaderLines(message)[0]).toBe('From:\tVAX1::SYSTEM  8-OCT-2026 06:37:49.01');
  });
});

it.each([
  ['JONES', 'JONES'],
  ['NODE::JONES  "The Navigator"', 'NODE::JONES'],
  ['SMTP%"""quoted part""@host"  "Name"', 'SMTP%"""quoted part""@host"'],
  ['', ''],
])('address part of %s', (from, want) => expect(addressPart(from)).toBe(want));

it('folders in two columns', () =>
  expect(folderLines(['MAIL', 'MEMOS', 'WASTEBASKET'])).toEqual([
    `${'MAIL'.padEnd(39)}MEMOS`,
    'WASTEBASKET',
  ]));

it('counts wrapped rows', () => {
  expect([rowsOf('', 80), rowsOf('x'.repeat(80), 80), rowsOf('x'.repeat(81), 80)]).toEqual([1, 1, 2]);
  expect([
    rowsOf('漢'.repeat(40), 80),
    rowsOf('漢'.repeat(41), 80),
    rowsOf(`x${'漢'.repeat(40)}`, 80),
  ]).toEqual([1, 2, 2]);
  expect([
    rowsOf('e\u0301'.repeat(80), 80),
    rowsOf('\t'.repeat(10), 80),
    rowsOf('\t'.repeat(11), 80),
  ]).toEqual([1, 1, 1]);
});

it('keeps the columns of a listing whatever is written in it', () => {
  const line = directoryLine({ ...message, from: '漢字'.repeat(10), subject: '漢'.repeat(50) }, false, 80);
  expect(line.startsWith(`    1 ${'漢字'.repeat(5)} `)).toBe(true);
  expect(line.endsWith(`  ${'漢'.repeat(20)}`)).toBe(true);
});

describe('hostile text', () => {
  it('never drives the terminal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const hostile = { ...message, from: text, to: text, cc: text, subject: text };
        const shown = [
          directoryLine(hostile, false, 80),
          pageHeading(hostile, text),
          ...headerLines(hostile),
          ...folderLines([text, text]),
        ];
        for (const line of shown) expect(line).not.toMatch(/[\x00-\x08\x0a-\x1f\x7f-\x9f\u202a-\u202e]/);
        expect(safeText(text)).not.toMatch(/[\t\r\n]/);
      }),
    );
  });
});
