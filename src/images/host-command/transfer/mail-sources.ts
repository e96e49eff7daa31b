/**
 * What somebody names to `vmsmail import`: an mbox file, a single message, a Maildir with its folders, or a directory of
 * any of these. Sources: maildir(5); Maildir++ (Courier); RFC 4155.
 */
import { constants, type Dirent } from 'node:fs';
import { type FileHandle, open, readdir, realpath, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { addAbortSignal } from 'node:stream';
import { folderOf } from '../../../mail/transfer/index.ts';

/** How deep directories of mail are followed. */
const DEPTH = 8;

/** @property folder  undefined: the inbox */
export type MailSource =
  | { readonly kind: 'mbox'; readonly path: string; readonly folder: string | undefined }
  | { readonly kind: 'message'; readonly path: string; readonly folder: string | undefined }
  | { readonly kind: 'maildir'; readonly path: string; readonly folder: string | undefined };

/** `-` is an mbox on standard input. Throws an Error that says what is wrong with `path`. */
export async function mailSources(path: string): Promise<readonly MailSource[]> {
  if (path === '-') return [{ kind: 'mbox', path, folder: undefined }];
  if (!(await stat(path)).isDirectory()) {
    // Who names a link means the file.
    const source = await fileSource(await realpath(path), basename(path));
    if (source === undefined) throw new Error(`${path} is neither an mbox file nor a message`);
    return [source];
  }
  const sources: MailSource[] = [];
  await walk(path, '', DEPTH, sources);
  if (sources.length === 0) throw new Error(`${path} holds neither a Maildir nor mbox files`);
  return sources;
}

/** Bytes of a source's file; they end early when the signal is aborted, where nothing more comes of it too. */
export async function* readSource(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    yield* path === '-'
      ? addAbortSignal(signal, process.stdin)
      : (await openMail(path)).createReadStream({ highWaterMark: 262_144, signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/**
 * Links among somebody's mail are not followed: the manager who takes it in may read more than its owner. Nothing waits
 * for whoever writes to a pipe.
 */
const openMail = (path: string): Promise<FileHandle> =>
  open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);

async function walk(path: string, name: string, depth: number, sources: MailSource[]): Promise<void> {
  const entries = (await readdir(path, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));
  const isMaildir = isDirectory(entries, 'cur') && isDirectory(entries, 'new');
  if (isMaildir) sources.push({ kind: 'maildir', path, folder: folderOf(name) });
  for (const entry of entries) {
    const below = join(path, entry.name);
    if (entry.isDirectory()) {
      const isOwn = isMaildir && ['cur', 'new', 'tmp'].includes(entry.name);
      // Below a Maildir its folders begin with a dot; elsewhere such a directory is not mail.
      if (isOwn || depth === 0 || (!isMaildir && entry.name.startsWith('.'))) continue;
      const own = entry.name.replace(/^\./, '').replace(/\.sbd$/, '');
      await walk(below, name === '' ? own : `${name}_${own}`, depth - 1, sources);
    } else if (
      entry.isFile() &&
      !isMaildir &&
      !entry.name.startsWith('.') &&
      !entry.name.endsWith('.mbox.part')
    ) {
      const source = await fileSource(below, name === '' ? entry.name : `${name}_${entry.name}`);
      if (source !== undefined) sources.push(source);
    }
  }
}

const isDirectory = (entries: readonly Dirent[], name: string): boolean =>
  entries.some((each) => each.name === name && each.isDirectory());

async function fileSource(path: string, name: string): Promise<MailSource | undefined> {
  const start = await firstBytes(path);
  // An empty mbox file is what many programs make of a folder without messages.
  if (/^(?:\s*$|From )/.test(start))
    return { kind: 'mbox', path, folder: folderOf(name.replace(/\.(?:mbox|mbx|mail)$/i, '')) };
  return /^[!-9;-~]+:[ \t]/.test(start) ? { kind: 'message', path, folder: undefined } : undefined;
}

async function firstBytes(path: string): Promise<string> {
  await using file = await openMail(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
  return buffer.toString('latin1', 0, bytesRead);
}
