/** Messages out of the files of other programs, streamed into an import. */
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ImportedMessage,
  type ImportedText,
  inboxFolder,
  MboxSplitter,
  type MessageImport,
} from '../../../mail/transfer/index.ts';
import { type MailSource, readSource } from './mail-sources.ts';

export interface Reading {
  readonly target: MessageImport;
  /** All messages go there; undefined: where the source says. */
  readonly folder: string | undefined;
  /** Aborted: no further message is begun, and an unfinished one is left. */
  readonly signal: AbortSignal;
  readonly onMessage: () => void;
}

export function readMessages(source: MailSource, reading: Reading): Promise<void> {
  switch (source.kind) {
    case 'mbox':
      return readMbox(source, reading);
    case 'maildir':
      return readMaildir(source, reading);
    case 'message':
      return readFile(source.path, source, { isRead: false, isReplied: false, isMarked: false }, reading);
  }
}

async function readMbox(source: MailSource, reading: Reading): Promise<void> {
  const splitter = new MboxSplitter();
  let text: ImportedText | undefined;
  let start: { readonly sender: string; readonly receivedAt: number | undefined } | undefined;
  const take = async (events: ReturnType<MboxSplitter['push']>): Promise<void> => {
    for (const event of events) {
      if (event.kind === 'start') {
        if (reading.signal.aborted) return;
        start = event;
        text = reading.target.begin();
      } else if (event.kind === 'data') await text?.write(event.bytes);
      else if (text !== undefined && start !== undefined) {
        const ended = text;
        text = undefined;
        const { status } = event;
        if (event.isInternal) await ended.abandon();
        else await finish(ended, source, { ...start, ...status }, reading);
      }
    }
  };
  try {
    for await (const chunk of readSource(source.path, reading.signal)) {
      await take(splitter.push(chunk));
    }
    if (reading.signal.aborted) return;
    await take(splitter.end());
  } finally {
    await text?.abandon();
  }
  if (splitter.isStrange)
    throw new Error(`${source.path} does not begin with a From line: this is no mbox file`);
}

async function readMaildir(source: MailSource, reading: Reading): Promise<void> {
  for (const part of ['new', 'cur']) {
    const directory = join(source.path, part);
    // Names begin with the time of delivery.
    for (const name of (await readdir(directory)).sort()) {
      if (reading.signal.aborted) return;
      if (name.startsWith('.')) continue;
      const flags = /:2,([A-Za-z]*)$/.exec(name)?.[1] ?? '';
      const status = {
        isRead: part === 'cur' && flags.includes('S'),
        isReplied: flags.includes('R'),
        isMarked: flags.includes('F'),
        isDeleted: flags.includes('T'),
      };
      await readFile(join(directory, name), source, status, reading);
    }
  }
}

type Status = Pick<ImportedMessage, 'isRead' | 'isReplied' | 'isMarked'> & { readonly isDeleted?: boolean };

async function readFile(path: string, source: MailSource, status: Status, reading: Reading): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  // A program that works on the Maildir has renamed it meanwhile; the next import finds it. Links are not followed.
  if (found === undefined || !found.isFile()) return;
  const text = reading.target.begin();
  try {
    for await (const chunk of withCrlf(readSource(path, reading.signal))) await text.write(chunk);
  } catch (error) {
    await text.abandon();
    throw error;
  }
  if (reading.signal.aborted) return text.abandon();
  await finish(text, source, { ...status, sender: '', receivedAt: Math.round(found.mtimeMs) }, reading);
}

async function finish(
  text: ImportedText,
  source: MailSource,
  message: Status & Pick<ImportedMessage, 'sender' | 'receivedAt'>,
  reading: Reading,
): Promise<void> {
  const folder =
    reading.folder ??
    (message.isDeleted === true ? 'WASTEBASKET' : (source.folder ?? inboxFolder(message.isRead)));
  await text.finish({ ...message, folder });
  reading.onMessage();
}

/** LF becomes CRLF; CRLF stays. */
async function* withCrlf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let last = 0;
  for await (const chunk of chunks) {
    let start = 0;
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, at + 1)) {
      if ((at === 0 ? last : bytes[at - 1]) === 0x0d) continue;
      yield bytes.subarray(start, at);
      yield CR;
      start = at;
    }
    yield bytes.subarray(start);
    last = bytes.at(-1) ?? last;
  }
}
const CR = Buffer.from('\r');
