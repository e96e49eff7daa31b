/**
 * `vmsmail mail ./report.txt jones`: people at a shell name files as the shell does. A word with a slash that is no
 * qualifier is a file of this machine; MAIL reads it as SYS$INPUT. Every other word is an OpenVMS specification.
 */
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';

const QUALIFIER = /^\/[A-Za-z_]+([=:].*)?$/s;

/** Index of the file's word; -1 where MAIL is given none, or one of the node's own files. */
export function hostFileIndex(words: readonly string[]): number {
  const first = words.findIndex((word) => !QUALIFIER.test(word));
  return first !== -1 && words[first]!.includes('/') && !/[[\]<>:"]/.test(words[first]!) ? first : -1;
}

/** Open for reading. Rejects with what to tell the person. */
export async function openHostFile(path: string): Promise<Readable> {
  const stream = createReadStream(path);
  await new Promise<void>((resolve, reject) => {
    stream.once('readable', resolve);
    stream.once('end', resolve);
    // A directory opens, and fails when it is read.
    stream.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EISDIR' ? new Error(`${path} is a directory`) : error),
    );
  });
  return stream;
}
