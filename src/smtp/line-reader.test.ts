import fc from 'fast-check';
import { expect, test } from 'vitest';
import { processorMs } from '../../test/support/processor-time.ts';
import { LineReader } from './line-reader.ts';

function lines(chunks: readonly string[], limit = 20): string[] {
  const reader = new LineReader(limit);
  const got: string[] = [];
  for (const each of chunks) {
    const chunk = Buffer.from(each, 'latin1');
    for (let from = 0; from < chunk.length; ) {
      const line = reader.read(chunk, from);
      if (line.kind === 'incomplete') break;
      got.push(line.kind === 'line' ? line.text : `(${line.kind})`);
      from = line.used;
    }
  }
  return got;
}

test('a bare LF or CR ends no line and spoils the one it stands in', () => {
  expect(lines(['NOOP\nQUIT\r\nRSET\r\n'])).toEqual(['(bareLineEnd)', 'RSET']);
  expect(lines(['NO\rOP\r\nRSET\r\n'])).toEqual(['(bareLineEnd)', 'RSET']);
});

test('a line over the limit is swallowed whole, and the next one is read', () => {
  expect(lines(['x'.repeat(1000), 'y'.repeat(1000), '\r', '\nRSET\r\n'])).toEqual(['(tooLong)', 'RSET']);
});

test('a long line that comes octet by octet costs what its octets cost', () => {
  const reader = new LineReader(1_048_576);
  const octet = Buffer.from('x');
  const took = processorMs(() => {
    for (let count = 0; count < 1_000_000; count++) reader.read(octet, 0);
  });
  const line = reader.read(Buffer.from('\r\n'), 0);
  expect(line).toMatchObject({ kind: 'line', text: 'x'.repeat(1_000_000) });
  // A copy of all that had come, for each octet, took minutes.
  expect(took).toBeLessThan(5_000);
});

test('property: cutting does not matter', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('a', '\r', '\n'), maxLength: 40 }),
      fc.nat(40),
      (text, cut) => {
        expect(lines([text.slice(0, cut), text.slice(cut)])).toEqual(lines([text]));
        expect(lines([...text])).toEqual(lines([text]));
      },
    ),
    { numRuns: 2000 },
  );
});
