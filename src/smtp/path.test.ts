import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatMailbox, parseMailbox, parsePathArgument } from './path.ts';

describe('paths that are refused', () => {
  const cases: readonly [string, 'syntax' | 'tooLong' | 'parameters'][] = [
    ['smith@node.example', 'syntax'],
    ['<smith@node.example', 'syntax'],
    ['<smith@>', 'syntax'],
    ['<@node.example>', 'syntax'],
    ['<smith..x@node.example>', 'syntax'],
    ['<.smith@node.example>', 'syntax'],
    ['<smith@node..example>', 'syntax'],
    ['<smith@-node.example>', 'syntax'],
    ['<sm ith@node.example>', 'syntax'],
    ['<smith@[10.0.0.256]>', 'syntax'],
    ['<smith@[IPv6:2001:db8:::1::2]>', 'syntax'],
    ['<smith@[IPv6:1:2]>', 'syntax'],
    ['<"sm\\\0ith"@node.example>', 'syntax'],
    ['<smi\0th@node.example>', 'syntax'],
    ['<sm\u00efth@node.example>', 'syntax'],
    ['<smith@node.example>SIZE=1', 'parameters'],
    ['<smith@node.example> SIZE=1 SIZE=2', 'parameters'],
    ['<smith@node.example> =1', 'parameters'],
    [`<${'a'.repeat(65)}@node.example>`, 'tooLong'],
    [
      `<a@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(60)}.${'f'.repeat(20)}>`,
      'tooLong',
    ],
  ];
  for (const [text, want] of cases) test(text.slice(0, 60), () => expect(parsePathArgument(text)).toBe(want));
});

describe('paths that are taken', () => {
  const cases: readonly [string, string][] = [
    ['<>', ''],
    [' <smith@node.example>', 'smith@node.example'],
    ['<Smith@[10.0.2.66]>', 'Smith@[10.0.2.66]'],
    ['<smith@[IPv6:::1]>', 'smith@[IPv6:::1]'],
    ['<@a.example,@b.example:smith@node.example>', 'smith@node.example'],
    ['<"a>b@c"@node.example>', '"a>b@c"@node.example'],
    ['<postmaster>', 'postmaster'],
    ['<user%host@node.example>', 'user%host@node.example'],
  ];
  for (const [text, want] of cases)
    test(text, () => expect(parsePathArgument(text)).toMatchObject({ path: want }));
  test('parameters by upper-case name', () => {
    const got = parsePathArgument('<a@b.example> size=100 BODY=8BITMIME');
    expect(typeof got === 'string' ? got : [...got.parameters]).toEqual([
      ['SIZE', '100'],
      ['BODY', '8BITMIME'],
    ]);
  });
});

test('property: no text crashes the parser, and what it takes reads back the same', () => {
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.constantFrom('a', '.', '@', '"', '\\', '>', '<', ' ', ':', ',', '[', ']', '1', '\0', 'é'),
        maxLength: 20,
      }),
      (text) => {
        parsePathArgument(`<${text}>`);
        const mailbox = parseMailbox(text);
        if (typeof mailbox !== 'string') expect(formatMailbox(mailbox)).toBe(text);
      },
    ),
    { numRuns: 3000 },
  );
});
