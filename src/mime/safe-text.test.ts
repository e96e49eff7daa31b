import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeLine, safeLines, safeText } from './safe-text.ts';

describe('text from outside', () => {
  const cases: [string, string, string][] = [
    ['escape sequences', 'a\x1b[2J\x1b]0;x\x07b', 'a.[2J.]0;x.b'],
    ['C1 controls, the 8-bit CSI among them', 'a\x9b31m\x90q\x9c\x85b', 'a.31m.q..b'],
    ['NUL, DEL and backspace', 'a\0b\x7fc\x08', 'a.b.c.'],
    ['line ends within a field', 'a\r\n\tb\nc', 'a b c'],
    ['bidirectional controls', 'a\u202egnp.exe\u2066b', 'a<U+202E>gnp.exe<U+2066>b'],
    ['zero-width characters', 'ad\u200bmin\ufeff\u2060@x\u00ad', 'ad<U+200B>min<U+FEFF><U+2060>@x<U+00AD>'],
    ['joiners in Latin words', 'ad\u200dmin\u200c', 'ad<U+200D>min<U+200C>'],
    ['variation selectors behind letters', 'a\ufe0fb\u{e0100}', 'a<U+FE0F>b<U+E0100>'],
    ['tags', 'x\u{e0041}', 'x<U+E0041>'],
    ['letters without a picture', 'a\u3164b\u115f\u2800', 'a<U+3164>b<U+115F><U+2800>'],
    ['line separators', 'a\u2028b', 'a<U+2028>b'],
    ['half characters', 'a\ud800b', 'a\ufffdb'],
    [
      'emoji',
      '\u{1f468}\u{1f3fd}\u200d\u{1f469}\u2764\ufe0f 1\ufe0f\u20e3',
      '\u{1f468}\u{1f3fd}\u200d\u{1f469}\u2764\ufe0f 1\ufe0f\u20e3',
    ],
    [
      'Persian',
      '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645',
      '\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645',
    ],
    ['plain letters of the world', 'Grüße, 日本語, Ελλάδα', 'Grüße, 日本語, Ελλάδα'],
  ];
  for (const [name, text, want] of cases) {
    it(name, () => {
      expect(safeText(text)).toBe(want);
    });
  }
  it('keeps TAB and FF in a line, TAB and line ends in several', () => {
    expect(safeLine('a\tb\fc\rd')).toBe('a\tb\fc.d');
    expect(safeLines('a\tb\r\nc\nd\re\ff')).toBe('a\tb\r\nc\nd.e.f');
  });
  it('is the same when it is made harmless again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), (text) => {
        for (const safe of [safeText, safeLine, safeLines]) {
          const once = safe(text);
          expect(safe(once)).toBe(once);
          expect(once).not.toMatch(/[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/);
        }
      }),
    );
  });
});
