import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processorMs } from '../../test/support/processor-time.ts';
import { BodyHashes, type Canonicalization } from './body-hashes.ts';

/** RFC 6376 §3.4.3 and §3.4.4, word by word, over the whole body. */
function canonical(body: string, canonicalization: Canonicalization): string {
  if (canonicalization === 'simple') {
    let end = body.length;
    while (body.endsWith('\r\n', end)) end -= 2;
    return `${body.slice(0, end)}\r\n`;
  }
  const lines = body.split('\r\n').map((line) => line.replace(/[ \t]+/g, ' ').replace(/ $/, ''));
  while (lines.at(-1) === '') lines.pop();
  return lines.map((line) => `${line}\r\n`).join('');
}

const sha256 = (text: string): string => createHash('sha256').update(text, 'latin1').digest('base64');

const piece = fc.constantFrom(
  ' ',
  '\t',
  '\r\n',
  '\r',
  '\n',
  'a',
  'Word',
  '\xe9',
  '\0',
  '.',
  '\r\n\r\n',
  ' \r\n',
);
const body = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(''));
const canonicalizations = ['relaxed', 'simple'] as const;

describe('bodies in any pieces', () => {
  it('are hashed as the RFC has it, to every length that is asked for', () => {
    const cuts = fc.array(fc.oneof(fc.nat(60), fc.nat(2_000)), { maxLength: 8 });
    const lengths = fc.array(fc.oneof(fc.nat(50), fc.nat(2_000)), { maxLength: 4 });
    fc.assert(
      fc.property(body, cuts, lengths, (text, cuts, lengths) => {
        const wanted = canonicalizations.flatMap((canonicalization) =>
          [...lengths, Number.POSITIVE_INFINITY].map((length) => ({ canonicalization, length })),
        );
        const hashes = new BodyHashes(wanted);
        const places = [0, ...cuts.filter((each) => each < text.length).sort((a, b) => a - b), text.length];
        for (const [index, place] of places.entries())
          hashes.update(Buffer.from(text.slice(place, places[index + 1] ?? text.length), 'latin1'));
        hashes.end();
        for (const each of wanted) {
          const whole = canonical(text, each.canonicalization);
          expect(hashes.get(each)).toEqual({
            hash: sha256(whole.slice(0, each.length)),
            unsignedBytes: Math.max(whole.length - each.length, 0),
          });
        }
      }),
      { numRuns: 3_000 },
    );
  });
  it.each(canonicalizations)('with empty lines without end before the last word, %s', (canonicalization) => {
    const wanted = { canonicalization, length: Number.POSITIVE_INFINITY };
    const hashes = new BodyHashes([wanted]);
    const empty = Buffer.alloc(50_000, '\r\n');
    for (let count = 0; count < 4; count++) hashes.update(empty);
    hashes.update(Buffer.from(' x\r\n\r\n'));
    hashes.end();
    expect(hashes.get(wanted).hash).toBe(
      sha256(canonical(`${'\r\n'.repeat(100_000)} x\r\n`, canonicalization)),
    );
  });
});

it('ten lengths of a hundred megabytes cost no more than one', () => {
  const bytes = Buffer.alloc(1_000_000, 'some text of a long line  with blanks \t in it \r\n');
  const lengths = Array.from({ length: 10 }, (_, index) => 100_000_000 - index * 1_000);
  const spent = (lengths: readonly number[]): number => {
    const hashes = new BodyHashes(
      lengths.flatMap((length) =>
        canonicalizations.map((canonicalization) => ({ canonicalization, length })),
      ),
    );
    return processorMs(() => {
      for (let count = 0; count < 100; count++) hashes.update(bytes);
      hashes.end();
    });
  };
  expect(spent(lengths)).toBeLessThan(3 * spent(lengths.slice(0, 1)) + 500);
});
