/**
 * Databases that are made when somebody needs them first, and opened by whoever does. All are opened once before a node starts: what a
 * newer version wrote is refused then, with its name, and not at the first message by a process that goes on without it.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openGreylist } from '../adapters/sqlite/greylist/index.ts';
import { openStsPolicies } from '../adapters/sqlite/sts-policies/index.ts';
import { openTlsReports } from '../adapters/sqlite/tls-reports/index.ts';
import type { SystemStore } from '../ports/system-store.ts';
import type { NodeRoot } from './node-root.ts';

/** Throws what their opening throws. Nothing is made that is not there. */
export async function checkLateFiles(paths: NodeRoot, store: SystemStore): Promise<void> {
  const openers: readonly [path: string, open: (path: string) => { close(): void }][] = [
    [paths.greylist, openGreylist],
    [paths.stsPolicies, openStsPolicies],
    [paths.tlsReports, openTlsReports],
  ];
  for (const [path, open] of openers) if (existsSync(path)) open(path).close();
  if (existsSync(join(paths.systemDirectory, 'INTRUSION.DAT')))
    await store.intrusion({ class: 'NETWORK', source: '' });
}
