import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { toALabels } from './idna.ts';

describe('no domain', () => {
  it.each([
    ['a blank', 'bü cher.example'],
    ['an at-sign', 'bü@cher.example'],
    ['a slash', 'bü/cher.example'],
    ['a colon', 'bücher.example:25'],
    ['a hyphen at the start', '-bücher.example'],
    ['an empty label', 'bücher..example'],
    ['a label of more than 63 octets', `${'ü'.repeat(60)}.example`],
    ['digits that would look like an address', '１２７.0.0.1'],
    ['a joiner where none belongs', 'a\u200db.example'],
    ['a letter of the other direction in between', 'aאb.example'],
    ['a symbol', '☃\u{e0001}.example'],
  ])('%s', (_, domain) => expect(toALabels(domain)).toBeUndefined());
});

it.each([
  ['Bücher.Example', 'xn--bcher-kva.example'],
  ['faß.example', 'xn--fa-hia.example'],
  ['例え.テスト', 'xn--r8jz45g.xn--zckzah'],
  ['bücher．example', 'xn--bcher-kva.example'],
  ['Host_1.Example', 'host_1.example'],
  ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
])('%s is %s', (domain, labels) => expect(toALabels(domain)).toBe(labels));

test('property: A-labels stay what they are', () => {
  const label = fc.string({
    unit: fc.constantFrom('a', 'ü', 'ß', '例', 'א', 'ς', '1', '-', 'Ö', '．'),
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(fc.array(label, { minLength: 1, maxLength: 3 }), (parts) => {
      const labels = toALabels(parts.join('.'));
      if (labels === undefined) return;
      expect(labels).toMatch(/^[a-z0-9.-]+$/);
      expect(toALabels(labels)).toBe(labels);
    }),
    { numRuns: 3_000 },
  );
});
