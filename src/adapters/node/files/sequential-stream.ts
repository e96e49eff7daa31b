/**
 * Records of a stream file: a line is a record. Reading and writing hold one buffer, whatever the size of the file; a
 * record can be replaced by another one of the same length.
 */
import type { FileHandle } from 'node:fs/promises';
import { RMS, signal } from '../../../condition/index.ts';
import { type FileHeader, LONGEST_RECORD } from '../../../ports/file-header.ts';
import type { RecordReader, RecordWriter } from '../../../ports/file-system.ts';
import type { RecordAccess, RecordStream } from '../../../ports/record-stream.ts';
import { type RecordPlace, recordAt } from '../../../ports/records-in-bytes.ts';
import { withConditions } from './host-errors.ts';

const BUFFER_BYTES = 65_536;

export interface SequentialStreamOptions {
  readonly specification: string;
  readonly file: FileHandle;
  /** `write`: a new file. */
  readonly access: RecordAccess | 'write';
  /** Where it limits what may be written. */
  readonly header?: Pick<FileHeader, 'recordFormat' | 'maximumRecord'> | undefined;
  /** Bytes there are to be read, where what is added later does not count. */
  readonly end?: number;
  /** Stamps the file when something was written. */
  readonly now: () => number;
}

export class SequentialStream implements RecordStream, RecordReader, RecordWriter {
  readonly specification: string;
  readonly organization = 'SEQ';
  readonly #options: SequentialStreamOptions;
  readonly #file: FileHandle;
  #buffer = Buffer.alloc(0);
  /** Position in the file of the buffer's first byte. */
  #origin = 0;
  /** Of the next record, in the buffer. */
  #next = 0;
  /** The record read last, in the file. */
  #current: { readonly position: number; readonly length: number } | undefined;
  #isAtEnd: boolean;
  /** Goes to the end of the file. */
  #waiting: string[] = [];
  #waitingLength = 0;
  #isChanged = false;
  /** The last writing out: one after the other, whoever asks. */
  #flushed: Promise<void> = Promise.resolve();

  constructor(options: SequentialStreamOptions) {
    this.specification = options.specification;
    this.#options = options;
    this.#file = options.file;
    this.#isAtEnd = options.access === 'write' || options.access === 'append';
  }

  /** Where it stands in the file. */
  get currentRecord(): number | undefined {
    return this.#current?.position;
  }

  async read(): Promise<string | undefined> {
    const { access } = this.#options;
    if (access === 'write' || access === 'append') signal(RMS.FAC);
    if (this.#waitingLength > 0) await this.#flush();
    for (;;) {
      const record = recordAt(this.#buffer, this.#next, false);
      if (record !== undefined) return this.#take(record);
      // The end is looked for anew each time: others may write.
      if (await this.#fill()) continue;
      const last = recordAt(this.#buffer, this.#next, true);
      if (last !== undefined) return this.#take(last);
      this.#isAtEnd = true;
      this.#current = undefined;
      return undefined;
    }
  }

  async readKey(): Promise<string> {
    return signal(RMS.IOP);
  }

  async write(record: string): Promise<void> {
    if (this.#options.access === 'read') signal(RMS.FAC);
    if (!this.#isAtEnd) signal(RMS.NEF);
    this.#checkSize(record);
    this.#current = undefined;
    this.#isChanged = true;
    this.#waiting.push(record);
    this.#waitingLength += record.length + 1;
    if (this.#waitingLength >= BUFFER_BYTES) await this.#flush();
  }

  async writeBytes(bytes: Uint8Array): Promise<void> {
    await this.#flush();
    this.#isChanged = true;
    await withConditions(() => this.#file.appendFile(bytes));
  }

  flush(): Promise<void> {
    return this.#flush();
  }

  async update(record: string): Promise<void> {
    if (this.#options.access !== 'update') signal(RMS.FAC);
    const current = this.#current ?? signal(RMS.CUR);
    const bytes = Buffer.from(record, 'utf8');
    if (bytes.length !== current.length) signal(RMS.RSZ);
    this.#current = undefined;
    this.#isChanged = true;
    await withConditions(() => this.#file.write(bytes, 0, bytes.length, current.position));
  }

  async remove(): Promise<void> {
    signal(this.#options.access === 'update' ? RMS.IOP : RMS.FAC);
  }

  async close(): Promise<void> {
    try {
      await this.#flush();
      if (this.#isChanged || this.#options.access === 'write') await stamp(this.#file, this.#options.now());
    } finally {
      await this.#file.close();
    }
  }

  #take({ end, next }: RecordPlace): string {
    const start = this.#next;
    this.#current = { position: this.#origin + start, length: end - start };
    this.#next = next;
    return this.#buffer.toString('utf8', start, end);
  }

  /** Reads on. False at the end of the file. */
  async #fill(): Promise<boolean> {
    const rest = this.#buffer.subarray(this.#next);
    const buffer = Buffer.allocUnsafe(rest.length + BUFFER_BYTES);
    rest.copy(buffer);
    const position = this.#origin + this.#buffer.length;
    const wanted = Math.min(BUFFER_BYTES, (this.#options.end ?? Number.POSITIVE_INFINITY) - position);
    if (wanted <= 0) return false;
    const { bytesRead } = await withConditions(() => this.#file.read(buffer, rest.length, wanted, position));
    if (bytesRead === 0) return false;
    this.#origin += this.#next;
    this.#next = 0;
    this.#buffer = buffer.subarray(0, rest.length + bytesRead);
    return true;
  }

  #checkSize(record: string): void {
    const { recordFormat, maximumRecord } = this.#options.header ?? { recordFormat: 'VAR', maximumRecord: 0 };
    const length = record.length * 3 <= LONGEST_RECORD && maximumRecord === 0 ? 0 : Buffer.byteLength(record);
    if (length > LONGEST_RECORD) signal(RMS.RSZ);
    if (maximumRecord === 0) return;
    if (recordFormat === 'FIX' ? length !== maximumRecord : length > maximumRecord) signal(RMS.RSZ);
  }

  #flush(): Promise<void> {
    const flushed = this.#flushed.catch(() => undefined).then(() => this.#writeOut());
    this.#flushed = flushed;
    return flushed;
  }

  async #writeOut(): Promise<void> {
    if (this.#waitingLength === 0) return;
    const text = `${this.#waiting.join('\n')}\n`;
    this.#waiting = [];
    this.#waitingLength = 0;
    if (this.#options.access === 'update') {
      const { size } = await this.#file.stat();
      const bytes = Buffer.from(text, 'utf8');
      await withConditions(() => this.#file.write(bytes, 0, bytes.length, size));
    } else await withConditions(() => this.#file.appendFile(text));
  }
}

/** The node's clock says when a file was revised. Somebody else's file keeps the host's time. */
async function stamp(file: FileHandle, instant: number): Promise<void> {
  await file.utimes(instant / 1000, instant / 1000).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPERM') throw error;
  });
}
