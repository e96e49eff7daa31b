import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mailboxList } from './mailbox-list.ts';

describe('mailboxList', () => {
  it.each([
    ['', undefined],
    [',', undefined],
    ['a@b,', undefined],
    ['a@b <c@d', undefined],
    ['a@b> c@d', undefined],
    ['"a@b', undefined],
    ['(a@b', undefined],
    ['<a@b> c@d', undefined],
    ['<a@b> <c@d>', undefined],
    ['<>', undefined],
    ['a@b;', undefined],
    ['x: a@b', undefined],
    ['a@b) c', undefined],
    ['a\\@b', undefined],
  ])('%j cannot be read', (text, expected) => expect(mailboxList(text)).toBe(expected));
  it.each([
    [' a@b.example', ['a@b.example']],
    ['<a@b.example>', ['a@b.example']],
    ['Anne Smith <a@b.example>', ['a@b.example']],
    ['"x@y.example" <a@b.example>', ['a@b.example']],
    ['"Smith, Anne" <a@b.example>, c@d.example (a comment, (nested) <x@y>)', ['a@b.example', 'c@d.example']],
    ['Anne\r\n <a@b.example>', ['a@b.example']],
    ['"a b"@c.example', ['"a b"@c.example']],
    ['a . b @ c . example', ['a.b@c.example']],
    ['a@[192.0.2.1]', ['a@[192.0.2.1]']],
    ['Group: a@b.example, c@d.example;', ['a@b.example', 'c@d.example']],
    ['Nobody:;', []],
    ['<@x,@y:a@b.example>', ['a@b.example']],
    ['jones', ['jones']],
    ['=?utf-8?q?J=C3=B6rg?= <j@b.example>', ['j@b.example']],
  ])('reads %j', (text, expected) => expect(mailboxList(text)).toEqual(expected));

  it('ends, whatever comes', () => {
    const pieces = fc.array(
      fc.constantFrom('a', '@', 'b', '<', '>', '"', '(', ')', ',', ':', ';', '\\', ' ', '[', ']'),
    );
    fc.assert(
      fc.property(pieces, (parts) => {
        const found = mailboxList(parts.join(''));
        return found === undefined || found.every((each) => each.trim() !== '');
      }),
      { numRuns: 2_000 },
    );
  });
});
