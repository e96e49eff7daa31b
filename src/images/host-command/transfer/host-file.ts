/** A file of this machine being written: readable by its owner alone, in writes of 64 KiB, on the disk when it is closed. */
import { constants } from 'node:fs';
import { open, rm } from 'node:fs/promises';

const BUFFER_BYTES = 65_536;

export interface HostFile {
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
  /** Closes and removes it. */
  abandon(): Promise<void>;
}

const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;

/** Writes over what is there, which is an unfinished file; a link leads elsewhere and is refused. */
export async function createHostFile(path: string): Promise<HostFile> {
  const handle = await open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
  let waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  const flush = async (): Promise<void> => {
    const bytes = Buffer.concat(waiting);
    waiting = [];
    waitingBytes = 0;
    await handle.appendFile(bytes);
  };
  return {
    async write(bytes) {
      waiting.push(bytes);
      waitingBytes += bytes.byteLength;
      if (waitingBytes >= BUFFER_BYTES) await flush();
    },
    async close() {
      try {
        await flush();
        await handle.datasync();
      } finally {
        await handle.close();
      }
    },
    async abandon() {
      await handle.close().catch(() => {});
      await rm(path, { force: true });
    },
  };
}
