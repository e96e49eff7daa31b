/**
 * A consistent backup of a root. The databases of queue and mail are read in one instant (adapters/sqlite/snapshot.ts), and
 * the texts of messages that belong to them are held by further names. Then, while the node goes on: the databases first,
 * since their logs grow as long as they are held, then the texts, then all other files, each as it is at that moment.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Snapshot, takeSnapshot } from '../../../adapters/sqlite/snapshot.ts';
import { openSqliteSystemStore } from '../../../adapters/sqlite/system-store/index.ts';
import { defaultHostName, defaultNodeName } from '../../node-configuration.ts';
import type { NodeRoot } from '../../node-root.ts';
import { packageVersion } from '../../package-version.ts';
import { ArchiveWriter } from './archive-writer.ts';
import { FORMAT } from './format.ts';
import { HeldTexts } from './held-texts.ts';
import { type FoundFile, walkRoot } from './root-walk.ts';

export interface BackupDone {
  readonly node: string;
  readonly takenAt: string;
  readonly files: number;
  readonly bytes: number;
}

export interface BackupWork {
  /** Resolves when it can take more. */
  write(bytes: Uint8Array): Promise<void>;
  /** What it throws ends the backup. */
  onBytes(bytes: number, totalBytes: number): void;
}

/** @returns why it cannot be made, or what was written. Rejects with the failures of files and databases. */
export async function writeBackup(paths: NodeRoot, work: BackupWork): Promise<BackupDone | string> {
  const { root } = paths;
  // No specification names it: the semicolon.
  const aside = join(root, `.BACKUP;X${process.pid}`);
  removeLeftovers(root);
  mkdirSync(aside, { mode: 0o700 });
  let snapshot: Snapshot | undefined;
  try {
    const spool = new HeldTexts(paths.spoolDirectory, join(aside, 'SPOOL'));
    const texts = new HeldTexts(paths.mailDirectory, join(aside, 'TEXT'));
    const inPath = (hostPath: string): string => relative(root, hostPath);
    const isText = (path: string): boolean =>
      path.startsWith(`${inPath(paths.spoolDirectory)}/`) ||
      path.startsWith(`${inPath(paths.mailDirectory)}/`);
    const all = [...walkRoot(root, isText)];
    const together = [paths.mailDatabase, paths.queueDatabase].filter((file) =>
      all.some(({ hostPath, kind }) => kind === 'database' && hostPath === file),
    );
    const others = all
      .filter(
        ({ path, kind, hostPath }) => kind === 'database' && isOfNode(path) && !together.includes(hostPath),
      )
      .map(({ hostPath }) => hostPath);
    const names = await namesOf(paths);
    await spool.holdMost();
    await texts.holdMost();
    let takenAt = new Date();
    snapshot = takeSnapshot(together, others, () => {
      spool.holdRest();
      texts.holdRest();
      takenAt = new Date();
    });
    const sizes = [...together, ...others].map((file) => snapshot!.sizeBytes(file));
    const short = lackingRoom(root, Math.max(0, ...sizes));
    if (short !== undefined) return short;
    const totalBytes =
      all.reduce((sum, { kind, status }) => sum + (kind === 'file' ? status.size : 0), 0) +
      sizes.reduce((sum, size) => sum + size, 0) +
      sizeOfTexts(spool) +
      sizeOfTexts(texts);
    const archive = new ArchiveWriter(work.write, (bytes) => work.onBytes(bytes, totalBytes));
    await archive.label({
      format: FORMAT,
      version: packageVersion(),
      ...names,
      takenAt: takenAt.toISOString(),
    });
    for (const { path, status, kind } of all)
      if (kind === 'directory') await archive.directory(path, status.mtimeMs / 1_000);
    const copy = async (file: string, from: Snapshot, path = inPath(file)): Promise<void> => {
      const target = join(aside, 'DATABASE');
      const before = archive.bytes;
      await from.copy(file, target, () => work.onBytes(before, totalBytes));
      await archive.file(path, target);
      rmSync(target);
    };
    for (const file of [...together, ...others]) await copy(file, snapshot);
    for (const [held, directory] of [
      [spool, paths.spoolDirectory],
      [texts, paths.mailDirectory],
    ] as const)
      for (const name of held.names) await archive.file(`${inPath(directory)}/${name}`, held.pathOf(name));
    for (const each of all) {
      if (each.kind === 'file') await archive.file(each.path, each.hostPath);
      if (each.kind === 'database' && !isOfNode(each.path)) await copyIndexed(root, each, copy);
    }
    await archive.end();
    return { node: names.node, takenAt: takenAt.toISOString(), files: archive.files, bytes: archive.bytes };
  } finally {
    snapshot?.close();
    rmSync(aside, { recursive: true, force: true });
  }
}

/** The node's own databases, as against the indexed files of its users. */
const isOfNode = (path: string): boolean => path.startsWith('SYSEXE/') || path === 'INDEXF.SYS';

async function namesOf(paths: NodeRoot): Promise<{ readonly node: string; readonly host: string }> {
  const store = openSqliteSystemStore(paths.systemDirectory);
  try {
    return {
      node: (await store.setting('NODE_NAME')) ?? defaultNodeName(),
      host: (await store.setting('HOST_NAME')) ?? defaultHostName(),
    };
  } finally {
    await store.close();
  }
}

/** An indexed file is opened by its second name, as everybody opens it: the journal keeps to that name. */
async function copyIndexed(
  root: string,
  { path, hostPath, status }: FoundFile,
  copy: (file: string, from: Snapshot, path: string) => Promise<void>,
): Promise<void> {
  const second = join(root, '.INDEXED;', String(status.ino));
  const isOpened = statSync(second, { throwIfNoEntry: false })?.ino === status.ino;
  const file = isOpened ? second : hostPath;
  if (!isOpened && statSync(hostPath, { throwIfNoEntry: false }) === undefined) return;
  const snapshot = takeSnapshot([], [file]);
  try {
    await copy(file, snapshot, path);
  } finally {
    snapshot.close();
  }
}

function sizeOfTexts(held: HeldTexts): number {
  let sum = 0;
  for (const name of held.names) sum += statSync(held.pathOf(name)).size;
  return sum;
}

/** One database at a time is copied beside the others; the running node must not be what feels that there is no room. */
function lackingRoom(root: string, needed: number): string | undefined {
  const { bavail, bsize } = statfsSync(root);
  const room = bavail * bsize;
  const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1_000_000)} MB`;
  return room > needed * 1.1
    ? undefined
    : `the file system of ${root} has ${megabytes(room)} left, and ${megabytes(needed * 1.1)} are needed while a backup is made`;
}

/** Of backups whose process was killed. */
function removeLeftovers(root: string): void {
  for (const name of readdirSync(root)) {
    const pid = /^\.BACKUP;X(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !isBackup(pid)) rmSync(join(root, name), { recursive: true, force: true });
  }
}

function isBackup(pid: string): boolean {
  try {
    return pid !== String(process.pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('backup');
  } catch {
    return false;
  }
}
