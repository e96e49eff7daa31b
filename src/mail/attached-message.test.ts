import { describe, expect, it } from 'vitest';
import { attachedMessage } from './attached-message.ts';

const kept = (text: string): string | undefined => attachedMessage(Buffer.from(text, 'latin1'))?.toString();

describe('an attached message', () => {
  it.each(['', 'text', '\n\ntext', ' folded: x\n\ntext', 'A: b\n\n\xfc\n', 'A: b\n\n\0\n', 'A: b\r\rc\n'])(
    '%j is none',
    (text) => expect(kept(text)).toBeUndefined(),
  );
  it('has lines of at most 998 characters', () => {
    expect(kept(`A: b\n\n${'x'.repeat(998)}\n`)).toBeDefined();
    expect(kept(`A: b\n\n${'x'.repeat(999)}\n`)).toBeUndefined();
  });
  it('is as it was, with CRLF at the ends of lines', () => {
    expect(kept('A: b\r\n\r\ntext\r\n')).toBe('A: b\r\n\r\ntext\r\n');
    expect(kept('A: b\n c\n\n.\nno end')).toBe('A: b\r\n c\r\n\r\n.\r\nno end');
  });
});
