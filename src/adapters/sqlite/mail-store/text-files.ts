/**
 * Texts over 64 KiB: files MAIL$xxxxxxxx.MAI beside the database. A text comes from the spool by hard link, or is
 * written here; either way it stands durably before the row that names it is committed. What a crash leaves between the
 * two is an orphan, removed when it has been seen for an hour and no row names it. Source: vms-mail.md §4.1; DESIGN §4.
 */
import { mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { Condition, condition, RMS } from '../../../condition/index.ts';
import type { StoredText, TextWriter } from '../../../ports/mail-store.ts';
import type { Beginning, Spool, SpooledText } from '../../../ports/message-text.ts';
import { syncDirectory } from '../../node/directory-sync.ts';
import { storeFailure } from '../failures.ts';

const ORPHAN_AGE_MS = 3_600_000;
const CHUNK_BYTES = 262_144;
/** Each may be an open file while it is measured. */
const LINKED_AT_ONCE = 32;
const LF = 0x0a;

/** In a file of ours. */
export interface PlacedText extends StoredText {
  readonly beginning?: Beginning | undefined;
}

export interface TextFiles {
  read(externalId: string, beginning?: Beginning): AsyncIterable<Uint8Array>;
  /** Spooled texts under names of ours, some at a time: they share the synchronisation of the directory. Rejects for nothing. */
  linkAll(texts: readonly SpooledText[]): Promise<{
    readonly stored: ReadonlyMap<SpooledText, PlacedText>;
    /** Not all of them are. */
    readonly failure?: { readonly reason: unknown };
  }>;
  /** @param heldOctets  of a text, as many stay in memory */
  writer(heldOctets: number): TextWriter;
  remove(externalIds: readonly string[]): Promise<void>;
  removeOrphans(steadyMs: number, isKnown: (externalId: string) => boolean): Promise<number>;
}

/** @param nextId  8 hexadecimal digits, never the same again in any process */
export function createTextFiles(
  directory: string,
  spool: Spool | undefined,
  nextId: () => string,
): TextFiles {
  /** Files that belonged to no row, by name: when they were seen first, and the ctime they had then. */
  let orphans = new Map<string, { readonly since: number; readonly ctimeMs: number }>();
  const pathOf = (externalId: string): string => join(directory, `MAIL$${externalId}.MAI`);
  const link = async (text: SpooledText): Promise<PlacedText> => {
    if (spool === undefined) throw new Error('a spooled text, and no spool to read it from');
    const externalId = nextId();
    const path = pathOf(externalId);
    await spool.linkTo(text.spoolId, path);
    try {
      const { beginning, known, sizeBytes } = text;
      const records = known?.lines ?? (await countedRecords(path, beginning));
      return { kind: 'stored', externalId, sizeBytes, records, beginning };
    } catch (error) {
      await unlink(path).catch(() => undefined);
      throw error;
    }
  };
  return {
    read: (externalId, beginning) => readFile(pathOf(externalId), beginning),
    async linkAll(texts) {
      const stored = new Map<SpooledText, PlacedText>();
      try {
        if (texts.length > 0) await mkdir(directory, { recursive: true, mode: 0o700 });
        for (let at = 0; at < texts.length; at += LINKED_AT_ONCE) {
          const some = texts.slice(at, at + LINKED_AT_ONCE);
          const results = await Promise.allSettled(some.map(link));
          for (const [index, result] of results.entries())
            if (result.status === 'fulfilled') stored.set(some[index]!, result.value);
          const failed = results.find((each) => each.status === 'rejected');
          if (failed !== undefined) return { stored, failure: failed };
        }
        return { stored };
      } catch (reason) {
        return { stored, failure: { reason } };
      }
    },
    writer: (heldOctets) => new FileTextWriter(directory, pathOf, nextId, heldOctets),
    async remove(externalIds) {
      for (const each of externalIds) await unlink(pathOf(each)).catch(() => undefined);
    },
    async removeOrphans(steadyMs, isKnown) {
      const seen = orphans;
      orphans = new Map();
      let removed = 0;
      for (const name of await readdir(directory).catch(() => [])) {
        const externalId = /^MAIL\$([0-9A-F]{8})\.(?:MAI|TMP)$/.exec(name)?.[1];
        if (externalId === undefined || (name.endsWith('.MAI') && isKnown(externalId))) continue;
        const found = await stat(join(directory, name)).catch(() => undefined);
        if (found === undefined) continue;
        const before = seen.get(name);
        // What is written to is not left over. How old a file is by its times depends on who sets the clock.
        const since = before?.ctimeMs === found.ctimeMs ? before.since : steadyMs;
        if (steadyMs - since < ORPHAN_AGE_MS) {
          orphans.set(name, { since, ctimeMs: found.ctimeMs });
          continue;
        }
        await unlink(join(directory, name)).catch(() => undefined);
        removed++;
      }
      return removed;
    },
  };
}

/** Nothing comes of a text whose file is gone, its head neither. */
async function* readFile(path: string, beginning: Beginning | undefined): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r').catch((error: unknown) => {
    if ((error as { code?: string }).code === 'ENOENT') throw new Condition(RMS.FNF, [], { cause: error });
    throw error;
  });
  try {
    if (beginning !== undefined && beginning.head.byteLength > 0) yield beginning.head;
    const options = { highWaterMark: CHUNK_BYTES, start: beginning?.from ?? 0, autoClose: false };
    yield* file.createReadStream(options) as AsyncIterable<Uint8Array>;
  } finally {
    await file.close();
  }
}

/** Reads with one buffer for the whole text: long texts do not make the process grow. */
async function countedRecords(path: string, beginning: Beginning | undefined): Promise<number> {
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let position = beginning?.from ?? 0;
  let records = beginning === undefined ? 0 : countRecords(beginning.head);
  await using file = await open(path, 'r');
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, buffer.byteLength, position);
    if (bytesRead === 0) return records;
    position += bytesRead;
    records += countRecords(buffer.subarray(0, bytesRead));
  }
}

/** Line ends in it. */
export function countRecords(bytes: Uint8Array): number {
  let count = 0;
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) count++;
  return count;
}

/** Keeps some in memory; what is longer goes into a file from there on. */
class FileTextWriter implements TextWriter {
  readonly #directory: string;
  readonly #pathOf: (externalId: string) => string;
  readonly #nextId: () => string;
  readonly #heldOctets: number;
  #held: Uint8Array[] = [];
  #sizeBytes = 0;
  #records = 0;
  #file:
    | { readonly handle: Awaited<ReturnType<typeof open>>; readonly id: string; readonly path: string }
    | undefined;

  constructor(
    directory: string,
    pathOf: (externalId: string) => string,
    nextId: () => string,
    heldOctets: number,
  ) {
    this.#directory = directory;
    this.#pathOf = pathOf;
    this.#nextId = nextId;
    this.#heldOctets = heldOctets;
  }

  async write(chunk: Uint8Array): Promise<void> {
    this.#sizeBytes += chunk.byteLength;
    this.#records += countRecords(chunk);
    if (this.#file === undefined && this.#sizeBytes <= this.#heldOctets) {
      this.#held.push(Uint8Array.from(chunk));
      return;
    }
    try {
      this.#file ??= await this.#create();
      for (const each of [...this.#held.splice(0), chunk]) await this.#file.handle.appendFile(each);
    } catch (error) {
      await this.abandon();
      throw storeFailure(error);
    }
  }

  async commit(): Promise<StoredText | { readonly kind: 'inline'; readonly bytes: Uint8Array }> {
    const file = this.#file;
    if (file === undefined) return { kind: 'inline', bytes: Buffer.concat(this.#held) };
    try {
      await file.handle.sync();
      await file.handle.close();
      this.#file = undefined;
      await rename(file.path, this.#pathOf(file.id));
      await syncDirectory(this.#directory);
    } catch (error) {
      await unlink(file.path).catch(() => undefined);
      throw storeFailure(error);
    }
    return { kind: 'stored', externalId: file.id, sizeBytes: this.#sizeBytes, records: this.#records };
  }

  async abandon(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    this.#held = [];
    if (file === undefined) return;
    await file.handle.close().catch(() => undefined);
    await unlink(file.path).catch(() => undefined);
  }

  async #create() {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 });
    const id = this.#nextId();
    const path = this.#pathOf(id).replace(/MAI$/, 'TMP');
    return { handle: await open(path, 'wx', 0o600), id, path };
  }
}

export const missingText = (): Condition => condition(RMS.FNF);
