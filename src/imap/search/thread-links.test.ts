import { expect, it } from 'vitest';
import { leastProcessorMs } from '../../../test/support/processor-time.ts';
import { ThreadLinks } from './thread-links.ts';

/** References that go to and fro between the end of a thread of such a depth and what cannot be linked below it. */
function linksOf(depth: number, messages: number): ThreadLinks {
  const links = new ThreadLinks();
  const at = (index: number): string => `${index}@x`;
  for (let start = 0; start < depth; start += 400)
    links.add(
      undefined,
      Array.from({ length: Math.min(400, depth - start) + 1 }, (_, index) => at(start + index)),
    );
  links.add(undefined, ['answered@x']);
  const references = Array.from({ length: 500 }, (_, index) => (index % 2 === 0 ? at(depth) : 'answered@x'));
  for (let message = 0; message < messages; message += 1) links.add(undefined, references);
  return links;
}

it('each message costs what it is long, however deep the threads are that it points into', () => {
  const MESSAGES = 400;
  const shallow = leastProcessorMs(() => linksOf(10, MESSAGES));
  const deep = leastProcessorMs(() => linksOf(10_050, MESSAGES));
  expect(deep).toBeLessThan(10 * Math.max(shallow, 10));
});

it('what is read again after many steps is linked as ever', () => {
  const links = linksOf(10_050, 10);
  links.add('answer@x', ['answered@x']);
  const answered = links.parents[links.places.length - 1]!;
  expect(links.places[answered]).toBe(-1);
  links.add('second@x', ['answer@x']);
  expect(links.places[links.parents[links.places.length - 1]!]).toBe(links.places[links.places.length - 2]);
});
