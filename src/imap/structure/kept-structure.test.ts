import { expect, it } from 'vitest';
import { oddMessages } from '../../../test/interoperation/odd-messages.ts';
import { decodeStructure, encodeStructure, moved } from './kept-structure.ts';
import { StructureParser } from './structure-parser.ts';

const parse = (text: string) => {
  const parser = new StructureParser();
  parser.push(Buffer.from(text, 'latin1'));
  return parser.end();
};

it('is read as it was kept', () => {
  for (const [index, message] of oddMessages.entries()) {
    const kept = { structure: parse(message), isBare: index % 2 === 0 };
    expect(decodeStructure(encodeStructure(kept))).toEqual(kept);
  }
});

it('of another version is found out anew', () => {
  for (const kept of ['', '[2,0,[],[]]', '[10,0]', '{"version":1}', 'x'])
    expect(decodeStructure(kept)).toBeUndefined();
});

it('stands behind what stands in front of it', () => {
  for (const message of oddMessages) {
    const { root } = parse(message);
    const behind = moved(parse(message), 100).root;
    expect(behind.bodyEnd).toBe(root.bodyEnd + 100);
    expect(behind.parts.map((each) => each.bodyStart)).toEqual(
      root.parts.map((each) => each.bodyStart + 100),
    );
    if (root.message !== undefined)
      expect(behind.message!.root.headerStart).toBe(root.message.root.headerStart + 100);
  }
});
