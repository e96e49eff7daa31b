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

const open: Readonly<Record<string, (path: string) => { close(): void }>> = {
  TCPIP$GREYLIST: openGreylist,
  TCPIP$MTA_STS: openStsPolicies,
  TCPIP$TLS_REPORTS: openTlsReports,
};

/** Throws what their opening throws. Nothing is made that is not there. */
export async function checkLateFiles({ systemDirectory }: NodeRoot, store: SystemStore): Promise<void> {
  const isThere = (name: string): boolean => existsSync(join(systemDirectory, `${name}.DAT`));
  for (const [name, opened] of Object.entries(open))
    if (isThere(name)) opened(join(systemDirectory, `${name}.DAT`)).close();
  if (isThere('INTRUSION')) await store.intrusion({ class: 'NETWORK', source: '' });
}
