import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fromXtext,
  isEnvelopeId,
  isOriginalRecipient,
  parseNotify,
  parseReturnText,
  toXtext,
} from './delivery-requests.ts';

describe('parameters of delivery reports', () => {
  it.each(['', 'NEVER,SUCCESS', 'SUCCESS,', 'ALWAYS', 'SUCCESS DELAY', ','])('NOTIFY=%s is none', (value) => {
    expect(parseNotify(value)).toBeUndefined();
  });
  it('NOTIFY has any case and order, and each word once', () => {
    expect(parseNotify('never')).toEqual(['NEVER']);
    expect(parseNotify('Delay,SUCCESS,delay')).toEqual(['DELAY', 'SUCCESS']);
  });
  it('RET is FULL or HDRS', () => {
    expect(['full', 'HDRS', '', 'HEADERS'].map(parseReturnText)).toEqual([
      'FULL',
      'HDRS',
      undefined,
      undefined,
    ]);
  });
  it.each(['', 'a b', 'a=b', 'a+b', 'a+2b', 'é', 'x'.repeat(101)])('ENVID=%s is none', (value) => {
    expect(isEnvelopeId(value)).toBe(false);
  });
  it.each([
    'rfc822;',
    'jones@node.example',
    ';jones',
    'rfc822;a b',
    `rfc822;${'x'.repeat(500)}`,
    'rfc 822;x',
  ])('ORCPT=%s is none', (value) => {
    expect(isOriginalRecipient(value)).toBe(false);
  });
  it('xtext brings back what it was made of', () => {
    expect(isOriginalRecipient('rfc822;jones+2Bx@node.example')).toBe(true);
    expect(toXtext('a+b=ü')).toBe('a+2Bb+3D+C3+BC');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(fromXtext(toXtext(text))).toBe(text);
      }),
    );
  });
});
