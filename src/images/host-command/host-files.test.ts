import { expect, it } from 'vitest';
import { hostFileIndex } from './host-text-file.ts';

it.each([
  [['./a.txt', 'jones'], 0],
  [['/tmp/a.txt', 'jones'], 0],
  [['/SUBJECT=x', '../a', 'jones'], 1],
  [['/SUBJECT=a/b', 'A.TXT', 'jones'], -1],
  [['NL:', 'jones', '/SUBJECT=a/b'], -1],
  [['A.TXT', './jones'], -1],
  [['/EDIT'], -1],
  [['DKA0:[JONES]A.TXT', 'jones'], -1],
  [[], -1],
])('%j: %d', (words, index) => expect(hostFileIndex(words)).toBe(index));
