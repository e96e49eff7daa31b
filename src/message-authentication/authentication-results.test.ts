/** Authentication-Results: what we write, and what of others claims to be ours. RFC 8601 §5, §7 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processorMs } from '../../test/support/processor-time.ts';
import { resultOf } from './authentication-results.ts';
import { authenticationResults, claimsToBeFrom } from './index.ts';
import { body, header, verify } from './testing/far-example.ts';

it('a sender says no result of a check that was not made', async () => {
  const reversePath = '"x; arc=pass ) ; arc=pass ("@far.example';
  const { results } = await verify(header + body, { reversePath, greetedAs: 'x;arc=pass' });
  const field = authenticationResults('near.example', results);
  expect(field).toContain('; arc=pass');
  expect(resultOf('arc', field.slice(field.indexOf(';') + 1))).toBeUndefined();
  expect(resultOf('spf', field.slice(field.indexOf(';') + 1))).toBe('fail');
});

describe('a field that claims to be ours', () => {
  it.each([
    ['near.example; spf=pass', true],
    [' near.example 1; spf=pass', true],
    ['\r\n\tNEAR.EXAMPLE\r\n ; spf=pass', true],
    [' "near.example"; spf=pass', true],
    [' (a (nested) comment) near.example.; none', true],
    [' near.example', true],
    [' other.example; near.example', false],
    [' nearer.example; spf=pass', false],
    ['', false],
    [' (near.example', false],
    [' other(near.example', false],
  ])('%j: %s', (value, isOurs) => expect(claimsToBeFrom('near.example', value)).toBe(isOurs));

  it('is read at once, however deep its comments are', () => {
    const deep = `${'('.repeat(120_000)}${')'.repeat(120_000)}`;
    const took = processorMs(() => {
      expect(claimsToBeFrom('near.example', `${deep}near.example; none`)).toBe(true);
      expect(claimsToBeFrom('near.example', '(\\'.repeat(120_000))).toBe(false);
    });
    expect(took).toBeLessThan(2_000);
  });
});

it('whatever a client says of itself, it writes no field of its own', async () => {
  const word = fc.string({ unit: 'binary', maxLength: 60 }).map((text) => text.replace(/[\r\n\0]/g, ''));
  await fc.assert(
    fc.asyncProperty(word, word, word, async (greetedAs, reversePath, author) => {
      const verdict = await verify(`From: ${author}\r\nSubject: x\r\n\r\ny\r\n`, { greetedAs, reversePath });
      const field = authenticationResults('near.example', verdict.results);
      const [first, ...lines] = field.slice(0, -2).split('\r\n');
      expect(first).toBe('Authentication-Results: near.example;');
      for (const line of lines) {
        expect(line).toMatch(/^\t\S/);
        expect(line).not.toMatch(/[\x00-\x08\x0a-\x1f\x7f]/);
        expect(Buffer.byteLength(line)).toBeLessThan(998);
      }
    }),
    { numRuns: 300 },
  );
});

it('lines of Authentication-Results are folded', () => {
  const field = authenticationResults('near.example', [`dkim=pass ${'header.x=y '.repeat(20)}`.trim()]);
  for (const line of field.split('\r\n')) expect(line.length).toBeLessThan(80);
  expect(authenticationResults('near.example', [])).toBe(
    'Authentication-Results: near.example;\r\n\tnone\r\n',
  );
});
