import { expect, test } from 'vitest';
import { parseMailbox } from '../../src/smtp/path.ts';
import { Explorer } from './explorer.ts';

test('an input that reaches new code is found among others, and made small', async () => {
  const again = async (input: string): Promise<void> => void parseMailbox(input);
  await using explorer = await Explorer.start(again, ['jones', 'jones@', 'jones@node.example']);
  const found: string[] = [];
  const late = performance.now() + 30_000;
  for (let count = 0; found.length === 0 && performance.now() < late; count += 1) {
    // Nobody had quoted anything before.
    const input = count === 20 ? `"a b"@node.example${' '.repeat(300)}` : `jones${count}@node.example`;
    await again(input);
    found.push(...(await explorer.note(input)));
    const until = performance.now() + 5;
    while (performance.now() < until) await new Promise((resolve) => setImmediate(resolve));
  }
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(/^"/);
  expect(found[0]!.length).toBeLessThan(100);
}, 60_000);
