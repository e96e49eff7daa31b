import { describe, expect, it } from 'vitest';
import { fitLines } from './fit-lines.ts';

describe('lines of a help text', () => {
  it('that fit stay as they are', () => {
    const lines = ['one two', 'three', '', '   $ AN EXAMPLE', '/ALL'];
    expect(fitLines(lines, 15)).toEqual(lines);
  });
  it('are broken between words, and what is left over begins the next one', () => {
    expect(fitLines(['one two three four', 'five six', '', 'seven'], 12)).toEqual([
      'one two',
      'three four',
      'five six',
      '',
      'seven',
    ]);
  });
  it('of a paragraph carry on as far as it goes', () => {
    expect(fitLines(['one two three', 'four five six', 'seven'], 9)).toEqual([
      'one two',
      'three',
      'four five',
      'six seven',
    ]);
  });
  it('are broken in a list of keywords', () => {
    expect(fitLines(['/FLAGS=(AUDIT|CAPTIVE|DISUSER[,...])'], 22)).toEqual([
      '/FLAGS=(AUDIT|CAPTIVE|',
      'DISUSER[,...])',
    ]);
  });
  it('stay whole where they are examples, or one word', () => {
    const lines = ['   $ an example that is wide', 'SYS$SYSTEM:TCPIP$SMTP.CONF'];
    expect(fitLines(lines, 10)).toEqual(lines);
  });
});
