/** What a node costs that does nothing but wait: bench/memory.ts has the figures, this is what must not creep in. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createProcessNode } from '../support/process-node.ts';

/** What its processes have for themselves, MiB; with 45 of Node's own code, which they share, a node has 160. */
const PRIVATE_MIB = 115;

test('a node that has just started', async () => {
  await using node = await createProcessNode({ users: [] });
  await node.start();
  const { processes } = await node.whole();
  const sizes = processes.map(({ image, pid }) => ({ image, mib: privateMiB(pid) }));
  const sum = sizes.reduce((total, { mib }) => total + mib, 0);
  expect(sum, JSON.stringify(sizes)).toBeLessThan(PRIVATE_MIB);
});

test.each(['queue-manager', 'auxiliary-server', 'smtp-receiver', 'smtp-symbiont'])(
  'the image %s loads no package when it starts',
  (image) => {
    const files = new Set<string>();
    const others = new Set<string>();
    const follow = (file: string): void => {
      if (files.has(file)) return;
      files.add(file);
      for (const name of staticImports(readFileSync(join('dist', file), 'utf8'))) {
        if (name.startsWith('./')) follow(name.slice(2));
        else others.add(name);
      }
    };
    follow(`${image}-image.js`);
    expect([...others].filter((name) => name !== 'node:module')).toEqual([]);
    expect(others).toContain('node:module');
  },
);

function privateMiB(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const kib = [...text.matchAll(/^Private_\w+:\s+(\d+)/gm)].reduce((sum, [, size]) => sum + Number(size), 0);
  return kib / 1024;
}

/** `import{…}from"…"` and `import"…"`, as the bundler writes them. */
const staticImports = (text: string): readonly string[] =>
  [...text.matchAll(/(?:^|[;\n}])(?:import|export)(?:[\w${},*\s]*from)?\s?["']([^"'\n]+)["']/g)].map(
    ([, name]) => name!,
  );
