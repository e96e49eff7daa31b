/** SHOW STATUS: what the process has used, in three lines. Source: DCL Dictionary, SHOW STATUS. */
import { formatDelta, formatTime } from '../../../vms-time/index.ts';
import { pagelets } from '../../accounting-lines.ts';
import type { CoreVerb } from '../core-verb.ts';

export const showStatusVerbs: readonly CoreVerb[] = [
  {
    name: 'SHOW STATUS',
    summary: 'Shows what the process has used.',
    routine: async (_command, { process, output, interpreter }) => {
      const usage = process.node.usage();
      const right = (value: number, width: number): string => String(value).padStart(width);
      const memory = pagelets(usage.workingSetBytes);
      for (const line of [
        `  Status on  ${formatTime(process.clock.now())}     Elapsed CPU :${formatDelta(usage.cpuMs)}`,
        `  Buff. I/O :${right(usage.bufferedIo, 9)}    Cur. ws. :${right(memory, 8)}    Open files :${right(interpreter.files.size, 9)}`,
        `  Dir. I/O :${right(usage.directIo, 10)}    Phys. Mem. :${right(memory, 6)}    Page Faults :${right(usage.pageFaults, 8)}`,
      ]) {
        await output.writeLine(line);
      }
      // It is one of the commands that leave $STATUS alone. dcl.md §7.1
      return undefined;
    },
  },
];
