/** `vmsmail restore`: a node as a backup has it, in a root where there is none. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { addAbortSignal } from 'node:stream';
import { nodeRoot } from '../node-root.ts';
import { asOwner } from './backup/as-owner.ts';
import { readBackup } from './backup/read-backup.ts';
import { complain, print } from './display.ts';
import { hostErrorText } from './host-error-text.ts';
import { counted, megabytes, Progress } from './transfer/progress.ts';

const CHUNK_BYTES = 262_144;

export async function restore(file: string, options: { readonly root: string }): Promise<number> {
  const paths = nodeRoot(options.root);
  using progress = new Progress();
  // Opened with the rights of whoever asks for it; what is restored is that of the owner of the root.
  const handle =
    file === '-' ? undefined : await open(file, 'r').catch((error: unknown) => hostErrorText(error));
  if (typeof handle === 'string') return complain(handle);
  const source =
    handle === undefined
      ? process.stdin
      : createReadStream('', { fd: handle, highWaterMark: CHUNK_BYTES, autoClose: false });
  try {
    const done = await asOwner(paths.root, () =>
      // A source that gives nothing can be broken off, too.
      readBackup(paths, addAbortSignal(progress.signal, source), (bytes) => {
        progress.signal.throwIfAborted();
        progress.show(() => megabytes(bytes));
      }),
    );
    progress.clear();
    if (typeof done === 'string') return complain(done);
    print(
      `Node ${done.label.node} (${done.label.host}) as of ${done.label.takenAt} is restored in ${paths.root}: ` +
        `${counted(done.files, 'file')}, ${megabytes(done.bytes)}`,
    );
    return 0;
  } catch (error) {
    progress.clear();
    if (progress.isInterrupted) {
      process.stderr.write('Interrupted: nothing was restored\n');
      return progress.status;
    }
    return complain(
      `nothing was restored: ${file === '-' ? 'standard input' : file}: ${hostErrorText(error)}`,
    );
  } finally {
    await handle?.close();
  }
}
