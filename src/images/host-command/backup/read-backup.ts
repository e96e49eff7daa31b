/**
 * Restores a root. All of it is written beside the place it is for, compared with its checksums, and put in place at the
 * end: whatever goes wrong, there is a whole node or none. The lock of the root is held, so that none starts meanwhile.
 */
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { type FileHandle, open, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { readTar, type TarMember } from '../../../adapters/node/tar/index.ts';
import { takeNodeLock } from '../../node-lock.ts';
import { makeSystemDirectory, type NodeRoot } from '../../node-root.ts';
import { type BackupLabel, CHECKSUMS, CONTENT, LABEL, readChecksums, readLabel } from './format.ts';

export interface RestoreDone {
  readonly label: BackupLabel;
  readonly files: number;
  readonly bytes: number;
}

/** What a new file system has of its own. */
const notOurs: ReadonlySet<string> = new Set(['lost+found']);
/** Labels and lists of checksums are held in memory. */
const LONGEST_TEXT = 1_073_741_824;
/** What says that there is a node: comes last. */
const LAST = 'SYSUAF.DAT';

/**
 * @param onBytes  is told how many there were so far; what it throws ends it
 * @returns why it is refused. Rejects, with nothing restored, for an archive that is not whole
 */
export async function readBackup(
  paths: NodeRoot,
  source: AsyncIterable<Uint8Array>,
  onBytes: (bytes: number) => void,
): Promise<RestoreDone | string> {
  const { root } = paths;
  const wasThere = statSync(root, { throwIfNoEntry: false }) !== undefined;
  if (wasThere) {
    const names = readdirSync(root).filter((name) => !notOurs.has(name));
    if (names.length > 0)
      return `${root} is not empty: a backup is restored in a new directory, or an empty one`;
  }
  makeSystemDirectory(paths);
  const lock = takeNodeLock(paths);
  if (lock === undefined) return `somebody is making a node in ${root}`;
  const aside = join(root, '.RESTORE;');
  let isDone = false;
  try {
    mkdirSync(aside, { mode: 0o700 });
    const done = await unpack(source, aside, onBytes);
    putInPlace(aside, paths);
    isDone = true;
    await sync(paths.systemDirectory);
    await sync(root);
    return done;
  } finally {
    if (!isDone) {
      rmSync(aside, { recursive: true, force: true });
      rmSync(paths.lockFile, { force: true });
      removeIfEmpty(paths.systemDirectory);
      if (!wasThere) removeIfEmpty(root);
    }
    closeSync(lock);
  }
}

async function unpack(
  source: AsyncIterable<Uint8Array>,
  aside: string,
  onBytes: (bytes: number) => void,
): Promise<RestoreDone> {
  const found = new Map<string, string>();
  const directories: TarMember[] = [];
  let label: BackupLabel | undefined;
  let checksums: ReadonlyMap<string, string> | undefined;
  let files = 0;
  let bytes = 0;
  for await (const member of readTar(source)) {
    if (checksums !== undefined) throw new Error('something stands behind its end');
    const hash = createHash('sha256');
    const counted = async function* () {
      for await (const chunk of member.read()) {
        hash.update(chunk);
        bytes += chunk.byteLength;
        onBytes(bytes);
        yield chunk;
      }
    };
    if (label === undefined) {
      if (member.path !== LABEL || member.kind !== 'file') throw new Error('it is no backup of vmsmail');
      label = readLabel(await textOf(member, counted()));
    } else if (member.path === CHECKSUMS) {
      checksums = readChecksums(await textOf(member, counted()));
      continue;
    } else if (member.kind === 'directory') {
      mkdirSync(join(aside, ...componentsOf(member.path)), { mode: 0o700, recursive: true });
      directories.push(member);
      continue;
    } else {
      await writeFile(join(aside, ...componentsOf(member.path)), member, counted());
      files++;
    }
    found.set(member.path, hash.digest('hex'));
  }
  if (label === undefined || checksums === undefined) throw new Error('it is not whole');
  compare(found, checksums);
  // Innermost first: what is made in a directory changes its date.
  for (const { path, modifiedAt } of directories.reverse()) {
    const directory = join(aside, ...componentsOf(path));
    await utimes(directory, modifiedAt, modifiedAt);
    await sync(directory);
  }
  return { label, files, bytes };
}

async function textOf(member: TarMember, chunks: AsyncIterable<Uint8Array>): Promise<string> {
  if (member.sizeBytes > LONGEST_TEXT) throw new Error('it is damaged');
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(Uint8Array.from(chunk));
  return Buffer.concat(parts).toString('utf8');
}

/** Below the root, whatever the archive says. */
function componentsOf(path: string): readonly string[] {
  const [first, ...components] = path.split('/');
  if (
    first !== CONTENT ||
    components.some((each) => each === '' || each === '.' || each === '..' || each.includes('\0'))
  )
    throw new Error(`it has a file that does not belong into a root: ${JSON.stringify(path)}`);
  return components;
}

async function writeFile(path: string, member: TarMember, chunks: AsyncIterable<Uint8Array>): Promise<void> {
  // 'wx': a name that comes twice is an error, and there are no links to follow.
  const file: FileHandle = await open(path, 'wx', 0o600 | (member.mode & 0o100));
  try {
    for await (const chunk of chunks) await file.writeFile(chunk);
    await file.utimes(member.modifiedAt, member.modifiedAt);
    await file.sync();
  } finally {
    await file.close();
  }
}

function compare(found: ReadonlyMap<string, string>, checksums: ReadonlyMap<string, string>): void {
  for (const [path, sha256] of found) {
    const wanted = checksums.get(path);
    if (wanted === undefined) throw new Error(`it has no checksum of ${JSON.stringify(path)}`);
    if (wanted !== sha256)
      throw new Error(`${JSON.stringify(path)} in it is damaged: its checksum is another one`);
  }
  for (const path of checksums.keys())
    if (!found.has(path)) throw new Error(`it is not whole: ${JSON.stringify(path)} is missing`);
}

/** SYSEXE is there: the lock is in it. */
function putInPlace(aside: string, { root, systemDirectory }: NodeRoot): void {
  const system = join(aside, 'SYSEXE');
  for (const name of readdirSync(aside))
    if (name !== 'SYSEXE') renameSync(join(aside, name), join(root, name));
  for (const name of readdirSync(system))
    if (name !== LAST) renameSync(join(system, name), join(systemDirectory, name));
  renameSync(join(system, LAST), join(systemDirectory, LAST));
  rmSync(aside, { recursive: true });
}

async function sync(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  await handle.sync().finally(() => handle.close());
}

function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // Somebody put something there.
  }
}
