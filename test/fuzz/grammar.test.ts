import { expect, test } from 'vitest';
import { leastProcessorMs } from '../support/processor-time.ts';
import { randomNumbers } from '../support/random-numbers.ts';
import { Grammar } from './grammar.ts';
import { Mutator } from './mutate.ts';
import { frame, framesOf } from './socket-frames.ts';

test('a grammar that repeats itself comes to an end, and the same numbers make the same', () => {
  const grammar = new Grammar({ start: ['end', '($(start) $(start))', (give) => `[${give('start')}]`] });
  const made = Array.from({ length: 200 }, (_, seed) => grammar.make(randomNumbers(seed)));
  expect(new Set(made).size).toBeGreaterThan(20);
  for (const [seed, each] of made.entries()) {
    expect(each).toMatch(/end/);
    expect(each.length).toBeLessThanOrEqual(20_000);
    expect(grammar.make(randomNumbers(seed))).toBe(each);
  }
  expect(grammar.words).toEqual(['end']);
});

test('whatever a mutator makes out of a grammar, now and then a little piece becomes long', () => {
  const mutator = new Mutator(
    randomNumbers(7),
    ['a line\r\nanother one\r\n'],
    new Grammar({ start: ['word'] }),
  );
  const made = Array.from({ length: 2_000 }, () => mutator.next());
  expect(made.filter(({ length }) => length > 50_000).length).toBeGreaterThan(0);
  expect(made).toContain('word');
});

test('frames are written as text, and what is none goes out as it is', () => {
  expect(framesOf('abc')).toBe('abc');
  expect(framesOf('#\n3 7 ["echo",1] ab c\n=\\x00x')).toBe(`${frame(3, 7, '["echo",1]', ['ab', 'c'])}\0x`);
  expect(frame(3, 7, '{}', ['ab'])).toBe('\x15\0\0\0\x03\x07\0\0\0\x02\0\0\0\x01\0\0\0\x02\0\0\0{}ab');
});

test('a long line that is no frame is known as that at once', () => {
  const took = leastProcessorMs(() => expect(framesOf(`#\n3 1 ${'x'.repeat(60_000)}\r`)).toBe(''));
  // Half a millisecond; it was three seconds.
  expect(took).toBeLessThan(1_000);
});
