/**
 * What a machine does to a node that it is not fit for: disks that fail, that cannot be written, no file handles, no memory, a clock
 * that jumps, no name servers. Under load, for a few seconds each: strangers hear 4xx, nothing that was acknowledged is lost, and
 * it goes on without a restart. `npm run torture -- faults --seconds 5 --only clock`. RFC 5321 §4.5.4.1, §6.1.
 */
import { parseArgs } from 'node:util';
import { whyNoSmallDisk } from '../support/small-disk.ts';
import type { Fault } from './fault.ts';
import { jumpingClock } from './jumping-clock.ts';
import { suffer, whatIsWrong } from './suffer.ts';
import { failing, withoutHandles } from './system-calls.ts';
import { withoutDns } from './without-dns.ts';
import { withoutMemory } from './without-memory.ts';

export const faults: readonly Fault[] = [
  {
    name: 'the queue database cannot be synchronised',
    refuses: true,
    begin: failing(/queue-manager/, 'fsync,fdatasync:error=EIO'),
  },
  {
    name: 'the queue database cannot be written',
    refuses: true,
    begin: failing(/queue-manager/, 'pwrite64:error=EIO'),
  },
  { name: 'mail files cannot be synchronised', begin: failing(/smtp-symbiont/, 'fsync,fdatasync:error=EIO') },
  { name: 'mail files cannot be written', begin: failing(/smtp-symbiont/, 'pwrite64:error=EIO') },
  {
    name: 'mail files cannot be read',
    // What is in memory is not read.
    mayPassUnseen: true,
    begin: failing(/smtp-symbiont/, 'pread64:error=EIO'),
  },
  {
    name: 'texts cannot be synchronised',
    refuses: true,
    begin: failing(/smtp-receiver/, 'fsync,fdatasync:error=EIO'),
  },
  {
    name: 'texts cannot be made',
    refuses: true,
    begin: failing(/smtp-receiver/, 'openat:error=ENOSPC'),
  },
  { name: 'receivers have no file handles', mayPassUnseen: true, begin: withoutHandles('smtp-receiver') },
  { name: 'the symbiont has no file handles', mayPassUnseen: true, begin: withoutHandles('smtp-symbiont') },
  {
    name: 'the queue manager has no file handles',
    mayPassUnseen: true,
    begin: withoutHandles('queue-manager'),
  },
  {
    name: 'the auxiliary server has no file handles',
    mayPassUnseen: true,
    begin: withoutHandles('auxiliary-server'),
  },
  {
    name: 'the symbiont has no memory',
    ends: /smtp-symbiont/,
    told: /^Process SYMBIONT_1 ended \(SIG\w+: no memory/,
    begin: withoutMemory('smtp-symbiont'),
  },
  {
    name: 'receivers have no memory',
    ends: /smtp-receiver/,
    told: /^Process TCPIP\$SMTP_\d+ ended \(SIG\w+: no memory/,
    begin: withoutMemory('smtp-receiver'),
  },
  {
    name: 'the queue manager has no memory',
    ends: /./,
    told: /^Process QUEUE_MANAGER ended \(SIG\w+: no memory/,
    begin: withoutMemory('queue-manager'),
  },
  {
    name: 'the auxiliary server has no memory',
    ends: /auxiliary-server|smtp-receiver/,
    told: /^Process TCPIP\$INETACP ended \(SIG\w+: no memory/,
    begin: withoutMemory('auxiliary-server'),
  },
  jumpingClock,
  ...withoutDns,
  {
    name: 'the disk is full',
    needsDisk: true,
    refuses: true,
    whyNot: whyNoSmallDisk,
    begin: async (_node, _whole, disk) => {
      disk!.fill();
      return async () => disk!.empty();
    },
  },
  {
    name: 'the disk may only be read',
    refuses: true,
    begin: failing(/./, 'pwrite64,ftruncate,fsync,fdatasync,rename,link,unlink,mkdir:error=EROFS'),
  },
];

if (import.meta.main) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1));
  const { values } = parseArgs({
    options: { seconds: { type: 'string', default: '5' }, only: { type: 'string', default: '' } },
  });
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  for (const fault of faults.filter(({ name }) => name.includes(values.only))) {
    const reason = fault.whyNot?.();
    if (reason !== undefined) {
      say(`${fault.name}: SKIPPED: ${reason}`);
      continue;
    }
    const report = await suffer(fault, Number(values.seconds));
    say(`${fault.name}: ${JSON.stringify(report, null, 2)}`);
    for (const each of whatIsWrong(fault, report)) {
      process.exitCode = 1;
      say(`! ${each}`);
    }
  }
}
