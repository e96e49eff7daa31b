import { expect, test } from 'vitest';
import { GatheredBytes } from './gathered-bytes.ts';

test('any number of crumbs are few pieces, and the bytes in their order', () => {
  const gathered = new GatheredBytes();
  const text = 'Subject: x\r\n'.repeat(1_000);
  let most = 0;
  for (const byte of Buffer.from(text)) {
    gathered.add(Uint8Array.of(byte));
    most = Math.max(most, gathered.pieces.length);
  }
  expect(most).toBeLessThanOrEqual(64);
  expect(gathered.sizeBytes).toBe(text.length);
  expect(Buffer.from(gathered.whole()).toString()).toBe(text);
  gathered.clear();
  expect(gathered.whole().byteLength).toBe(0);
});
