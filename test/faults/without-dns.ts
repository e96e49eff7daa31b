/** Name servers that say nothing, or that they cannot, while strangers come: /etc/resolv.conf of the node names one of ours. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DnsServer, type ScriptedName, startDnsServer } from '../support/dns-server.ts';
import type { Fault, Surroundings } from './fault.ts';

/** On loopback, and nobody else's. resolv.conf knows no ports. */
const NAME_SERVER = '127.83.10.53';

interface NodeWithDns extends Surroundings {
  readonly answers: { fails: ScriptedName['fails'] };
}

async function surround(): Promise<NodeWithDns> {
  const directory = mkdtempSync(join(tmpdir(), 'vmsmail-dns-'));
  const file = join(directory, 'resolv.conf');
  writeFileSync(file, `nameserver ${NAME_SERVER}\noptions timeout:1 attempts:1\n`);
  const answers: NodeWithDns['answers'] = { fails: undefined };
  // Every name is there, or none is.
  const script = new Proxy({} as Record<string, ScriptedName>, {
    get: () => (answers.fails === undefined ? { A: ['192.0.2.1'] } : { fails: answers.fails }),
  });
  const server: DnsServer = await startDnsServer(script, { address: NAME_SERVER, port: 53 });
  return {
    answers,
    through: ['unshare', '--mount', 'sh', '-c', 'mount --bind "$0" /etc/resolv.conf && exec "$@"', file],
    // This machine is a stranger.
    configuration: 'Good-Clients: 192.0.2.1\nAccept-Unresolvable-Domains: FALSE\n',
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

const gone = (name: string, fails: NonNullable<ScriptedName['fails']>, leastSeconds: number): Fault => ({
  name,
  surround,
  leastSeconds,
  refuses: true,
  told: /^Name servers give/,
  reversePath: (n) => `anne@d${n}.example`,
  async begin(_node, _whole, _disk, surroundings) {
    const { answers } = surroundings as NodeWithDns;
    answers.fails = fails;
    return async () => {
      answers.fails = undefined;
    };
  },
  whyNot: () =>
    spawnSync('unshare', ['--mount', 'true']).status === 0 ? undefined : 'mounts of its own are not allowed',
});

export const withoutDns: readonly Fault[] = [
  gone('name servers say that they cannot', 'SERVFAIL', 3),
  // Each question is asked twice, and waits five seconds for its answer.
  gone('name servers say nothing', 'silent', 32),
];
