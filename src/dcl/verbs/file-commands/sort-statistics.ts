/** SORT/STATISTICS and MERGE/STATISTICS: what was done, and what it took. Layout from memory. Source: SORT/MERGE manual. */
import type { ProcessUsage } from '../../../ports/node-information.ts';
import type { SessionOutput } from '../../../ports/session-io.ts';
import type { ProcessContext } from '../../../system/process.ts';
import { formatDelta } from '../../../vms-time/index.ts';

export class SortStatistics {
  readonly #process: ProcessContext;
  readonly #startedAt: number;
  readonly #before: ProcessUsage;
  #read = 0;
  #written = 0;
  #longestRead = 0;
  #longestWritten = 0;

  constructor(process: ProcessContext) {
    this.#process = process;
    this.#startedAt = process.clock.steadyMs();
    this.#before = process.node.usage();
  }

  read(record: string): void {
    this.#read += 1;
    this.#longestRead = Math.max(this.#longestRead, record.length);
  }

  wrote(record: string): void {
    this.#written += 1;
    this.#longestWritten = Math.max(this.#longestWritten, record.length);
  }

  /** @param workFiles  parts that were sorted by themselves because memory did not hold all; one pass merges them */
  async show(output: SessionOutput, workFiles: number): Promise<void> {
    const [before, now] = [this.#before, this.#process.node.usage()];
    const rows = [
      ['Records read:', this.#read, 'Input record length:', this.#longestRead],
      ['Records sorted:', this.#read, 'Internal length:', this.#longestRead],
      ['Records output:', this.#written, 'Output record length:', this.#longestWritten],
      ['Direct I/O:', now.directIo - before.directIo, 'Number of initial runs:', workFiles],
      ['Buffered I/O:', now.bufferedIo - before.bufferedIo, 'Maximum merge order:', workFiles],
      ['Page faults:', now.pageFaults - before.pageFaults, 'Number of merge passes:', Math.min(1, workFiles)],
    ] as const;
    const elapsed = formatDelta(Math.round(this.#process.clock.steadyMs() - this.#startedAt)).trimStart();
    const cpu = formatDelta(now.cpuMs - before.cpuMs).trimStart();
    for (const line of [
      '',
      `${' '.repeat(19)}OpenVMS Sort/Merge Statistics`,
      '',
      ...rows.map(([label, own, other, value]) => cells(label, String(own), other, String(value))),
      cells('Elapsed time:', elapsed, 'Elapsed CPU:', cpu),
    ])
      await output.writeLine(line);
  }
}

const cells = (label: string, own: string, other: string, value: string): string =>
  `${label.padEnd(15)}${own.padStart(16)}        ${other.padEnd(24)}${value.padStart(14)}`;
