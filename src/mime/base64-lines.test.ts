import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Base64Lines, base64LinesLength } from './base64-lines.ts';

test('bytes are base64 in lines of 76 characters, in whatever pieces they come', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 6 }), (pieces) => {
      const lines = new Base64Lines();
      const written = pieces.map((each) => lines.write(each));
      const text = Buffer.concat([...written, lines.end()]).toString('latin1');
      const bytes = Buffer.concat(pieces);
      expect(text).toBe(bytes.toString('base64').replace(/.{1,76}/g, '$&\r\n'));
      expect(text).toHaveLength(base64LinesLength(bytes.length));
    }),
  );
});
