/** Where a backup is written: a new file, readable by its owner alone, which has its name once it is whole; or standard output. */
import { type FileHandle, link, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hostErrorText } from '../host-error-text.ts';

export interface BackupOutput {
  write(bytes: Uint8Array): Promise<void>;
  /** It is on stable storage, and has its name. Never in the place of another file. */
  keep(): Promise<void>;
  discard(): Promise<void>;
}

/** Small pieces, as headers are, are gathered. */
const GATHER_BYTES = 1_048_576;

/** @param file  `-`: standard output. Returns why it cannot be written. */
export async function openOutput(file: string): Promise<BackupOutput | string> {
  if (file === '-') {
    if (process.stdout.isTTY) return 'a backup is not for a terminal: name a file, or pipe it somewhere';
    return standardOutput();
  }
  if ((await stat(file).catch(() => undefined)) !== undefined) return `${file} is there already`;
  const partial = `${file}.partial`;
  let handle: FileHandle;
  try {
    handle = await open(partial, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      return `${partial} is there: another backup is writing it, or was cut off; delete it then`;
    return hostErrorText(error);
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
      const directory = await open(dirname(file), 'r');
      await directory.sync().finally(() => directory.close());
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

const standardOutput = (): BackupOutput => ({
  write: (bytes) =>
    new Promise((resolve, reject) => {
      process.stdout.write(Uint8Array.from(bytes), (error) => (error ? reject(error) : resolve()));
    }),
  keep: async () => {},
  discard: async () => {},
});
