import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DataReader } from './data-reader.ts';

/** Feeds a text cut at the given places; says what came out and what was left over. */
function feed(text: string, cuts: readonly number[] = []) {
  const reader = new DataReader();
  const bytes = Buffer.from(text, 'latin1');
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  let out = '';
  let from = 0;
  for (const to of [...places, bytes.length]) {
    if (to === from) continue;
    const part = reader.read(bytes.subarray(from, to));
    out += Buffer.concat(part.bytes).toString('latin1');
    if (part.ended) {
      return {
        out,
        ended: true,
        bare: reader.hasBareLineEnd,
        rest: bytes.subarray(from + part.used).toString('latin1'),
        size: reader.sizeBytes,
        lines: reader.lines,
      };
    }
    from = to;
  }
  return { out, ended: false, bare: reader.hasBareLineEnd, rest: '', size: reader.sizeBytes };
}

describe('only CRLF.CRLF ends mail data', () => {
  for (const trick of [
    '\n.\n',
    '\n.\r\n',
    '\r.\r\n',
    '\r\n.\n',
    '\r\n.\r',
    '\n.\r',
    '\r.\n',
    '\r.\r',
    '\r\n\0.\r\n',
    '\r\n.\r\r\n',
    '\r\r\n.\r\r\n',
  ]) {
    test(`${JSON.stringify(trick)} does not, in any cutting`, () => {
      const text = `one${trick}RSET\r\nMAIL FROM:<x@y>\r\n`;
      for (let cut = 0; cut <= text.length; cut += 1) {
        expect(feed(text, [cut]).ended).toBe(false);
      }
      const whole = feed(`${text}\r\n.\r\nNOOP\r\n`);
      expect(whole.ended).toBe(true);
      expect(whole.rest).toBe('NOOP\r\n');
      if (trick !== '\r\n\0.\r\n') expect(whole.bare).toBe(true);
    });
  }
});

test('an empty message ends at once', () => {
  expect(feed('.\r\n')).toMatchObject({ out: '', ended: true, bare: false });
});

test('leading dots are taken out, one a line', () => {
  expect(feed('..\r\n.a\r\n...\r\n.\r\n')).toMatchObject({
    out: '.\r\na\r\n..\r\n',
    ended: true,
    bare: false,
  });
});

test('what follows the end is left for the next command', () => {
  expect(feed('a\r\n.\r\nQUIT\r\n')).toMatchObject({ out: 'a\r\n', rest: 'QUIT\r\n' });
});

test('property: dot-stuffed lines come out as they were, in any cutting', () => {
  const line = fc.string({ unit: fc.constantFrom('.', 'a', ' ', '\0', '\xff'), maxLength: 6 });
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), fc.array(fc.nat(60), { maxLength: 6 }), (lines, cuts) => {
      const text = lines.map((each) => `${each}\r\n`).join('');
      const stuffed = lines.map((each) => `${each.startsWith('.') ? '.' : ''}${each}\r\n`).join('');
      const got = feed(`${stuffed}.\r\nNEXT`, cuts);
      expect(got).toMatchObject({
        out: text,
        ended: true,
        bare: false,
        size: text.length,
        lines: lines.length,
      });
    }),
    { numRuns: 500 },
  );
});

test('property: any bytes, in any cutting, come out the same as in one piece', () => {
  const bytes = fc.string({ unit: fc.constantFrom('.', '\r', '\n', 'a'), maxLength: 24 });
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(30), { maxLength: 6 }), (text, cuts) => {
      const whole = feed(text);
      const cut = feed(text, cuts);
      expect({ ended: cut.ended, bare: cut.bare }).toEqual({ ended: whole.ended, bare: whole.bare });
      if (whole.ended) expect(cut.out).toBe(whole.out);
      // The end is where the standard says, and nowhere before.
      const end = text.startsWith('.\r\n') ? 0 : text.indexOf('\r\n.\r\n');
      expect(whole.ended).toBe(end !== -1);
    }),
    { numRuns: 2000 },
  );
});
