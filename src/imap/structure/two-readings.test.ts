/** Where this reading of MIME and mime/part-walker.ts differ on purpose: ARCHITECTURE.md says why. */
import { expect, test } from 'vitest';
import { PartWalker } from '../../mime/index.ts';
import type { PartStructure } from './message-structure.ts';
import { StructureParser } from './structure-parser.ts';

const multipart = 'Content-Type: multipart/mixed; boundary=b\r\n\r\n';

function walked(text: string): string {
  const walker = new PartWalker();
  return [...walker.push(Buffer.from(text)), ...walker.end()]
    .flatMap((event) => (event.kind === 'part' ? event.header.type : []))
    .join(' ');
}

const leaves = ({ type, subtype, parts, message }: PartStructure): readonly string[] =>
  message !== undefined
    ? leaves(message.root)
    : parts.length > 0
      ? parts.flatMap(leaves)
      : [`${type}/${subtype}`];

function parsed(text: string): string {
  const parser = new StructureParser();
  parser.push(Buffer.from(text));
  return leaves(parser.end().root).join(' ');
}

test.each([
  [
    'a line that only begins with the boundary',
    `${multipart}--b\r\n\r\none\r\n--bx\r\n\r\ntwo\r\n--b--\r\n`,
    'text/plain',
    'text/plain text/plain',
  ],
  [
    'a line in a header that is no field',
    'Subject: x\r\nno field\r\nContent-Type: text/html\r\n\r\n<p>',
    'text/plain',
    'text/html',
  ],
  [
    'a message that is encoded',
    `${multipart}--b\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nU3ViamVjdDogeA==\r\n--b--\r\n`,
    'message/rfc822',
    'text/plain',
  ],
])('%s', (_what, text, forPeople, forClients) => {
  expect(walked(text)).toBe(forPeople);
  expect(parsed(text)).toBe(forClients);
});

test('of what is right both say the same', () => {
  const text = `${multipart}--b\r\nContent-Type: text/html\r\n\r\none\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\ntwo\r\n--b--\r\n`;
  expect(walked(text)).toBe('text/html text/plain');
  expect(parsed(text)).toBe('text/html text/plain');
});
