import fc from 'fast-check';
import { expect, test } from 'vitest';
import { HopCounter } from './hop-counter.ts';

const line = fc.oneof(
  fc.constant('Received: from a by b;'),
  fc.constant('rEcEiVeD:'),
  // Obsolete syntax of RFC 5322 §4.5, which the symbiont knows too.
  fc.constant('Received : c'),
  fc.constant('X-Received: no'),
  fc.constant(' Received: folded'),
  fc.constant('Received-SPF: pass'),
  fc.string({ maxLength: 30 }).map((text) => `S: ${text.replace(/[\r\n]/g, '')}`),
);

test('counts the same Received: fields of a header however it is cut, and none of the body', () => {
  fc.assert(
    fc.property(
      fc.array(line, { maxLength: 12 }),
      fc.array(fc.nat(400), { maxLength: 12 }),
      (header, cuts) => {
        const text = Buffer.from(
          `${[...header, '', 'Received: in the body', ''].join('\r\n')}\r\nReceived: too\r\n`,
          'latin1',
        );
        const want = header.filter((each) => /^received *:/i.test(each)).length;
        const places = [0, ...cuts.filter((each) => each < text.length).sort((a, b) => a - b), text.length];
        const counter = new HopCounter();
        // What the receiver feeds it first: the field it adds itself.
        counter.read(Buffer.from('Received: from x\r\n\tby y;\r\n'));
        for (const [index, from] of places.slice(0, -1).entries()) {
          const part = text.subarray(from, places[index + 1]);
          if (part.byteLength > 0) counter.read(part);
        }
        expect(counter.hops).toBe(want + 1);
      },
    ),
    { numRuns: 3_000 },
  );
});
