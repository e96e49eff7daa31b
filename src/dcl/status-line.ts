/**
 * Ctrl/T: what the process that has the terminal does, in one line. SET NOCONTROL=T and SET TERMINAL/NOBROADCAST switch it off.
 * Source: DCL Dictionary, SET CONTROL (its example, from memory); the columns are own.
 */
import { formatDelta, formatTime } from '../vms-time/index.ts';
import { pagelets } from './accounting-lines.ts';
import type { Interpreter } from './interpreter.ts';
import type { Job } from './job.ts';

const IMAGE_WIDTH = 8;
const LONGEST_IMAGE = 15;

export function showStatusLine({ foreground, terminal }: Job): void {
  if (foreground === undefined || !foreground.control.includes('T') || terminal?.has('BROADCAST') === false)
    return;
  foreground.process.terminal?.notice(statusLine(foreground));
}

/** `NODE22::SMITH 16:21:04 (DCL)    CPU=00:03:29.39 PF=14802 IO=18652 MEM=68` */
function statusLine({ process, runningImage }: Interpreter): string {
  const { nodeName, account, clock, node } = process;
  const usage = node.usage();
  const image = (runningImage ?? '(DCL)').slice(0, LONGEST_IMAGE).padEnd(IMAGE_WIDTH);
  return [
    `${nodeName}::${account.userName} ${formatTime(clock.now()).slice(12, 20)} ${image}`,
    `CPU=${formatDelta(usage.cpuMs).slice(-11)}`,
    `PF=${usage.pageFaults}`,
    `IO=${usage.bufferedIo + usage.directIo}`,
    `MEM=${pagelets(usage.workingSetBytes)}`,
  ].join(' ');
}
