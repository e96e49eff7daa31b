import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quotedPrintableBytes } from './quoted-printable.ts';
import { transferDecoder } from './transfer-decoder.ts';

function decoded(encoding: string, text: string, pieces: readonly number[] = []): string {
  const decoder = transferDecoder(encoding);
  const octets: Uint8Array[] = [];
  let at = 0;
  for (const piece of [...pieces, text.length]) {
    octets.push(Uint8Array.from(decoder.write(Buffer.from(text.slice(at, at + piece), 'latin1'))));
    at += piece;
  }
  return Buffer.concat([...octets, decoder.end()]).toString('latin1');
}

describe('quoted-printable', () => {
  const cases: [name: string, encoded: string, want: string][] = [
    ['an equals sign at the end', 'token=3D=3D', 'token=='],
    ['an equals sign in front of a soft line break', '<p class=3D=\r\n"x">\r\n', '<p class="x">\r\n'],
    ['an escape in two halves around one', 'a=3=\r\nDb', 'a=3Db'],
    ['blanks at the end of a line', 'one \t\r\ntwo = \r\nthree ', 'one\r\ntwo three'],
    ['what is no escape', '1=2 =XY ==41 =', '1=2 =XY =A '],
  ];
  for (const [name, encoded, want] of cases)
    it(`decodes ${name}, however it is cut`, () => {
      for (let cut = 0; cut <= encoded.length; cut++)
        expect(decoded('quoted-printable', encoded, [cut])).toBe(want);
    });

  it('keeps blanks where a long piece ends', () => {
    const words = 'word '.repeat(28_000);
    const lines = `${'word '.repeat(14)}=\r\n`.repeat(2_000);
    for (const cut of [70_000, 70_001, 70_002, 70_003, 70_004]) {
      expect(decoded('quoted-printable', lines, [cut]) === words).toBe(true);
      expect(decoded('quoted-printable', `${words}end`, [cut]) === `${words}end`).toBe(true);
    }
  });

  it('gives back what was encoded', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.array(fc.nat(9)), (octets, pieces) => {
        const line = octets.filter((octet) => octet !== 0x0a && octet !== 0x0d);
        expect(decoded('quoted-printable', quotedPrintableBytes(line), pieces)).toBe(
          Buffer.from(line).toString('latin1'),
        );
      }),
    );
  });
});

it('decodes base64 in pieces of any size, and groups behind padding', () => {
  const text = 'UXVp\r\ndGU=UXU=!aXRl';
  for (let cut = 0; cut <= text.length; cut++) expect(decoded('base64', text, [cut])).toBe('QuiteQuite');
});
