import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMailDataEncoder } from './mail-data-encoder.ts';

const encoded = (...chunks: string[]): string => {
  const encoder = createMailDataEncoder();
  const parts = chunks.flatMap((chunk) => encoder.encode(Buffer.from(chunk, 'latin1')));
  return Buffer.concat([...parts, encoder.finish()]).toString('latin1');
};

describe('mail data going out', () => {
  it.each([
    ['', '.\r\n'],
    ['x', 'x\r\n.\r\n'],
    ['.\r\n', '..\r\n.\r\n'],
    ['a\n.\nb', 'a\r\n..\r\nb\r\n.\r\n'],
    ['a\r.\rb\r', 'a\r\n..\r\nb\r\n.\r\n'],
    ['a\r\r\n', 'a\r\n\r\n.\r\n'],
  ])('%j goes as %j', (text, wire) => expect(encoded(text)).toBe(wire));

  const pieces = fc.array(fc.constantFrom('\r', '\n', '.', 'a', '\r\n', '\r\n.', '\r\n.\r\n'), {
    maxLength: 30,
  });

  it('is the same however it is cut', () => {
    fc.assert(
      fc.property(pieces, (chunks) => {
        expect(encoded(...chunks)).toBe(encoded(chunks.join('')));
      }),
    );
  });

  it('has no bare CR or LF and one end, and comes back as it was, line ends mended', () => {
    fc.assert(
      fc.property(pieces, (chunks) => {
        const wire = encoded(...chunks);
        expect(wire.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
        expect(`\r\n${wire}`.indexOf('\r\n.\r\n')).toBe(wire.length - 3);
        const text = chunks.join('').replace(/\r\n|\r|\n/g, '\r\n');
        const whole = text === '' || text.endsWith('\r\n') ? text : `${text}\r\n`;
        expect(wire.slice(0, -3).replace(/(^|\r\n)\./g, '$1')).toBe(whole);
      }),
    );
  });
});
