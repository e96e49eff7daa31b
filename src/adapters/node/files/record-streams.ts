/** Bytes of a file as they are, and the null device. */
import type { FileHandle } from 'node:fs/promises';
import { RMS, signal } from '../../../condition/index.ts';
import type { ByteReader, RecordReader, RecordWriter } from '../../../ports/file-system.ts';
import type { RecordStream } from '../../../ports/record-stream.ts';
import { withConditions } from './host-errors.ts';

const BUFFER_BYTES = 65_536;

export class HostByteReader implements ByteReader {
  readonly #file: FileHandle;
  readonly #buffer = Buffer.allocUnsafe(BUFFER_BYTES);
  #remaining: number;

  /** @param size  of the file; what is added later is not read */
  constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.#remaining = size;
  }

  async read(): Promise<Uint8Array | undefined> {
    const wanted = Math.min(BUFFER_BYTES, this.#remaining);
    if (wanted === 0) return undefined;
    const { bytesRead } = await withConditions(() => this.#file.read(this.#buffer, 0, wanted));
    this.#remaining -= bytesRead;
    return bytesRead === 0 ? undefined : this.#buffer.subarray(0, bytesRead);
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}

/** Records of an indexed file as lines. */
export const linesOf = (reader: RecordReader): ByteReader => ({
  async read() {
    const record = await reader.read();
    return record === undefined ? undefined : Buffer.from(`${record}\n`);
  },
  close: () => reader.close(),
});

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
export const nullStream: RecordStream = {
  ...nullReader,
  ...nullWriter,
  organization: 'SEQ',
  readKey: async () => signal(RMS.IOP),
  update: async () => signal(RMS.CUR),
  remove: async () => signal(RMS.IOP),
};
