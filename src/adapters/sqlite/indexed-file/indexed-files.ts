/**
 * Indexed files on the host: each is one SQLite database under the name of the file. It has a second name by its inode, in
 * a hidden directory of the root, by which it is opened: SQLite and its journal keep to one name, and a version gets
 * another one when a higher version comes, or when it is renamed.
 */
import { link, mkdir, open, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { IndexedFileDefinition, RecordAccess } from '../../../ports/record-stream.ts';
import { IndexedDatabase } from './indexed-database.ts';
import { IndexedStream } from './indexed-stream.ts';

/** No specification names it: the semicolon. */
export const INDEXED_DIRECTORY = '.INDEXED;';

export class IndexedFiles {
  readonly #directory: string;
  /** Open databases of this process, by inode. */
  readonly #open = new Map<number, IndexedDatabase>();
  readonly #now: () => number;

  constructor(root: string, now: () => number) {
    this.#directory = join(root, INDEXED_DIRECTORY);
    this.#now = now;
  }

  /** @param hostPath  is not there yet */
  async create(hostPath: string, definition: IndexedFileDefinition): Promise<void> {
    await this.#sweep();
    await (await open(hostPath, 'wx', 0o600)).close();
    IndexedDatabase.create((await this.#named(hostPath)).path, definition);
    await this.#stamp(hostPath);
  }

  async stream(hostPath: string, specification: string, access: RecordAccess): Promise<IndexedStream> {
    const { path, inode } = await this.#named(hostPath);
    const database = this.#open.get(inode) ?? IndexedDatabase.open(path);
    this.#open.set(inode, database);
    database.share();
    return new IndexedStream(specification, database, access, async (isChanged) => {
      if (database.release()) this.#open.delete(inode);
      if (isChanged) await this.#stamp(path);
    });
  }

  /** The second name; made where there is none, or where it is left of another file. */
  async #named(hostPath: string): Promise<{ readonly path: string; readonly inode: number }> {
    const { ino: inode } = await stat(hostPath);
    const path = join(this.#directory, String(inode));
    await mkdir(this.#directory, { mode: 0o700, recursive: true });
    try {
      await link(hostPath, path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      if ((await stat(path)).ino !== inode) {
        await rm(path);
        await link(hostPath, path);
      }
    }
    return { path, inode };
  }

  /** Second names of files that are gone. */
  async #sweep(): Promise<void> {
    const names = await readdir(this.#directory).catch(() => []);
    for (const name of names.filter((each) => /^\d+$/.test(each))) {
      const path = join(this.#directory, name);
      const status = await stat(path).catch(() => undefined);
      if (status?.nlink !== 1 || this.#open.has(status.ino)) continue;
      await rm(path, { force: true });
      await rm(`${path}-journal`, { force: true });
    }
  }

  #stamp(path: string): Promise<void> {
    const now = this.#now() / 1000;
    return utimes(path, now, now);
  }
}
