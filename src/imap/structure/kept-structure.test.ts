import { expect, it } from 'vitest';
import { oddMessages } from '../../../test/interoperation/odd-messages.ts';
import { envelopeText, formatEnvelope } from './format-structure.ts';
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
    const { isBare, structure } = decodeStructure(encodeStructure(kept))!;
    const { envelope, root } = structure;
    expect({ isBare, structure: { envelope, root } }).toEqual(kept);
  }
});

it('says its envelope as it would be said without having been kept', () => {
  const withOctets = [...oddMessages, 'Subject: \xe9\x00"x"\r\nFrom: "J\xc3\xb6" <a@b>\r\n\r\n'];
  for (const message of withOctets) {
    const structure = parse(message);
    const kept = decodeStructure(encodeStructure({ structure, isBare: false }))!.structure;
    for (const utf8 of [false, true])
      expect(envelopeText(kept, utf8)).toBe(formatEnvelope(structure.envelope, { utf8 }));
  }
});

it('of another version is found out anew', () => {
  for (const kept of ['', '[1,0,[],[]]', '30', '{"version":1}', 'x'])
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
