import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { type OutgoingHeader, outgoingHeader } from './outgoing-header.ts';

const header = (changes: Partial<OutgoingHeader>): string =>
  outgoingHeader({
    userName: 'SMITH',
    personalName: '',
    toText: 'JONES',
    ccText: '',
    subject: '',
    domain: 'a.example',
    hostName: 'a.example',
    sentAt: 0,
    messageId: '1_2',
    outboundAliases: [],
    encoding: '7bit',
    ...changes,
  });

describe('the header of mail to other hosts', () => {
  const names = [
    'Steven M. Schweda',
    'Müller, Jörg (the one with the very long name that needs three encoded words)',
    `a very long name ${'and longer '.repeat(15).trim()}`,
    'back\\slash, comma',
  ];
  for (const name of names) {
    it(`says who sent it: ${name.slice(0, 30)}`, async () => {
      const parsed = await PostalMime.parse(`${header({ personalName: name })}text`);
      expect(parsed.from).toEqual({ name, address: 'smith@a.example' });
      expect(parsed.to).toEqual([{ name: '', address: 'JONES@a.example' }]);
    });
  }
  it.each([
    ['many blanks', `much${' '.repeat(200)}later`],
    ['many blanks in front of a long word', `much${' '.repeat(70)}${'later'.repeat(20)}`],
  ])('has no line of blanks alone: %s', async (_, subject) => {
    const text = header({ subject });
    expect(text.split('\r\n').filter((line) => line !== '' && line.trim() === '')).toEqual([]);
    const { subject: read } = await PostalMime.parse(`${text}text`);
    expect(read).toBe(subject);
  });
  it('is not encoded where blanks let it be folded', () => {
    const subject = `${'word '.repeat(40)}  end`;
    expect(header({ subject })).toContain('\nSubject: word word');
  });
  it('names a list in ASCII', () => {
    expect(header({ toText: '@TEAM,@"Größe"' })).toContain(
      '\nTo: "TEAM":;,\r\n\t=?UTF-8?Q?Gr=C3=B6=C3=9Fe?=:;\r\n',
    );
  });
  it('has whole fields and short lines of ASCII, whatever is typed', async () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 255 });
    await fc.assert(
      fc.asyncProperty(text, text, async (personalName, subject) => {
        const lines = header({ personalName, subject }).split('\r\n');
        for (const line of lines.slice(0, -2)) {
          expect(line).toMatch(/^(?:[A-Z][A-Za-z-]+: ?|[ \t]+\S)/);
          expect(line).toMatch(/^[\t\x20-\x7e]{0,998}$/);
          if (line.includes('=?')) expect(line.length).toBeLessThanOrEqual(78);
        }
        expect(lines.slice(-2)).toEqual(['', '']);
        const parsed = await PostalMime.parse(`${lines.join('\r\n')}text`);
        expect(parsed.from?.address).toBe('smith@a.example');
      }),
      { numRuns: 300 },
    );
  });
});
