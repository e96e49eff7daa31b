/**
 * A network of this process's own, with a name server in it: every address of 127.0.0.0/8 and 10.0.0.0/8 is this host, every port
 * is free, and nothing is asked of, or sent to, anybody outside. Linux namespaces do that, and want root, unshare(1) and ip(8).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where the name server of `/etc/resolv.conf` is expected. */
export const NAME_SERVER = '127.0.0.99';
const LAY_OUT = 'ip link set lo up && ip route add local 10.0.0.0/8 dev lo';
const INSIDE = 'VMSMAIL_BENCH_INSIDE';

/** Why there can be none, or undefined. */
export function whyNoPrivateNetwork(): string | undefined {
  if (process.getuid?.() !== 0) return 'we are not root';
  return spawnSync('unshare', ['-m', '-n', 'sh', '-c', LAY_OUT]).status === 0
    ? undefined
    : 'unshare(1) or ip(8) is missing, or not allowed here';
}

/** Runs this program again where the network is its own, and ends with it; returns where that has been done. */
export function goInside(): void {
  if (process.env[INSIDE] !== undefined) return;
  const directory = mkdtempSync(join(tmpdir(), 'vmsmail-bench-dns-'));
  const file = join(directory, 'resolv.conf');
  writeFileSync(file, `nameserver ${NAME_SERVER}\n`);
  const command = `${LAY_OUT} && mount --bind '${file}' /etc/resolv.conf && exec "$0" "$@"`;
  const args = ['-m', '-n', 'sh', '-c', command, process.execPath, ...process.argv.slice(1)];
  const { status } = spawnSync('unshare', args, { stdio: 'inherit', env: { ...process.env, [INSIDE]: '1' } });
  rmSync(directory, { recursive: true });
  process.exit(status ?? 1);
}
