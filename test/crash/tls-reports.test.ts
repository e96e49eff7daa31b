/** Whoever sends reports about TLS is killed at each of his steps, and another one goes on: no report comes twice. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const program = join(import.meta.dirname, '../support/tls-report-process.ts');
const directory = mkdtempSync(join(tmpdir(), 'tls-reports-crash-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** @returns the steps it took; undefined when it was killed */
function run(name: string, days: number, killedAt?: number): number | undefined {
  const at = (kind: string): string => join(directory, `${name}.${kind}`);
  const { signal, status, stdout, stderr } = spawnSync(
    process.execPath,
    [program, at('DAT'), at('QUEUE'), String(days), String(killedAt ?? '')],
    { encoding: 'utf8' },
  );
  if (signal === 'SIGKILL') return undefined;
  if (status !== 0) throw new Error(stderr);
  return Number(stdout);
}

const sent = (name: string): readonly string[] => {
  const file = join(directory, `${name}.QUEUE`);
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
};

test('kill -9 at any step sends no report twice, and loses one at most', () => {
  const steps = run('whole', 0);
  expect(sent('whole')).toEqual(['a@far.example', 'b@far.example']);
  expect(steps).toBeGreaterThan(10);
  const losses: number[] = [];
  for (let killedAt = 1; killedAt <= steps!; killedAt++) {
    const name = `killed-${killedAt}`;
    expect(run(name, 0, killedAt)).toBeUndefined();
    // Before: it starts, and writes down what it counted.
    const wasCounted = killedAt > 3;
    // The next begins a day later.
    run(name, 1);
    const messages = sent(name);
    expect(new Set(messages).size, `${name}: ${messages}`).toBe(messages.length);
    if (wasCounted) losses.push(2 - messages.length);
  }
  expect(Math.max(...losses)).toBe(1);
  // Between what is written down and what is done: once for each message.
  expect(losses.filter((each) => each > 0)).toHaveLength(4);
}, 180_000);
