import { expect, it } from 'vitest';
import { attachmentNames, hostFileIndex, quotedAttachments } from './host-files.ts';

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

it.each([
  ['/ATTACHMENT=./a.pdf', ['./a.pdf'], '/ATTACHMENT=./a.pdf'],
  ['/att:(./a.pdf, B.TXT,/tmp/c d)', ['./a.pdf', 'B.TXT', '/tmp/c d'], '/att:("./a.pdf",B.TXT,"/tmp/c d")'],
  ['/A=./a,(b).pdf', ['./a,(b).pdf'], '/A=./a,(b).pdf'],
  ['/SUBJECT=(./a)', [], '/SUBJECT=(./a)'],
  ['./a/ATT=./b', [], './a/ATT=./b'],
])('%s names %j', (word, names, quoted) => {
  expect(attachmentNames(word)).toEqual(names);
  expect(quotedAttachments(word)).toBe(quoted);
});
