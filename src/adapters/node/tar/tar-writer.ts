/** Writes a tar as it comes: nothing is kept in memory, and what takes the bytes sets the pace. */
import { BLOCK_BYTES, headerOf, paddingOf, type TarEntry } from './header.ts';

export class TarWriter {
  readonly #write: (bytes: Uint8Array) => Promise<void>;

  /** @param write  resolves when it can take more */
  constructor(write: (bytes: Uint8Array) => Promise<void>) {
    this.#write = write;
  }

  async directory(path: string, modifiedAt: number): Promise<void> {
    await this.#write(headerOf({ kind: 'directory', path, modifiedAt, sizeBytes: 0, mode: 0o700 }));
  }

  /** @param bytes  `sizeBytes` of them: a header that says otherwise would spoil all that follows */
  async file(entry: Omit<TarEntry, 'kind'>, bytes: AsyncIterable<Uint8Array>): Promise<void> {
    await this.#write(headerOf({ ...entry, kind: 'file' }));
    let written = 0;
    for await (const chunk of bytes) {
      written += chunk.byteLength;
      await this.#write(chunk);
    }
    if (written !== entry.sizeBytes)
      throw new Error(`${entry.path} has ${written} bytes, not the ${entry.sizeBytes} its header says`);
    const padding = paddingOf(written);
    if (padding > 0) await this.#write(Buffer.alloc(padding));
  }

  /** Two empty blocks. */
  async end(): Promise<void> {
    await this.#write(Buffer.alloc(2 * BLOCK_BYTES));
  }
}
