/**
 * `vmsmail mail ./report.txt jones /ATTACHMENT=./sales.csv`: people at a shell name files as the shell does. A word with a
 * slash that is no qualifier is a file of this machine, which MAIL reads as SYS$INPUT; so is a value of /ATTACHMENT with a
 * slash. Every other word is an OpenVMS specification.
 */
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import type { Readable } from 'node:stream';
import type { HostFile } from '../../mail/shell/index.ts';

const QUALIFIER = /^\/[A-Za-z_]+([=:].*)?$/s;
/** No other qualifier of the command MAIL begins with A. */
const ATTACHMENT = /^(\/A[A-Z]*[=:])(.+)$/is;

const isHostPath = (word: string): boolean => word.includes('/') && !/[[\]<>:"]/.test(word);

/** Index of the file's word; -1 where MAIL is given none, or one of the node's own files. */
export function hostFileIndex(words: readonly string[]): number {
  const first = words.findIndex((word) => !QUALIFIER.test(word));
  return first !== -1 && isHostPath(words[first]!) ? first : -1;
}

/**
 * What /ATTACHMENT names of this machine, by the words that name it: opened, so that a pipe (`/dev/fd/63`) can be one.
 * Rejects with what to tell the person.
 */
export async function openHostAttachments(
  words: readonly string[],
): Promise<ReadonlyMap<string, HostFile & { readonly bytes: Readable }>> {
  const opened = new Map<string, HostFile & { readonly bytes: Readable }>();
  try {
    for (const path of words.flatMap(attachmentNames).filter(isHostPath)) {
      if (opened.has(path)) throw new Error(`${path} is attached twice`);
      opened.set(path, { name: basename(path), bytes: await openHostFile(path) });
    }
    return opened;
  } catch (error) {
    for (const { bytes } of opened.values()) bytes.destroy();
    throw error;
  }
}

/** `/ATTACHMENT=(a,b)`: `a` and `b`. Without parentheses it is one name, whatever is in it. */
export function attachmentNames(word: string): readonly string[] {
  const value = ATTACHMENT.exec(word)?.[2];
  if (value === undefined) return [];
  const list = /^\((.*)\)$/s.exec(value)?.[1];
  return list === undefined ? [value] : list.split(',').map((each) => each.trim());
}

/** A list of attachments as DCL has to see it: a name with a slash quoted, or it would be a qualifier. */
export function quotedAttachments(word: string): string {
  const [, qualifier, value] = ATTACHMENT.exec(word) ?? [];
  if (qualifier === undefined || !value!.startsWith('(')) return word;
  const quote = (name: string): string => (isHostPath(name) ? `"${name}"` : name);
  return `${qualifier}(${attachmentNames(word).map(quote).join(',')})`;
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
