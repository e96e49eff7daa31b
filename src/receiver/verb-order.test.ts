/** Commands that are refused: wrong syntax, wrong order, and relaying for strangers. RFC 5321 §4.1, §4.1.4 */
import { afterEach, describe, expect, test } from 'vitest';
import { dialogue } from './testing/plain-dialogue.ts';
import { closeAll } from './testing/receiver-rig.ts';

afterEach(closeAll);

describe('wrong syntax and wrong order', () => {
  const cases: readonly [string, readonly string[], string][] = [
    ['unknown verb', ['FOO'], '500 Syntax error, command unrecognized'],
    ['MAIL before HELO', ['MAIL FROM:<a@b.example>'], '503 Bad command sequence'],
    ['RCPT before MAIL', ['HELO me', 'RCPT TO:<smith@node.example>'], '503 Bad command sequence'],
    [
      'DATA without recipients',
      ['HELO me', 'MAIL FROM:<a@b.example>', 'DATA'],
      '503 No valid recipients preceded this',
    ],
    [
      'second MAIL',
      ['HELO me', 'MAIL FROM:<a@b.example>', 'MAIL FROM:<a@b.example>'],
      '503 Sender already specified',
    ],
    ['malformed sender', ['HELO me', 'MAIL FROM:<a@@b>'], '501 Syntax error in reverse-path'],
    [
      'sender without colon',
      ['HELO me', 'MAIL <a@b.example>'],
      '501 Syntax error in parameters or arguments',
    ],
    ['RSET with an argument', ['RSET x'], '500 Syntax error, command unrecognized'],
    ['TURN', ['TURN'], '502 Command not implemented'],
    ['eight-bit octets', ['HELO m\u00e9'], '500 Syntax error, command unrecognized'],
    ['a NUL', ['HELO m\0'], '500 Syntax error, command unrecognized'],
    [
      'a bare LF inside',
      ['HELO me\nMAIL FROM:<a@b.example>'],
      '500 Syntax error, bare CR or LF in a command',
    ],
    [
      'unknown local user',
      ['HELO me', 'MAIL FROM:<>', 'RCPT TO:<nobody@node.example>'],
      '550 <nobody@node.example> ... Addressee unknown',
    ],
    [
      'a path of 500 characters',
      ['HELO me', 'MAIL FROM:<>', `RCPT TO:<${'a'.repeat(500)}@node.example>`],
      '554 Address too long',
    ],
    [
      'a size beyond the limit',
      ['EHLO me', 'MAIL FROM:<> SIZE=99999999999'],
      '552 5.3.4 Message size exceeds the fixed limit',
    ],
    [
      'an unknown parameter',
      ['EHLO me', 'MAIL FROM:<> FOO=1'],
      '555 5.5.4 Command parameter not implemented',
    ],
  ];
  for (const [name, lines, want] of cases) {
    test(name, async () => expect((await dialogue(lines)).replies.at(-1)).toBe(want));
  }

  test('a stranger does not relay, and is cut off at the third attempt', async () => {
    const rcpt = 'RCPT TO:<x@elsewhere.example>';
    const { replies, client } = await dialogue(
      ['HELO me', 'MAIL FROM:<a@b.example>', rcpt, rcpt, rcpt],
      {},
      '192.0.2.1',
    );
    expect(replies.slice(-3)).toEqual(Array(3).fill('550 User not local, Relay disabled.'));
    expect(await client.reply()).toBe('(closed)');
  });
});
