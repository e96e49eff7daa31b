/**
 * The lines of DIRECTORY, as files come: a heading for each directory, files in columns, one a line or in full, sums.
 * Source: dcl.md §13 [R8].
 */
import { type FileSpecification, parseFileSpecification } from '../../../file-specification/index.ts';
import type { FileEntry } from '../../../ports/file-system.ts';
import type { CommandOutput } from '../../../system/command-output.ts';
import { allocatedBlocks, usedBlocks } from './blocks.ts';
import { dataLines } from './directory-data.ts';
import { fullLines } from './directory-full.ts';
import type { DirectoryLayout } from './directory-layout.ts';

const COLUMN = 20;

interface Sum {
  files: number;
  used: number;
  allocated: number;
  bytes: number;
}

const nothing = (): Sum => ({ files: 0, used: 0, allocated: 0, bytes: 0 });

export class DirectoryListing {
  readonly #layout: DirectoryLayout;
  readonly #output: CommandOutput;
  #directory: string | undefined;
  #directories = 0;
  readonly #all = nothing();
  #here = nothing();
  /** Files of a row that is not full. */
  #row = '';
  #name = '';
  #versions = 0;

  constructor(layout: DirectoryLayout, output: CommandOutput) {
    this.#layout = layout;
    this.#output = output;
  }

  get isEmpty(): boolean {
    return this.#all.files === 0;
  }

  async add(entry: FileEntry): Promise<void> {
    const file = parseFileSpecification(entry.specification);
    if (!this.#isAmongVersions(file)) return;
    const directory = file.device + file.directory;
    if (directory !== this.#directory) await this.#enter(directory);
    for (const sum of [this.#here, this.#all]) count(sum, entry);
    if (this.#layout.only === undefined) await this.#show(file, entry);
  }

  async end(): Promise<void> {
    if (this.isEmpty) return;
    await this.#leave();
    const { trailing, only } = this.#layout;
    if (!trailing || (this.#directories < 2 && only !== 'grandTotal')) return;
    const directories = `${this.#directories} ${this.#directories === 1 ? 'directory' : 'directories'}`;
    await this.#lines('', `Grand total of ${directories}, ${this.#counted(this.#all)}.`);
  }

  /** /VERSIONS=n: the highest n of each name. */
  #isAmongVersions({ directory, name, type }: FileSpecification): boolean {
    const own = directory + name + type;
    this.#versions = own === this.#name ? this.#versions + 1 : 1;
    this.#name = own;
    return this.#versions <= this.#layout.versions;
  }

  async #enter(directory: string): Promise<void> {
    await this.#leave();
    this.#directory = directory;
    this.#directories += 1;
    this.#here = nothing();
    const { heading, only } = this.#layout;
    if (!heading || only === 'grandTotal') return;
    await this.#lines('', `Directory ${directory}`);
    if (only === undefined) await this.#lines('');
  }

  async #leave(): Promise<void> {
    if (this.#directory === undefined) return;
    await this.#endRow();
    const { trailing, only } = this.#layout;
    if (trailing && only !== 'grandTotal') await this.#lines('', `Total of ${this.#counted(this.#here)}.`);
  }

  async #show(file: FileSpecification, entry: FileEntry): Promise<void> {
    const name = this.#layout.parts.map((part) => (part === 'type' ? file.type || '.' : file[part])).join('');
    if (this.#layout.kind === 'columns') return this.#addToRow(name);
    if (this.#layout.kind === 'lines') return this.#lines(...dataLines(name, entry, this.#layout));
    if (this.#here.files > 1) await this.#lines('');
    await this.#lines(...fullLines(name, entry));
  }

  /** A long name takes its own line. dcl.md §13 [R8] */
  async #addToRow(name: string): Promise<void> {
    const width = this.#layout.nameWidth === undefined ? COLUMN : this.#layout.nameWidth + 1;
    if (name.length >= width) {
      await this.#endRow();
      return this.#lines(name);
    }
    this.#row += name.padEnd(width);
    if (
      this.#row.length >= width * this.#layout.columns ||
      this.#row.length + width > this.#layout.displayWidth
    )
      await this.#endRow();
  }

  async #endRow(): Promise<void> {
    const row = this.#row;
    this.#row = '';
    if (row !== '') await this.#lines(row);
  }

  /** `7 files, 7 blocks` */
  #counted({ files, used, allocated, bytes }: Sum): string {
    const { size, kind, inBytes } = this.#layout;
    const named = `${files} file${files === 1 ? '' : 's'}`;
    if (size === undefined && kind !== 'full') return named;
    if (inBytes) return `${named}, ${bytes} byte${bytes === 1 ? '' : 's'}`;
    const blocks =
      size === 'used' ? `${used}` : size === 'allocated' ? `${allocated}` : `${used}/${allocated}`;
    return `${named}, ${blocks} block${blocks === '1' ? '' : 's'}`;
  }

  async #lines(...lines: readonly string[]): Promise<void> {
    for (const line of lines) await this.#output.line(line);
  }
}

function count(sum: Sum, entry: FileEntry): void {
  sum.files += 1;
  if (!entry.isReadable) return;
  sum.used += usedBlocks(entry);
  sum.allocated += allocatedBlocks(entry);
  sum.bytes += entry.sizeBytes;
}
