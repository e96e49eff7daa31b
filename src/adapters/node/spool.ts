/**
 * The spool: texts over 64 KiB as files of one directory, readable by their owner only. DESIGN §4.
 * A text has its name `<id>.MAI` from the beginning: it is the entry of the queue that makes it one. Older versions wrote it under
 * `<id>.NEW`; what a crash of theirs has left is still known.
 */
import { constants, createReadStream } from 'node:fs';
import { copyFile, link, mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Condition, condition, RMS } from '../../condition/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Beginning, Spool } from '../../ports/message-text.ts';
import { type DirectorySync, directorySync } from './directory-sync.ts';
import { bytesPassed } from './passing-bytes.ts';
import { SpoolFile } from './spool-file.ts';

/** @param directory  made when it is missing */
export async function openSpool(directory: string, clock: Clock): Promise<Spool> {
  await withSpace(() => mkdir(directory, { recursive: true, mode: 0o700 }));
  const fileOf = (spoolId: string, type: 'NEW' | 'MAI'): string => {
    if (!idPattern.test(spoolId)) throw condition(RMS.FNF);
    return join(directory, `${spoolId}.${type}`);
  };
  const gathered = { bytes: 0 };
  const namesAreSafe = directorySync(directory);
  const ofOthers = new Map<string, DirectorySync>();
  const safeNamesOf = (other: string): Promise<void> => {
    let sync = ofOthers.get(other);
    if (sync === undefined) {
      sync = directorySync(other);
      ofOthers.set(other, sync);
    }
    return sync();
  };
  return {
    create() {
      const spoolId = newId(clock.now());
      return new SpoolFile(fileOf(spoolId, 'MAI'), spoolId, gathered, withoutSpace, namesAreSafe);
    },
    async *read({ spoolId, beginning: { head, from } = asItsFile }) {
      let isBegun = head.byteLength === 0;
      try {
        const file = createReadStream(fileOf(spoolId, 'MAI'), { start: from });
        for await (const chunk of file as AsyncIterable<Uint8Array>) {
          if (!isBegun) yield head;
          isBegun = true;
          yield chunk;
          bytesPassed(chunk.byteLength);
        }
        if (!isBegun) yield head;
      } catch (error) {
        throw isMissing(error) ? condition(RMS.FNF) : error;
      }
    },
    async linkTo(spoolId, path) {
      await withSpace(async () => {
        await linked(fileOf(spoolId, 'MAI'), path);
        await safeNamesOf(dirname(path));
      });
    },
    async remove(spoolId) {
      if (!(await isRemoved(fileOf(spoolId, 'MAI')))) await isRemoved(fileOf(spoolId, 'NEW'));
    },
    async list(createdBefore) {
      const ids = (await readdir(directory)).flatMap((name) => {
        const match = filePattern.exec(name);
        if (match === null) return [];
        const [, spoolId, type] = match;
        const isMeant = createdBefore === undefined ? type === 'MAI' : createdAt(spoolId!) < createdBefore;
        return isMeant ? [spoolId!] : [];
      });
      return [...new Set(ids)].sort();
    },
    async sizeBytes(spoolId) {
      try {
        return (await stat(fileOf(spoolId, 'MAI'))).size;
      } catch (error) {
        if (isMissing(error) || error instanceof Condition) return undefined;
        throw error;
      }
    },
    strangers: async () => (await readdir(directory)).filter((name) => !filePattern.test(name)).length,
  };
}

const asItsFile: Beginning = { head: new Uint8Array(0), from: 0 };

const idPattern = /^[0-9a-z]{9,11}-[0-9a-f]{12}$/;
const filePattern = /^([0-9a-z]{9,11}-[0-9a-f]{12})\.(NEW|MAI)$/;

/** Sorts by time; carries it, so that orphans are known by age. */
const newId = (now: number): string => `${now.toString(36).padStart(9, '0')}-${randomHex(6)}`;
/** From the global `crypto`, which Node loads when it is first used. */
const randomHex = (bytes: number): string =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('hex');
const createdAt = (spoolId: string): number => Number.parseInt(spoolId.split('-')[0]!, 36);

/** Replaces what an earlier attempt left at `path`. */
async function linked(from: string, path: string): Promise<void> {
  try {
    await link(from, path);
  } catch (error) {
    if (isMissing(error)) throw condition(RMS.FNF);
    if (codeOf(error) === 'EEXIST' && (await isRemoved(path))) return linked(from, path);
    await copied(from, path);
  }
}

/** Onto another file system, or one without links. */
async function copied(from: string, path: string): Promise<void> {
  const partial = `${path}.${randomHex(4)}.NEW`;
  try {
    await copyFile(from, partial, constants.COPYFILE_EXCL);
    const copy = await open(partial, 'r');
    await copy.sync().finally(() => copy.close());
    await rename(partial, path);
  } catch (error) {
    await isRemoved(partial);
    throw error;
  }
}

/** False: it was not there. */
async function isRemoved(path: string): Promise<boolean> {
  try {
    await unlink(path);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;
const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT';

async function withSpace<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw withoutSpace(error);
  }
}

/** What is thrown in the place of an error of the system. */
function withoutSpace(error: unknown): unknown {
  if (codeOf(error) !== 'ENOSPC' && codeOf(error) !== 'EDQUOT') return error;
  return Object.assign(condition(RMS.FUL), { cause: error });
}
