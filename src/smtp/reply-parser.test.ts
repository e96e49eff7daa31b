import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatReply } from './reply.ts';
import { ReplyParser } from './reply-parser.ts';

function parsed(...chunks: readonly string[]) {
  const parser = new ReplyParser();
  const replies = chunks.flatMap((chunk) => parser.read(Buffer.from(chunk, 'latin1')));
  return { replies: replies.map(({ code, lines }) => [code, ...lines]), failure: parser.failure };
}

describe('what no server says', () => {
  it.each([
    ['no code', 'hello\r\n', 'invalid reply'],
    ['a code of another protocol', '600 x\r\n', 'invalid reply'],
    ['text without a blank', '250x\r\n', 'invalid reply'],
    ['an empty line', '\r\n', 'invalid reply'],
    ['a line without end', 'x'.repeat(5_000), 'endless reply line'],
    ['a reply without end', '250-x\r\n'.repeat(300), 'endless reply'],
  ])('%s', (_, text, want) => expect(parsed(text)).toEqual({ replies: [], failure: want }));
  it('after it nothing counts', () => {
    expect(parsed('250 a\r\nfoo\r\n250 b\r\n', '250 c\r\n').replies).toEqual([[250, 'a']]);
  });
});

it.each([
  ['250 OK\r\n', [[250, 'OK']]],
  ['250\r\n', [[250, '']]],
  ['250-a\r\n250-\r\n250 b \r\n', [[250, 'a', '', 'b']]],
  [
    '220 a\n354 b\n',
    [
      [220, 'a'],
      [354, 'b'],
    ],
  ],
])('%j', (text, want) => expect(parsed(text)).toEqual({ replies: want, failure: undefined }));

it('property: what is formatted reads back the same, in any cutting', () => {
  const line = fc
    .string({ unit: fc.constantFrom('a', ' ', '-', '5'), maxLength: 8 })
    .map((each) => each.trimEnd());
  const reply = fc.record({
    code: fc.integer({ min: 200, max: 599 }),
    lines: fc.array(line, { minLength: 1, maxLength: 4 }),
  });
  fc.assert(
    fc.property(fc.array(reply, { maxLength: 4 }), fc.nat(80), (replies, cut) => {
      const text = replies.map((each) => formatReply(each, false)).join('');
      expect(parsed(text.slice(0, cut), text.slice(cut))).toEqual({
        replies: replies.map(({ code, lines }) => [code, ...lines]),
        failure: undefined,
      });
    }),
  );
});
