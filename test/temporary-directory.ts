/**
 * All temporary files of a run lie in one directory that goes with it.
 *
 * A worker of the test runner is ended by a signal: what it would remove at its exit stays.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Called by vitest before the workers start; they inherit TMPDIR. What it returns is called after them. */
export default function setup(): () => void {
  // A short name: the path of a socket below it has 107 bytes at most.
  const directory = mkdtempSync(join(tmpdir(), 'vms-'));
  // Nodes of other users run below it.
  chmodSync(directory, 0o711);
  process.env.TMPDIR = directory;
  return () => rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
}
