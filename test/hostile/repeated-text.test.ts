/**
 * Texts of strangers that are one short piece again and again, as long as they may be: whoever reads them has one thread for
 * everybody, and an expression that tries blanks or brackets in all ways holds it for seconds, or for hours. Each parser that
 * such a text reaches is given each piece in a few surroundings; its time may grow with the length, and not much faster.
 * A parser that is new belongs into the table.
 */
import { expect, test } from 'vitest';
import { parseProxyHeader } from '../../src/auxiliary-server/proxy-header.ts';
import { isCondition } from '../../src/condition/index.ts';
import { baseSubject } from '../../src/imap/search/base-subject.ts';
import { parseSentDate } from '../../src/imap/search/calendar-day.ts';
import { messageIds } from '../../src/imap/search/message-ids.ts';
import { formatBody, formatEnvelope } from '../../src/imap/structure/format-structure.ts';
import { StructureParser } from '../../src/imap/structure/structure-parser.ts';
import { decodeModifiedUtf7 } from '../../src/imap/syntax/modified-utf7.ts';
import { parseNumberSet } from '../../src/imap/syntax/number-set.ts';
import { parseAddress, splitList, splitSender } from '../../src/mail/addressing/index.ts';
import { attachmentFileName } from '../../src/mail/attachment-names.ts';
import { clientHeader } from '../../src/mail/client-mailboxes.ts';
import { firstMailbox } from '../../src/mail/internet-header.ts';
import { addressParts } from '../../src/mail/routing/address-parts.ts';
import { claimsToBeFrom, resultOf } from '../../src/message-authentication/authentication-results.ts';
import { readKey } from '../../src/message-authentication/dkim-keys.ts';
import { headerRows, relaxedField } from '../../src/message-authentication/header-rows.ts';
import { tagList } from '../../src/message-authentication/tag-list.ts';
import { headerFields, withoutLongBlanks } from '../../src/mime/header-fields.ts';
import { htmlText } from '../../src/mime/html-text.ts';
import { headerText, PartWalker, safeLines } from '../../src/mime/index.ts';
import { mailboxList } from '../../src/mime/mailbox-list.ts';
import { parsePartHeader } from '../../src/mime/part-header.ts';
import { withoutSecrets } from '../../src/receiver/command.ts';
import { parseMailbox, parsePathArgument } from '../../src/smtp/path.ts';
import { parseStsPolicy, stsPolicyLines } from '../../src/smtp/sts-policy.ts';
import { tlsReportUris } from '../../src/smtp/tls-report-record.ts';
import { processorMs } from '../support/processor-time.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const multipart = 'Content-Type: multipart/mixed; boundary=a\r\n\r\n';

/** All that looks at a header when IMAP answers for it. */
function structure(text: string): void {
  const parser = new StructureParser();
  parser.push(bytes(text));
  const { envelope, root } = parser.end();
  formatEnvelope(envelope, { utf8: true });
  formatBody(root, true, { utf8: false });
}

function walk(text: string): void {
  const walker = new PartWalker({ raw: true });
  for (const _ of walker.push(bytes(text)));
  for (const _ of walker.end());
}

const parsers: Readonly<Record<string, (text: string) => unknown>> = {
  // Commands of a client.
  'an SMTP path': (text) => parsePathArgument(text, { utf8: true } as never),
  'a mailbox': (text) => parseMailbox(text, { utf8: true }),
  'a command in the log': withoutSecrets,
  'the header of a proxy': (text) => parseProxyHeader(bytes(`PROXY ${text}`)),
  'a number set': parseNumberSet,
  'a mailbox name': decodeModifiedUtf7,
  // The header of a message.
  'From: of an author': mailboxList,
  'From: in MAIL': firstMailbox,
  'fields for MAIL and clients': (text) => clientHeader(bytes(`From: ${text}\r\nSubject: ${text}\r\n\r\n`)),
  'a header': headerFields,
  'fields in canonical form': (text) => headerRows(text).map(relaxedField),
  'blanks in a header': (text) => withoutLongBlanks(bytes(text)),
  'encoded words': headerText,
  'Content-Type:': (text) => parsePartHeader([`Content-Type: text/plain; ${text}`]),
  'Content-Disposition:': (text) => parsePartHeader([`Content-Disposition: attachment; ${text}`]),
  'the name of an attachment': (name) => attachmentFileName({ name, number: 1, type: 'text/plain' }),
  'ENVELOPE and BODYSTRUCTURE': (text) =>
    structure(`From: ${text}\r\nContent-Type: text/plain; ${text}\r\n\r\nx`),
  'Message-ID and References:': messageIds,
  'a subject for SORT': baseSubject,
  'Date:': parseSentDate,
  'tags of a signature': (text) => tagList(text),
  'results of others': (text) => [claimsToBeFrom('a.example', text), resultOf('spf', text)],
  // Its text.
  'parts of a message': (text) => walk(multipart + text),
  'parts for IMAP': (text) => structure(multipart + text),
  HTML: htmlText,
  'text on a terminal': safeLines,
  // What the DNS and web servers say.
  'a key of DKIM': readKey,
  'a policy of MTA-STS': (text) => [parseStsPolicy(text), stsPolicyLines(text)],
  'a record of TLSRPT': (text) => tlsReportUris([`v=TLSRPTv1; rua=mailto:${text}`]),
  // Addresses in MAIL.
  'an address': parseAddress,
  'a list of addresses': splitList,
  'a sender and his name': splitSender,
  'the parts of an address': addressParts,
};

const pieces = [
  ...['a', '0', ' ', '\t', '\r', '\n', '\r\n', '\r\n ', '\0', '\xe9'],
  ...['"', '\\', '(', ')', '()', '(a) ', '<', '>', '<a', '[', ']', '{', '""', '"\\'],
  ...[
    ',',
    ';',
    ':',
    '=',
    'a=',
    '@',
    '.',
    '. ',
    'a.',
    '%',
    '?',
    '!',
    '&',
    '&-',
    '#',
    '_',
    '-',
    '--',
    '--a\r\n',
  ],
  ...['/', '*', '*,', '=?utf-8?q?', '=?utf-8?q?a?= ', '?=', '<!--', '</', '&amp', 'Re:', 'Re: ', '[a]', '::'],
];
const surroundings = [
  ['', '\0'],
  ['a', 'x'],
  ['"', ''],
  ['<a', '@b>x'],
  ['a:', '\rx'],
] as const;

/** One after the other: what takes the cube of the length fails at once, and not after an hour. */
const LENGTHS = [1_250, 5_000, 20_000];
/** Milliseconds of the processor below which nobody asks further. */
const LITTLE = 60;
/** How much longer four times the length may take; 16 is the square of it. */
const STEEPEST = 9;

const processorTime = (work: () => unknown): number =>
  processorMs(() => {
    try {
      work();
    } catch (error) {
      // A condition is an answer; a long text may also be more than a buffer or an expression holds.
      if (!isCondition(error)) throw error;
    }
  });

/**
 * The least of some tries counts, of the text and of its quarter in turn: the collector and the compiler take their time from
 * anybody, on a busy machine from several tries in a row. What is truly slow is so in each of them.
 */
const TRIES = 8;

function isSteep(work: (length: number) => unknown, length: number): boolean {
  let least = Number.POSITIVE_INFINITY;
  let leastOfQuarter = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < TRIES; tries++) {
    least = Math.min(
      least,
      processorTime(() => work(length)),
    );
    if (least < LITTLE) return false;
    leastOfQuarter = Math.min(
      leastOfQuarter,
      processorTime(() => work(length / 4)),
    );
    if (tries > 0 && least <= STEEPEST * leastOfQuarter) return false;
  }
  return true;
}

const isSlow = (work: (length: number) => unknown): boolean =>
  LENGTHS.some((length) => isSteep(work, length));

const slow = (parser: (text: string) => unknown): readonly string[] =>
  pieces.flatMap((piece) =>
    surroundings.flatMap(([before, behind]) =>
      isSlow((length) => parser(before + piece.repeat(Math.ceil(length / piece.length)) + behind))
        ? [JSON.stringify([before, piece, behind])]
        : [],
    ),
  );

test.each(Object.keys(parsers))('%s', (name) => expect(slow(parsers[name]!)).toEqual([]), 60_000);

test('The measure sees what takes the square of the length', () => {
  expect(isSteep((length) => /a*b/.test('a'.repeat(length)), 16_000)).toBe(true);
});
