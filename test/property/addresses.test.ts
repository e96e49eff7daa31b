/**
 * Every address form of RFC 5321 §4.1.2, §4.1.3 and RFC 6531 §3.3 is read and written back the same, alone and in MAIL and
 * RCPT, with and without source route; what is one octet too long, or has one octet that belongs nowhere, is not.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatAddress, parseAddress, smtpJacket } from '../../src/mail/addressing/address.ts';
import { addressParts, quotedLocalPart } from '../../src/mail/routing/address-parts.ts';
import { formatMailbox, parseMailbox, parsePathArgument } from '../../src/smtp/path.ts';

const atext = "abcxyzABCXYZ0189!#$%&'*+-/=?^_`{|}~";
const letters = 'üßé例ж\u{10ffff}';
const text = (alphabet: string, maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...alphabet), minLength: 1, maxLength });

const dotString = (alphabet: string) =>
  fc.array(text(alphabet, 6), { minLength: 1, maxLength: 4 }).map((atoms) => atoms.join('.'));
const quotedString = (alphabet: string) =>
  fc
    .array(
      fc.oneof(
        fc.constantFrom(...`${alphabet} ()<>[]:;@,.`),
        // quoted-pairSMTP: a backslash and any graphic or blank
        fc.constantFrom('"', '\\', ' ', 'a', '>').map((each) => `\\${each}`),
      ),
      { maxLength: 8 },
    )
    .map((parts) => `"${parts.join('')}"`);
const label = fc
  .stringMatching(/^[a-zA-Z0-9]([a-zA-Z0-9-]{0,6}[a-zA-Z0-9])?$/)
  .filter((each) => !/^..--/.test(each));
const domain = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
const unicodeDomain = fc
  .tuple(fc.constantFrom('bücher', 'faß', '例え', 'пример'), domain)
  .map(([first, rest]) => `${first}.${rest.toLowerCase()}`)
  .filter((each) => !/\d$/.test(each));
const octet = fc.integer({ min: 0, max: 255 });
const literal = fc.oneof(
  fc.tuple(octet, octet, octet, octet).map((octets) => `[${octets.join('.')}]`),
  fc.ipV6().map((address) => `[IPv6:${address}]`),
);
const mailbox = fc
  .tuple(fc.oneof(dotString(atext), quotedString(atext)), fc.oneof(domain, literal))
  .map(([localPart, where]) => `${localPart}@${where}`);
const unicodeMailbox = fc
  .tuple(
    fc.oneof(dotString(atext + letters), quotedString(atext + letters)),
    fc.oneof(domain, unicodeDomain, literal),
  )
  .map(([localPart, where]) => `${localPart}@${where}`);
const route = fc
  .array(domain, { maxLength: 3 })
  .map((hosts) => (hosts.length === 0 ? '' : `${hosts.map((each) => `@${each}`).join(',')}:`));

describe('every mailbox of the grammar', () => {
  test('reads back the same', () => {
    fc.assert(
      fc.property(mailbox, (address) => {
        const parsed = parseMailbox(address);
        expect(parsed, address).toBeTypeOf('object');
        if (typeof parsed === 'object') expect(formatMailbox(parsed)).toBe(address);
      }),
      { numRuns: 3_000 },
    );
  });

  test('with letters beyond ASCII only under SMTPUTF8', () => {
    fc.assert(
      fc.property(unicodeMailbox, (address) => {
        const parsed = parseMailbox(address, { utf8: true });
        expect(parsed, address).toBeTypeOf('object');
        if (typeof parsed === 'object') expect(formatMailbox(parsed)).toBe(address);
        if (/[^\x00-\x7f]/.test(address)) expect(parseMailbox(address)).toBe('syntax');
      }),
      { numRuns: 2_000 },
    );
  });

  test('stands in MAIL and RCPT, behind a source route and before parameters', () => {
    fc.assert(
      fc.property(
        route,
        mailbox,
        fc.constantFrom('', ' SIZE=1', ' BODY=8BITMIME SIZE=10'),
        (hosts, address, parameters) => {
          const got = parsePathArgument(`<${hosts}${address}>${parameters}`);
          expect(got, address).toMatchObject({ path: address });
        },
      ),
      { numRuns: 3_000 },
    );
  });

  test('is the same mailbox to routing, however it is quoted', () => {
    fc.assert(
      fc.property(mailbox, (address) => {
        const { localPart, domain: where } = addressParts(address);
        const again = addressParts(`${quotedLocalPart(localPart)}@${where}`);
        expect(again).toEqual({ localPart, domain: where });
      }),
      { numRuns: 2_000 },
    );
  });

  test('is none any more with an octet that belongs nowhere', () => {
    const intruder = fc.constantFrom('\0', '\r', '\n', '\x1b', '\x7f', '\xa0');
    fc.assert(
      fc.property(mailbox, fc.nat(), intruder, (address, at, octet) => {
        const place = at % (address.length + 1);
        expect(parseMailbox(address.slice(0, place) + octet + address.slice(place))).toBe('syntax');
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('case', () => {
  test('of domains does not matter, of local-parts it is kept', () => {
    expect(addressParts('MiXed@EXAMPLE.Com')).toEqual({ localPart: 'MiXed', domain: 'example.com' });
    expect(addressParts('x@BÜCHER.Example').domain).toBe('xn--bcher-kva.example');
  });
});

describe('the form of MAIL', () => {
  test('every mailbox comes back out of its jacket', () => {
    fc.assert(
      fc.property(fc.oneof(mailbox, unicodeMailbox), (address) => {
        expect(parseAddress(smtpJacket(address))).toEqual({
          kind: 'transport',
          transport: 'SMTP',
          addresses: [address],
        });
      }),
      { numRuns: 3_000 },
    );
  });

  test('several share one', () => {
    fc.assert(
      fc.property(fc.array(mailbox, { minLength: 1, maxLength: 4 }), (addresses) => {
        const written = formatAddress({ kind: 'transport', transport: 'SMTP', addresses });
        expect(parseAddress(written)).toEqual({ kind: 'transport', transport: 'SMTP', addresses });
      }),
      { numRuns: 2_000 },
    );
  });

  test('what can be read is written so that it reads the same', () => {
    const anything = fc.string({
      unit: fc.constantFrom(
        'a',
        'SMTP',
        '%',
        '"',
        '@',
        '::',
        ',',
        '.',
        ' ',
        '\\',
        '\u00a2',
        '<',
        '[',
        ']',
        '1',
        '_',
        '\u00fc',
      ),
      maxLength: 14,
    });
    fc.assert(
      fc.property(anything, (typed) => {
        const address = parseAddress(typed);
        if (address === undefined) return;
        expect(parseAddress(formatAddress(address)), typed).toEqual(address);
      }),
      { numRuns: 5_000 },
    );
  });
});
