/** The same text, whole, in pieces, and as a file with another beginning. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ByteRange } from '../mime/header-fields.ts';
import { AmendedText, type Findings } from './amended-text.ts';

const OWN = 'Received: by us\r\n';
const field = fc.constantFrom(
  'From: a@b\r\n',
  'X-Spam: No\r\n',
  'To: x,\r\n\ty\r\n',
  'X-Spam: folded\r\n\tYes\r\n',
);
const message = fc.record({ fields: fc.array(field, { maxLength: 6 }), body: fc.string({ maxLength: 40 }) });
const onTop = fc.constantFrom('', 'X-VMS-Folder: JUNK\r\n', 'X-Spam: Yes\r\nX-Spam-Score: 7.00\r\n');
const below = fc.constantFrom('', 'Date: now\r\n');

/** What is forged among the fields, and the header section without. */
function cutsOf(fields: readonly string[]): { readonly cuts: readonly ByteRange[]; readonly left: string } {
  const cuts: ByteRange[] = [];
  let start = 0;
  for (const each of fields) {
    if (each.startsWith('X-Spam')) cuts.push({ start, end: start + each.length });
    start += each.length;
  }
  return { cuts, left: fields.filter((each) => !each.startsWith('X-Spam')).join('') };
}

async function textOf(pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const each of pieces) chunks.push(each);
  return Buffer.concat(chunks).toString();
}

it('has fields of ours on top, others below our own, and none that are forged', async () => {
  await fc.assert(
    fc.asyncProperty(
      message,
      onTop,
      below,
      fc.integer({ min: 1, max: 20 }),
      async (given, prefix, added, step) => {
        const { cuts, left } = cutsOf(given.fields);
        const section = Buffer.from(`${OWN}${given.fields.join('')}\r\n`);
        const came = Buffer.concat([section, Buffer.from(given.body)]);
        const found: Findings = { prefix, added, cuts };
        const amended = new AmendedText(OWN.length, found);
        const wanted = `${prefix}${OWN}${added}${left}\r\n${given.body}`;
        expect(await textOf(amended.whole(came))).toBe(wanted);
        const pieces = Array.from({ length: Math.ceil(came.length / step) }, (_, n) =>
          came.subarray(n * step, (n + 1) * step),
        );
        expect(await textOf(amended.streamed(pieces))).toBe(wanted);
        const { head, from } = amended.beginning(section);
        expect(Buffer.concat([head, came.subarray(from)]).toString()).toBe(wanted);
        expect(from).toBeLessThan(section.length);
        expect(amended.isUnchanged).toBe(wanted === came.toString());
      },
    ),
  );
});

it('begins no later than it has to', () => {
  const section = Buffer.from(`${OWN}From: a@b\r\nSubject: x\r\n\r\n`);
  const onTopAlone = new AmendedText(OWN.length, { prefix: 'X: y\r\n', cuts: [] }).beginning(section);
  expect(onTopAlone).toEqual({ head: Buffer.from('X: y\r\n'), from: 0 });
  const cut = new AmendedText(OWN.length, { prefix: '', cuts: [{ start: 0, end: 11 }] }).beginning(section);
  expect(cut).toEqual({ head: Buffer.from(OWN), from: OWN.length + 11 });
});
