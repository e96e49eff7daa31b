/**
 * `vmsmail compress`: room that deleted mail, and a queue that was long once, have left in the databases of a node goes back to the file
 * system. The node is stopped meanwhile: nothing could be written for minutes. MAIL> COMPRESS is about one mail file, and gives nothing back.
 */
import { closeSync } from 'node:fs';
import { dirname } from 'node:path';
import { compressFile } from '../../adapters/sqlite/compress-file.ts';
import { takeNodeLock } from '../node-lock.ts';
import { type NodeRoot, nodeRoot, rootExists } from '../node-root.ts';
import { walkRoot } from './backup/root-walk.ts';
import { complain, print } from './display.ts';
import { hostErrorText } from './host-error-text.ts';
import { megabytes } from './transfer/progress.ts';

/** Texts of mail: no databases are among them, and they are many. */
const leftOut: ReadonlySet<string> = new Set(['SYSEXE/MAIL$TEXT', 'TCPIP$SMTP/SPOOL']);

export async function compress(options: { readonly root: string }): Promise<number> {
  const paths = nodeRoot(options.root);
  if (!rootExists(paths)) return complain(`there is no node in ${paths.root}`);
  const lock = takeNodeLock(paths);
  if (lock === undefined) return complain(`a node is running on ${paths.root}: stop it first`);
  try {
    return compressAll(paths);
  } finally {
    closeSync(lock);
  }
}

/** What cannot be compressed keeps nobody from the others. */
function compressAll(paths: NodeRoot): number {
  let status = 0;
  let isAny = false;
  for (const { path, hostPath, kind } of walkRoot(paths.root, (each) => leftOut.has(each))) {
    if (kind !== 'database') continue;
    try {
      const done = compressFile(hostPath, dirname(hostPath));
      if (done === undefined) continue;
      isAny = true;
      print(`${path}: ${megabytes(done.bytesAfter)}, was ${megabytes(done.bytesBefore)}`);
    } catch (error) {
      status = complain(`${path} was not compressed: ${reasonOf(error)}`);
    }
  }
  if (!isAny && status === 0) print('There is nothing to give back');
  return status;
}

const reasonOf = (error: unknown): string =>
  /^SQLITE_(BUSY|LOCKED)/.test(String((error as { code?: unknown } | null)?.code))
    ? 'somebody is using it'
    : hostErrorText(error);
