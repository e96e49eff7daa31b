import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryMailStore } from '../adapters/memory/mail-store.ts';
import { everyId } from '../ports/mail-store.ts';
import { type ForeignFile, readForeign, writeForeign } from './foreign-text.ts';
import { exportedText } from './transfer/index.ts';

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function collected(bytes: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe('a foreign message', () => {
  it('is the file it was, whatever the bytes', async () => {
    const headers = fc.record({
      recordFormat: fc.constantFrom('VAR', 'FIX', 'STMLF', 'UDF'),
      recordAttributes: fc.constantFrom('CR', 'FTN', ''),
      maximumRecord: fc.nat(32_767),
    }) as fc.Arbitrary<ForeignFile['header']>;
    await fc.assert(
      fc.asyncProperty(
        headers,
        fc.uint8Array(),
        fc.integer({ min: 1, max: 9 }),
        async (header, bytes, size) => {
          const store = createMemoryMailStore();
          const text = await writeForeign(store, { header, bytes: inChunks(bytes, size) });
          const stored = text.kind === 'inline' ? text.bytes : new Uint8Array(0);
          const found = await readForeign(() => inChunks(stored, size));
          expect(found.header).toEqual(header);
          expect(await collected(found.bytes)).toEqual(Buffer.from(bytes));
        },
      ),
      { numRuns: 50 },
    );
  });
  it('without its first line is a file of unknown making', async () => {
    const bytes = Buffer.from('MAIL$FOREIGN RFM=\0x');
    const found = await readForeign(() => inChunks(bytes, 3));
    expect(found.header).toEqual({ recordFormat: 'UDF', recordAttributes: '', maximumRecord: 0 });
    expect(await collected(found.bytes)).toEqual(bytes);
  });
  it('goes to other programs in base64, without its first line', async () => {
    const store = createMemoryMailStore();
    const bytes = Buffer.from(Array.from({ length: 300 }, (_, index) => index % 256));
    const header = { recordFormat: 'FIX', recordAttributes: '', maximumRecord: 100 } as const;
    const text = await writeForeign(store, { header, bytes: inChunks(bytes, 64) });
    const sent = { from: 'SMITH', to: 'JONES', cc: '', subject: 'data', receivedAt: 0, isNew: false };
    await store.deliver([
      { ...sent, owner: 'JONES', folder: 'MAIL', text, format: 'records', isForeign: true },
    ]);
    const file = (await store.mailFile('JONES', 'MAIL.MAI'))!.id;
    const [id] = await everyId(store.select(file, 'MAIL'));
    const [record] = await store.messages(file, [id!]);
    const exported = await collected(exportedText(record!, () => store.readText(file, id!), 'a.example'));
    const [head = '', body = ''] = exported.toString().split(/\r?\n\r?\n/);
    expect(head).toContain('Content-Transfer-Encoding: base64');
    expect(Buffer.from(body, 'base64')).toEqual(bytes);
    expect(body.split('\n').every((line) => line.length <= 76)).toBe(true);
  });
});
