/** Records of stream files: a line is a record. Reading and writing hold one buffer, whatever the size of the file. */
import type { FileHandle } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import type { ByteReader, RecordReader, RecordWriter } from '../../../ports/file-system.ts';
import { withConditions } from './host-errors.ts';

const BUFFER_BYTES = 32_768;
/** Longest record RMS has; a longer line is read in pieces. */
const LONGEST_RECORD = 32_767;

export class HostRecordReader implements RecordReader {
  readonly #file: FileHandle;
  readonly #decoder = new StringDecoder('utf8');
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #text = '';
  #start = 0;
  #ended = false;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async read(): Promise<string | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\n', this.#start);
      if (end !== -1 && end - this.#start <= LONGEST_RECORD) {
        const record = this.#text.slice(this.#start, end);
        this.#start = end + 1;
        return record.endsWith('\r') ? record.slice(0, -1) : record;
      }
      const waiting = this.#text.length - this.#start;
      if (waiting > LONGEST_RECORD || (this.#ended && waiting > 0)) return this.#takePiece();
      if (this.#ended) return undefined;
      await this.#fill();
    }
  }

  #takePiece(): string {
    const piece = this.#text.slice(this.#start, this.#start + LONGEST_RECORD);
    this.#start += piece.length;
    return piece;
  }

  async #fill(): Promise<void> {
    const { bytesRead } = await withConditions(() => this.#file.read(this.#buffer, 0, BUFFER_BYTES));
    this.#ended = bytesRead === 0;
    const more = this.#ended ? this.#decoder.end() : this.#decoder.write(this.#buffer.subarray(0, bytesRead));
    this.#text = this.#text.slice(this.#start) + more;
    this.#start = 0;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** Bytes as they are. */
export class HostByteReader implements ByteReader {
  readonly #file: FileHandle;
  readonly #buffer = Buffer.allocUnsafe(2 * BUFFER_BYTES);

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async read(): Promise<Uint8Array | undefined> {
    const { bytesRead } = await withConditions(() => this.#file.read(this.#buffer, 0, this.#buffer.length));
    return bytesRead === 0 ? undefined : this.#buffer.subarray(0, bytesRead);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** Records reach the file when the buffer is full and on close, as with RMS. */
export class HostRecordWriter implements RecordWriter {
  readonly specification: string;
  readonly #file: FileHandle;
  /** Stamps the file on close. */
  readonly #now: () => number;
  #waiting = '';

  constructor(specification: string, file: FileHandle, now: () => number) {
    this.specification = specification;
    this.#file = file;
    this.#now = now;
  }

  async write(record: string): Promise<void> {
    this.#waiting += `${record}\n`;
    if (this.#waiting.length >= BUFFER_BYTES) await this.#flush();
  }

  async writeBytes(bytes: Uint8Array): Promise<void> {
    await this.#flush();
    await withConditions(() => this.#file.appendFile(bytes));
  }

  async close(): Promise<void> {
    try {
      await this.#flush();
      await stamp(this.#file, this.#now());
    } finally {
      await this.#file.close();
    }
  }

  async #flush(): Promise<void> {
    const text = this.#waiting;
    this.#waiting = '';
    if (text !== '') await withConditions(() => this.#file.appendFile(text));
  }
}

/** The node's clock says when a file was revised. Somebody else's file keeps the host's time. */
export async function stamp(file: FileHandle, instant: number): Promise<void> {
  await file.utimes(instant / 1000, instant / 1000).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPERM') throw error;
  });
}

/** NL: is at its end at once, and forgets what is written. */
export const nullReader: RecordReader = {
  read: async () => undefined,
  // Nothing is open.
  close: async () => {},
};
export const nullBytes: ByteReader = { read: async () => undefined, close: async () => {} };
export const nullWriter: RecordWriter = {
  specification: 'NLA0:',
  // Dropped: that is what the null device is for.
  write: async () => {},
  writeBytes: async () => {},
  close: async () => {},
};
