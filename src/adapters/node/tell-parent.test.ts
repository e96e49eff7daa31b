import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const module = JSON.stringify(join(import.meta.dirname, 'tell-parent.ts'));

/** It keeps its event loop from hearing of its parent's end, and speaks to it after that. */
const child = (file: string): string => `
  import { writeFileSync } from 'node:fs';
  import { tellParent } from ${module};
  const parent = process.ppid;
  tellParent({ kind: 'ready' });
  while (process.ppid === parent);
  const wasConnected = process.connected;
  for (let more = 0; more < 20; more++) tellParent({ kind: 'alive' });
  setTimeout(() => {
    writeFileSync(${JSON.stringify(file)}, String(wasConnected));
    process.exit();
  }, 200);`;

test('what is said to a parent that has just been killed is lost, and kills nobody', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'vmsmail-tell-parent-'));
  try {
    const file = join(directory, 'said');
    writeFileSync(join(directory, 'child.mts'), child(file));
    writeFileSync(
      join(directory, 'parent.mjs'),
      `import { fork } from 'node:child_process';
       fork(${JSON.stringify(join(directory, 'child.mts'))}).once('message', () => console.log('ready'));`,
    );
    const parent = spawn(process.execPath, ['--no-warnings', join(directory, 'parent.mjs')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(parent.stdout, 'data');
    parent.kill('SIGKILL');
    await expect.poll(() => readFileSync(file, 'utf8'), { timeout: 10_000 }).toBe('true');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
