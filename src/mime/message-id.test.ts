import { expect, test } from 'vitest';
import { messageId } from './message-id.ts';

test.each([
  ['Subject: x\r\nMessage-ID: <a@b.example>\r\nFrom: c\r\n\r\ntext', '<a@b.example>'],
  ['Message-Id: <first@line.example>\r\n\r\n', '<first@line.example>'],
  ['A: b\r\nMESSAGE-id :<odd@case.example>\r\n\r\n', '<odd@case.example>'],
  ['A: b\r\nMessage-ID:\r\n <folded@long.example>\r\n\r\n', '<folded@long.example>'],
  ['A: b\r\nMessage-ID: <\u00fc@b.example> (why)\r\n\r\n', '<\u00fc@b.example>'],
  ['A: b\r\nMessage-ID: <no@end.example>', '<no@end.example>'],
  ['A: b\r\nMessage-ID:\r\nFrom: c\r\n\r\n', undefined],
  ['A: b\r\nX-Message-ID: <other@field.example>\r\n\r\n', undefined],
  ['A: b\r\n\r\nMessage-ID: <in@text.example>\r\n', undefined],
  ['\r\nMessage-ID: <in@text.example>\r\n\r\n', undefined],
  ['', undefined],
])('%j', (text, id) => {
  // Within a larger buffer, as a text that came over a socket is.
  const bytes = Buffer.from(`Message-ID: <before>\r\n${text}`).subarray(22);
  expect(messageId(bytes)).toBe(id);
});

test('a field that is very long, and a header without an end', () => {
  expect(messageId(Buffer.from(`Message-ID: <${'x'.repeat(5_000)}>\r\n\r\n`))?.length).toBe(998);
  expect(messageId(Buffer.from(`A: ${'x'.repeat(70_000)}\r\nMessage-ID: <far@off.example>\r\n\r\n`))).toBe(
    undefined,
  );
});
