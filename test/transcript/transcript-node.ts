/**
 * The node a transcript plays on: a whole one in this process, on a root of its own, with a clock that only the transcript
 * moves, a DNS that is a table, and no account but SYSTEM, the network's own and those the transcript adds.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ManualClock, manualClock } from '../../src/adapters/memory/manual-clock.ts';
import { createMemoryResolver, type DnsTable } from '../../src/adapters/memory/resolver.ts';
import { hostFileSystem } from '../../src/adapters/node/host-file-system.ts';
import { openSpool } from '../../src/adapters/node/spool.ts';
import { type BootedNode, bootNode } from '../../src/images/boot-node.ts';
import type { FileSystem } from '../../src/ports/file-system.ts';
import { type Log, silentLog } from '../../src/ports/log.ts';
import type { Spool } from '../../src/ports/message-text.ts';

// Times in transcripts read alike wherever they are played.
process.env['TZ'] = 'UTC';

/** Changed by `!@ dns` while the node runs. */
export type DnsRecords = {
  [Kind in keyof DnsTable]-?: Record<string, NonNullable<NonNullable<DnsTable[Kind]>[string]>>;
};

export interface TranscriptNode extends AsyncDisposable {
  readonly node: BootedNode;
  readonly clock: ManualClock;
  readonly dns: DnsRecords;
  readonly files: FileSystem;
  readonly spool: Spool;
  /** What was logged as an error: bugs, each with its stack. */
  readonly bugs: readonly unknown[];
  /** Stops the node; its root goes when it is disposed of. */
  stop(): Promise<void>;
}

export interface TranscriptNodeOptions {
  readonly nodeName: string;
  readonly hostName: string;
  readonly now: number;
}

const keptAccounts: ReadonlySet<string> = new Set(['SYSTEM', 'DEFAULT', 'TCPIP$SMTP']);

export async function startTranscriptNode(options: TranscriptNodeOptions): Promise<TranscriptNode> {
  const root = mkdtempSync(join(tmpdir(), 'vmsmail-transcript-'));
  cpSync(await preparedRoot(), root, { recursive: true });
  const clock = manualClock(options.now);
  const dns: DnsRecords = { mx: {}, addresses: {}, names: {}, txt: {}, tlsa: {} };
  const bugs: unknown[] = [];
  const log: Log = { ...silentLog, error: (fields, message) => bugs.push(fields['err'] ?? message) };
  const { nodeName, hostName } = options;
  const node = await bootNode({ root, nodeName, hostName, clock, log, resolver: createMemoryResolver(dns) });
  for (const { userName } of await node.systemStore.accounts()) {
    if (!keptAccounts.has(userName)) await node.systemStore.removeAccount(userName);
  }
  const files = hostFileSystem({ root, clock });
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => {
    stopping ??= node.stop();
    return stopping;
  };
  return {
    node,
    stop,
    clock,
    dns,
    files,
    spool: await openSpool(join(root, 'TCPIP$SMTP', 'SPOOL'), clock),
    bugs,
    async [Symbol.asyncDispose]() {
      await stop();
      files.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

let prepared: Promise<string> | undefined;

/** A root made once and copied: most of the work of a first boot is the password of SYSTEM. */
function preparedRoot(): Promise<string> {
  prepared ??= (async () => {
    const root = mkdtempSync(join(tmpdir(), 'vmsmail-prepared-'));
    process.on('exit', () => rmSync(root, { recursive: true, force: true }));
    const node = await bootNode({ root });
    await node.stop();
    return root;
  })();
  return prepared;
}
