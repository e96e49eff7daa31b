/**
 * The spool: texts over 64 KiB as files of one directory, readable by their owner only. DESIGN §4.
 * A text is written under `<id>.NEW` and gets its name `<id>.MAI` once it is on stable storage.
 */
import { constants, createReadStream } from 'node:fs';
import { copyFile, type FileHandle, link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Condition, condition, RMS } from '../../condition/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Spool, SpoolWriter } from '../../ports/message-text.ts';
import { bytesPassed } from './passing-bytes.ts';

/** @param directory  made when it is missing */
export async function openSpool(directory: string, clock: Clock): Promise<Spool> {
  await withSpace(() => mkdir(directory, { recursive: true, mode: 0o700 }));
  const fileOf = (spoolId: string, type: 'NEW' | 'MAI'): string => {
    if (!idPattern.test(spoolId)) throw condition(RMS.FNF);
    return join(directory, `${spoolId}.${type}`);
  };
  return {
    async create() {
      const spoolId = newId(clock.now());
      const file = await withSpace(() => open(fileOf(spoolId, 'NEW'), 'wx', 0o600));
      return writer(file, fileOf(spoolId, 'NEW'), fileOf(spoolId, 'MAI'), spoolId);
    },
    async *read(spoolId) {
      try {
        for await (const chunk of createReadStream(fileOf(spoolId, 'MAI')) as AsyncIterable<Uint8Array>) {
          yield chunk;
          bytesPassed(chunk.byteLength);
        }
      } catch (error) {
        throw isMissing(error) ? condition(RMS.FNF) : error;
      }
    },
    async linkTo(spoolId, path) {
      await withSpace(() => linkDurably(fileOf(spoolId, 'MAI'), path));
    },
    async remove(spoolId) {
      await rm(fileOf(spoolId, 'MAI'), { force: true });
      await rm(fileOf(spoolId, 'NEW'), { force: true });
    },
    async list(createdBefore) {
      const ids = (await readdir(directory)).flatMap((name) => {
        const match = filePattern.exec(name);
        if (match === null) return [];
        const [, spoolId, type] = match;
        // What was never finished is an orphan too, once it is old.
        return createdBefore === undefined
          ? type === 'MAI'
            ? [spoolId!]
            : []
          : createdAt(spoolId!) < createdBefore
            ? [spoolId!]
            : [];
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

const idPattern = /^[0-9a-z]{9,11}-[0-9a-f]{12}$/;
const filePattern = /^([0-9a-z]{9,11}-[0-9a-f]{12})\.(NEW|MAI)$/;

/** Sorts by time; carries it, so that orphans are known by age. */
const newId = (now: number): string => `${now.toString(36).padStart(9, '0')}-${randomHex(6)}`;
/** From the global `crypto`, which Node loads when it is first used. */
const randomHex = (bytes: number): string =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('hex');
const createdAt = (spoolId: string): number => Number.parseInt(spoolId.split('-')[0]!, 36);

function writer(file: FileHandle, newPath: string, path: string, spoolId: string): SpoolWriter {
  return {
    write: (chunk) =>
      withSpace(async () => {
        await file.writeFile(chunk);
        bytesPassed(chunk.byteLength);
      }),
    async *read() {
      for await (const chunk of createReadStream(newPath) as AsyncIterable<Uint8Array>) {
        yield chunk;
        bytesPassed(chunk.byteLength);
      }
    },
    commit: () =>
      withSpace(async () => {
        await file.sync();
        await file.close();
        await rename(newPath, path);
        await syncDirectory(dirname(path));
        return spoolId;
      }),
    async abandon() {
      await file.close().catch(() => undefined);
      await rm(newPath, { force: true });
      await rm(path, { force: true });
    },
  };
}

/** Replaces what an earlier attempt left at `path`. */
async function linkDurably(from: string, path: string): Promise<void> {
  const partial = `${path}.${randomHex(4)}.NEW`;
  try {
    await link(from, partial);
  } catch (error) {
    if (isMissing(error)) throw condition(RMS.FNF);
    await copyFile(from, partial, constants.COPYFILE_EXCL);
    const copy = await open(partial, 'r');
    await copy.sync().finally(() => copy.close());
  }
  await rename(partial, path);
  // Two names of one file: rename leaves both.
  await rm(partial, { force: true });
  await syncDirectory(dirname(path));
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  await directory.sync().finally(() => directory.close());
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;
const isMissing = (error: unknown): boolean => codeOf(error) === 'ENOENT';

async function withSpace<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (codeOf(error) !== 'ENOSPC' && codeOf(error) !== 'EDQUOT') throw error;
    throw Object.assign(condition(RMS.FUL), { cause: error });
  }
}
