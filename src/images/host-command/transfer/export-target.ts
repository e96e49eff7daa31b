/**
 * Where an export writes: a directory of its own, marked, so that nothing of somebody else is written over.
 *
 * mbox: each folder is written whole, under another name; all are put in place when all are written. Where a message is left out
 * that cannot be read nothing takes the place of a file that is there: that may be the last to have it, in whatever folder it was
 * then. Maildir: a message has a name that never changes, made of its number in the mail database; one that is there is left, in
 * whatever folder and with whatever flags a program has given it since. Sources: maildir(5); Maildir++ (Courier); RFC 4155.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Condition } from '../../../condition/index.ts';
import { senderOf } from '../../../mail/internet-form/index.ts';
import {
  exportedText,
  maildirDirectory,
  mboxFileNames,
  mboxText,
  separatorLine,
  withStatus,
} from '../../../mail/transfer/index.ts';
import type { MessageRecord } from '../../../ports/mail-store.ts';
import { createHostFile } from './host-file.ts';

/** Tells our directories from other people's. */
const MARK = '.vmsmail-export';

/** The text of a message is not there, or cannot be opened; nothing of it has been written. */
export class UnreadText extends Error {}

export interface ExportedFolder {
  /**
   * False when the message was there. Throws UnreadText, and can go on with others.
   * @param open  the stored text, each time from its beginning
   */
  write(message: MessageRecord, open: () => AsyncIterable<Uint8Array>): Promise<boolean>;
  close(): Promise<void>;
  abandon(): Promise<void>;
}
/** What is not in its place when it is disposed of is removed. */
export interface ExportTarget extends AsyncDisposable {
  /** Nothing is in its place before `commit`. */
  readonly isAllOrNothing: boolean;
  folder(name: string): Promise<ExportedFolder>;
  /**
   * After the last folder.
   * @param isWhole  no message was left out
   * @returns false where it would have replaced files that may have more: they stay as they are
   */
  commit(isWhole: boolean): Promise<boolean>;
}

/**
 * @param from.folders  all there are, whichever of them are exported
 * @returns what is wrong, where the directory cannot be taken
 */
export async function openExport(
  directory: string,
  format: 'mbox' | 'maildir',
  from: { readonly userName: string; readonly hostName: string; readonly folders: readonly string[] },
): Promise<ExportTarget | string> {
  const { userName, hostName, folders } = from;
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const mark = `vmsmail export ${format} ${userName} ${hostName}\n`;
  const found = await readFile(join(directory, MARK), 'utf8').catch(() => undefined);
  if (found === undefined && (await readdir(directory)).length > 0)
    return `${directory} is not empty, and no export of vmsmail made it; name an empty or a new directory`;
  if (found !== undefined && found !== mark)
    return `${directory} holds another export (${found.trim().replace('vmsmail export ', '')}); name another directory`;
  await writeFile(join(directory, MARK), mark, { mode: 0o600 });
  return format === 'mbox'
    ? mboxTarget(directory, hostName, mboxFileNames(folders))
    : maildirTarget(directory, hostName);
}

function mboxTarget(
  directory: string,
  hostName: string,
  fileNames: ReadonlyMap<string, string>,
): ExportTarget {
  /** Closed, and not in place. */
  const paths: string[] = [];
  return {
    isAllOrNothing: true,
    async folder(name) {
      const path = join(directory, fileNames.get(name)!);
      const file = await createHostFile(`${path}.part`);
      return {
        async write(message, open) {
          const exported = exportedText(message, await begun(open), hostName);
          await file.write(Buffer.from(separatorLine(senderOf(message, hostName), message.receivedAt)));
          for await (const bytes of mboxText(withStatus(exported, message.flags))) await file.write(bytes);
          return true;
        },
        async close() {
          await file.close();
          paths.push(path);
        },
        abandon: () => file.abandon(),
      };
    },
    async commit(isWhole) {
      if (!isWhole && paths.some(existsSync)) return false;
      for (let path = paths[0]; path !== undefined; path = paths[0]) {
        await rename(`${path}.part`, path);
        paths.shift();
      }
      return true;
    },
    async [Symbol.asyncDispose]() {
      for (const path of paths) await rm(`${path}.part`, { force: true });
    },
  };
}

async function maildirTarget(root: string, hostName: string): Promise<ExportTarget> {
  const known = await knownNames(root);
  const safeHost = hostName.replace(/[^A-Za-z0-9.-]/g, '_');
  return {
    isAllOrNothing: false,
    async folder(name) {
      const directory = name === 'NEWMAIL' || name === 'MAIL' ? root : join(root, maildirDirectory(name));
      await makeMaildir(directory);
      return {
        async write(message, open) {
          const base = `${Math.floor(message.receivedAt / 1_000)}.V${message.id}.${safeHost}`;
          if (known.has(base)) return false;
          const exported = exportedText(message, await begun(open), hostName);
          const aside = join(directory, 'tmp', base);
          const file = await createHostFile(aside);
          try {
            for await (const bytes of exported) await file.write(bytes);
          } catch (error) {
            await file.abandon();
            throw error;
          }
          await file.close();
          const seconds = message.receivedAt / 1_000;
          await utimes(aside, seconds, seconds);
          const { flags } = message;
          const letters = `${flags.marked ? 'F' : ''}${flags.replied ? 'R' : ''}S`;
          await rename(
            aside,
            flags.new ? join(directory, 'new', base) : join(directory, 'cur', `${base}:2,${letters}`),
          );
          return true;
        },
        close: async () => {},
        abandon: async () => {},
      };
    },
    commit: async () => true,
    [Symbol.asyncDispose]: async () => {},
  };
}

/**
 * Opens a text before anything is written of its message. Rejects with UnreadText where a condition keeps that from being.
 * @returns the same as `open`; what is open already is what comes first
 */
async function begun(open: () => AsyncIterable<Uint8Array>): Promise<() => AsyncIterable<Uint8Array>> {
  const text = open()[Symbol.asyncIterator]();
  const first = await text.next().catch((error: unknown) => {
    throw error instanceof Condition ? new UnreadText(error.message, { cause: error }) : error;
  });
  let waiting: AsyncIterable<Uint8Array> | undefined = withFirst(first, text);
  return () => {
    const next = waiting ?? open();
    waiting = undefined;
    return next;
  };
}

async function* withFirst(
  first: IteratorResult<Uint8Array>,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    for (let each = first; each.done !== true; each = await rest.next()) yield each.value;
  } finally {
    await rest.return?.();
  }
}

async function makeMaildir(directory: string): Promise<void> {
  for (const part of ['cur', 'new', 'tmp'])
    await mkdir(join(directory, part), { recursive: true, mode: 0o700 });
}

/** Names of all messages that earlier exports wrote, without their flags. */
async function knownNames(root: string): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  const folders = (await readdir(root, { withFileTypes: true })).filter(
    (each) => each.isDirectory() && each.name.startsWith('.'),
  );
  for (const directory of [root, ...folders.map(({ name }) => join(root, name))]) {
    for (const part of ['cur', 'new']) {
      for (const name of await readdir(join(directory, part)).catch(() => []))
        known.add(name.replace(/:.*$/, ''));
    }
  }
  return known;
}
