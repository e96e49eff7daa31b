/** The archive of a backup as it grows: members, their checksums, how many bytes. */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { TarWriter } from '../../../adapters/node/tar/index.ts';
import { type BackupLabel, CHECKSUMS, CONTENT, checksumLine, LABEL } from './format.ts';

const CHUNK_BYTES = 262_144;
/** Bits of a mode that count: what a file may be used for by its owner. */
const OWNER_BITS = 0o700;

export class ArchiveWriter {
  readonly #tar: TarWriter;
  readonly #onBytes: (bytes: number) => void;
  readonly #checksums: string[] = [];
  files = 0;
  bytes = 0;

  /** @param onBytes  is told of every piece; what it throws ends the backup */
  constructor(write: (bytes: Uint8Array) => Promise<void>, onBytes: (bytes: number) => void) {
    this.#tar = new TarWriter(write);
    this.#onBytes = onBytes;
  }

  async label(label: BackupLabel): Promise<void> {
    await this.#text(LABEL, `${JSON.stringify(label, null, 2)}\n`);
  }

  async directory(path: string, modifiedAt: number): Promise<void> {
    await this.#tar.directory(path === '' ? CONTENT : `${CONTENT}/${path}`, modifiedAt);
  }

  /**
   * @param path  below the root
   * @param hostPath  where its bytes are
   * @returns false: there is no such file, or no more; or it is none
   * A file that grows is taken as long as it was; one that shrinks is filled up with NUL.
   */
  async file(path: string, hostPath: string): Promise<boolean> {
    const opened = await openIfThere(hostPath);
    if (opened === undefined) return false;
    await using handle = opened;
    const status = await handle.stat();
    if (!status.isFile()) return false;
    const entry = {
      path: `${CONTENT}/${path}`,
      sizeBytes: status.size,
      modifiedAt: status.mtimeMs / 1_000,
      mode: status.mode & OWNER_BITS,
    };
    await this.#member(entry, bytesOf(handle, status.size));
    this.files++;
    return true;
  }

  async end(): Promise<void> {
    await this.#text(CHECKSUMS, this.#checksums.join(''));
    await this.#tar.end();
  }

  async #text(path: string, text: string): Promise<void> {
    const bytes = Buffer.from(text);
    const entry = { path, sizeBytes: bytes.byteLength, modifiedAt: Date.now() / 1_000, mode: 0o600 };
    await this.#member(entry, once(bytes));
  }

  async #member(entry: Parameters<TarWriter['file']>[0], bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const hash = createHash('sha256');
    const { bytes: before } = this;
    const counted = async function* (this: ArchiveWriter) {
      for await (const chunk of bytes) {
        hash.update(chunk);
        this.bytes += chunk.byteLength;
        this.#onBytes(this.bytes);
        yield chunk;
      }
    };
    await this.#tar.file(entry, counted.call(this));
    if (this.bytes === before) this.#onBytes(before);
    this.#checksums.push(checksumLine(hash.digest('hex'), entry.path));
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.byteLength > 0) yield bytes;
}

async function* bytesOf(handle: FileHandle, sizeBytes: number): AsyncGenerator<Uint8Array> {
  const buffer = Buffer.alloc(Math.min(CHUNK_BYTES, sizeBytes));
  for (let left = sizeBytes; left > 0; ) {
    const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.byteLength, left), null);
    const count = bytesRead === 0 ? Math.min(buffer.byteLength, left) : bytesRead;
    if (bytesRead === 0) buffer.fill(0);
    left -= count;
    yield buffer.subarray(0, count);
  }
}

/** Links are not followed, and a pipe somebody put there is not waited for. */
async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (/^(ENOENT|ELOOP|ENXIO)$/.test((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
