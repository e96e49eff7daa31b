/** `vmsmail backup`: the whole node in one file, while it runs or not. */
import { nodeRoot, rootExists } from '../node-root.ts';
import { asOwner } from './backup/as-owner.ts';
import { openOutput } from './backup/output.ts';
import { writeBackup } from './backup/write-backup.ts';
import { complain } from './display.ts';
import { hostErrorText } from './host-error-text.ts';
import { counted, megabytes, Progress } from './transfer/progress.ts';

export async function backup(file: string, options: { readonly root: string }): Promise<number> {
  const paths = nodeRoot(options.root);
  using progress = new Progress();
  // Opened with the rights of whoever asks for it; the root is read with those of its owner.
  const output = await openOutput(file, progress.signal);
  if (typeof output === 'string') return complain(output);
  let isWritten = false;
  try {
    const done = await asOwner(paths.root, async () => {
      if (!rootExists(paths)) return `there is no node in ${paths.root}`;
      return writeBackup(paths, {
        write: (bytes) => output.write(bytes),
        onBytes(bytes, totalBytes) {
          progress.signal.throwIfAborted();
          progress.show(() => `${megabytes(bytes)} of about ${megabytes(totalBytes)}`);
        },
      });
    });
    if (typeof done === 'string') return complain(done);
    await output.keep();
    isWritten = true;
    progress.clear();
    // Not on standard output: the backup may go there.
    process.stderr.write(
      `Node ${done.node} as of ${done.takenAt}: ${counted(done.files, 'file')}, ${megabytes(done.bytes)}\n`,
    );
    return 0;
  } catch (error) {
    progress.clear();
    if (progress.isInterrupted) {
      process.stderr.write('Interrupted: no backup was made\n');
      return progress.status;
    }
    return complain(`no backup was made: ${hostErrorText(error)}`);
  } finally {
    if (!isWritten) await output.discard();
  }
}
