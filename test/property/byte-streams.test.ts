/**
 * Any byte stream, in any chunking, ends in replies or a close, never in a message that its sender did not send: the same
 * bytes get the same answers and make the same messages however they are cut. Source: RFC 5321 §2.3.8, §4.2, §4.5.2.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startReceiver, turn } from './receiver-in-memory.ts';

const fragment = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      'EHLO client.example\r\n',
      'HELO client.example\r\n',
      'MAIL FROM:<anne@client.example>\r\n',
      'MAIL FROM:<> BODY=8BITMIME SIZE=10\r\n',
      'MAIL FROM:<anne@client.example> BODY=BINARYMIME\r\n',
      'BDAT 28\r\nContent-Type: image/png\r\n\r\n\0',
      'BDAT 6 LAST\r\n\n.\r\n\r\xff',
      'RCPT TO:<smith@node.example>\r\n',
      'RCPT TO:<nobody@node.example>\r\n',
      'RCPT TO:<x@elsewhere.example>\r\n',
      'DATA\r\n',
      'Subject: x\r\n\r\ntext\r\n.\r\n',
      '.\r\n',
      '\r\n.\r\n',
      'BDAT 5\r\nabcde',
      'BDAT 7 LAST\r\nBDAT 1 ',
      'BDAT 0 LAST\r\n',
      'BDAT 99999999999999999999 LAST\r\n',
      'AUTH PLAIN AGEAYg==\r\n',
      'AUTH LOGIN\r\n',
      '*\r\n',
      'RSET\r\n',
      'NOOP\r\n',
      'VRFY smith\r\n',
      'HELP\r\n',
      'MAIL FROM:<j\xc3\xbcrgen@client.example> SMTPUTF8\r\n',
      'RCPT TO:<j\xc3@node.example>\r\n',
      'ETRN client.example\r\n',
      'XCLIENT ADDR=192.0.2.1\r\n',
    ),
  },
  { weight: 3, arbitrary: fc.constantFrom('\r', '\n', '.', '\0', ' ', '\r\n', '<', '>', '"', '\xff', '\t') },
  {
    weight: 1,
    arbitrary: fc.string({ unit: fc.constantFrom('a', '"', '\\', '@', ':', '\x80', ' '), maxLength: 8 }),
  },
  { weight: 1, arbitrary: fc.constantFrom('x'.repeat(3_000), `NOOP ${'y'.repeat(600)}\r\n`, 'QUIT\r\n') },
);

/** What the receiver says to pieces, and what it takes for messages. */
async function converse(pieces: readonly string[]) {
  const receiver = startReceiver();
  await turn();
  for (const piece of pieces) {
    receiver.write(Buffer.from(piece, 'latin1'));
    await turn();
  }
  const said = await receiver.end();
  const messages = receiver.submissions.map(({ envelope, text }) => ({
    envelope,
    text: text.kind === 'inline' ? Buffer.from(text.bytes).toString('latin1') : text.sizeBytes,
  }));
  return { said, messages };
}

const cut = (text: string, places: readonly number[]): readonly string[] => {
  const ends = [...new Set(places.map((each) => each % (text.length + 1)))].sort((a, b) => a - b);
  return [...ends, text.length].map((end, index) => text.slice(index === 0 ? 0 : ends[index - 1], end));
};

test('any bytes get replies or a close, the same in any cutting', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fragment, { maxLength: 14 }),
      fc.array(fc.nat(5_000), { maxLength: 8 }),
      async (fragments, places) => {
        const text = fragments.join('');
        const whole = await converse([text]);
        const replies = whole.said.split('\r\n').slice(0, -1);
        for (const line of replies) expect(line).toMatch(/^[2-5]\d\d(?:[ -][\x20-\x7e]*)?$/);
        expect(whole.said.endsWith('\r\n')).toBe(true);
        for (const { text: kept } of whole.messages) expect(kept).not.toMatch(/\r(?!\n)|(?<!\r)\n/);
        expect(await converse(cut(text, places))).toEqual(whole);
      },
    ),
    { numRuns: 1_000 },
  );
}, 120_000);

test('octet by octet, too', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fragment, { maxLength: 6 }), async (fragments) => {
      const text = fragments.join('').slice(0, 400);
      expect(await converse([...text])).toEqual(await converse([text]));
    }),
    { numRuns: 60 },
  );
}, 120_000);

test('a message has exactly the lines that were sent between 354 and the final dot', async () => {
  const line = fc.string({
    unit: fc.constantFrom('.', 'a', ' ', '\t', '\xe9', 'RSET', 'QUIT'),
    maxLength: 5,
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(line, { maxLength: 8 }),
      fc.array(fc.nat(400), { maxLength: 6 }),
      async (lines, places) => {
        const stuffed = lines.map((each) => `${each.startsWith('.') ? '.' : ''}${each}\r\n`).join('');
        const dialogue = `EHLO me\r\nMAIL FROM:<>\r\nRCPT TO:<smith@node.example>\r\nDATA\r\n${stuffed}.\r\nQUIT\r\n`;
        const { messages } = await converse(cut(dialogue, places));
        expect(messages).toHaveLength(1);
        const text = String(messages[0]!.text);
        expect(text.slice(text.indexOf('(UTC)\r\n') + 7)).toBe(lines.map((each) => `${each}\r\n`).join(''));
      },
    ),
    { numRuns: 300 },
  );
}, 120_000);
