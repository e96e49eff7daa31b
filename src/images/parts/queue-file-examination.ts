/**
 * The file of the queue is examined by a process of its own: SQLite reads for as long as it takes, a minute for a million entries,
 * and whoever asked goes on living meanwhile, and can break it off.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type { QueueFileExamination } from '../../ports/queue-store.ts';
import { packageDirectory } from '../node-root.ts';

/** Rejects with what the process said where it could not do it, and when it is broken off. */
export function examineInProcess(file: string, signal: AbortSignal): Promise<QueueFileExamination> {
  const image = join(packageDirectory(), 'dist', 'examine-queue-file-image.js');
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [image, file],
      { signal, maxBuffer: Number.POSITIVE_INFINITY },
      (error, stdout, stderr) => {
        if (error === null) resolve(JSON.parse(stdout) as QueueFileExamination);
        else reject(new Error(stderr.trim() || error.message));
      },
    );
  });
}
