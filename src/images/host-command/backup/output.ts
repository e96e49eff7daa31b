/** Where a backup is written: a new file, readable by its owner alone, which has its name once it is whole; or standard output. */
import { fstatSync } from 'node:fs';
import { type FileHandle, link, open, rename, rm, stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import { dirname } from 'node:path';
import { syncDirectory } from '../../../adapters/node/directory-sync.ts';
import { hostErrorText } from '../host-error-text.ts';

export interface BackupOutput {
  write(bytes: Uint8Array): Promise<void>;
  /** It is on stable storage, and has its name. Never in the place of another file. */
  keep(): Promise<void>;
  discard(): Promise<void>;
}

/** Small pieces, as headers are, are gathered. */
const GATHER_BYTES = 1_048_576;

/**
 * @param file  `-`: standard output. Returns why it cannot be written.
 * @param signal  ends a write that waits for a reader who does not read
 */
export async function openOutput(file: string, signal: AbortSignal): Promise<BackupOutput | string> {
  if (file === '-') {
    if (process.stdout.isTTY) return 'a backup is not for a terminal: name a file, or pipe it somewhere';
    return standardOutput(signal);
  }
  if ((await stat(file).catch(() => undefined)) !== undefined) return `${file} is there already`;
  const partial = `${file}.partial`;
  let handle: FileHandle;
  try {
    handle = await open(partial, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      return `${partial} is there: another backup is writing it, or was cut off; delete it then`;
    return hostErrorText(Object.assign(error as Error, { path: dirname(file) }));
  }
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  const flush = async (): Promise<void> => {
    const bytes = Buffer.concat(held);
    held = [];
    heldBytes = 0;
    await handle.writeFile(bytes);
  };
  return {
    async write(bytes) {
      held.push(Uint8Array.from(bytes));
      heldBytes += bytes.byteLength;
      if (heldBytes >= GATHER_BYTES) await flush();
    },
    async keep() {
      await flush();
      await handle.sync();
      await handle.close();
      await putInPlace(partial, file);
      await syncDirectory(dirname(file));
    },
    async discard() {
      await handle.close().catch(() => {});
      await rm(partial, { force: true }).catch(() => {});
    },
  };
}

/** A link fails where somebody else was faster; some file systems know none. */
async function putInPlace(partial: string, file: string): Promise<void> {
  try {
    await link(partial, file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EPERM' && code !== 'ENOTSUP') {
      if (code === 'EEXIST') throw new Error(`${file} is there already`);
      throw error;
    }
    await rename(partial, file);
    return;
  }
  await rm(partial);
}

const STANDARD_OUTPUT = 1;

function standardOutput(signal: AbortSignal): BackupOutput {
  const status = fstatSync(STANDARD_OUTPUT);
  // Node writes to pipes of its own standard output at once, and hears no signal while nobody reads.
  const target =
    status.isFIFO() || status.isSocket()
      ? new Socket({ fd: STANDARD_OUTPUT, readable: false, writable: true })
      : process.stdout;
  target.on('error', () => {});
  return {
    write: (bytes) =>
      new Promise((resolve, reject) => {
        const aborted = (): void => reject(signal.reason as Error);
        signal.addEventListener('abort', aborted);
        target.write(Uint8Array.from(bytes), (error) => {
          signal.removeEventListener('abort', aborted);
          if (error) reject(error);
          else resolve();
        });
      }),
    // Each write has been awaited.
    keep: async () => {},
    // What waits to be read would keep this process.
    discard: async () => void target.destroy(),
  };
}
