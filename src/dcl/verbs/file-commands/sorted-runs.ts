/** Records in order, whatever their number: parts that were sorted in memory are put aside as files, and merged. */
import type { RecordReader } from '../../../ports/file-system.ts';
import type { ProcessContext } from '../../../system/process.ts';
import { resolveFileForCreate } from '../../../system/resolve-file.ts';
import type { CompareRecords } from './sort-keys.ts';

/** Characters sorted in memory at a time. */
const MEMORY_CHARACTERS = 16_000_000;

/** Where SYS$SCRATCH is. */
type ScratchSpace = Pick<ProcessContext, 'files' | 'logicalNames' | 'defaultDirectory' | 'defaultList'>;

/** Parts that are sorted: the last in memory, those before it in work files. */
export class SortedRuns {
  readonly #order: CompareRecords;
  readonly #process: ScratchSpace;
  readonly #limit: number;
  readonly #files: string[] = [];
  readonly #readers: RecordReader[] = [];
  #held: string[] = [];
  #characters = 0;

  /** @param limit  characters sorted in memory at a time */
  constructor(order: CompareRecords, process: ScratchSpace, limit = MEMORY_CHARACTERS) {
    this.#order = order;
    this.#process = process;
    this.#limit = limit;
  }

  /** Parts put aside so far. */
  get workFiles(): number {
    return this.#files.length;
  }

  add(record: string): void | Promise<void> {
    this.#held.push(record);
    this.#characters += record.length + 1;
    return this.#characters < this.#limit ? undefined : this.#putAside();
  }

  async *merged(): AsyncGenerator<string> {
    const { files } = this.#process;
    for (const name of this.#files) this.#readers.push(await files.openRead(name));
    const held = this.#held.sort(this.#order);
    let next = 0;
    const inMemory: RecordReader = {
      read: async () => held[next++],
      // Nothing is open.
      close: async () => {},
    };
    yield* mergeRecords([...this.#readers, inMemory], this.#order);
  }

  async remove(): Promise<void> {
    for (const reader of this.#readers) await reader.close();
    for (const name of this.#files) await this.#process.files.remove(name);
  }

  async #putAside(): Promise<void> {
    const name = resolveFileForCreate(this.#process, 'SYS$SCRATCH:SORTWORK.TMP');
    const writer = await this.#process.files.create(name);
    this.#files.push(writer.specification);
    try {
      for (const record of this.#held.sort(this.#order)) await writer.write(record);
    } finally {
      await writer.close();
    }
    this.#held = [];
    this.#characters = 0;
  }
}

/** Of equal records those of the earlier reader come first. */
export async function* mergeRecords(
  readers: readonly RecordReader[],
  order: CompareRecords,
): AsyncGenerator<string> {
  const heads = await Promise.all(readers.map((each) => each.read()));
  for (;;) {
    let least = -1;
    heads.forEach((head, index) => {
      if (head !== undefined && (least === -1 || order(head, heads[least]!) < 0)) least = index;
    });
    if (least === -1) return;
    yield heads[least]!;
    heads[least] = await readers[least]!.read();
  }
}
