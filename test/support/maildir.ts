/** Maildir folders as programs keep them beside each other. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export interface MaildirMessage {
  readonly file: string;
  /** Letters of its name: F flagged, R replied, S seen. */
  readonly flags: string;
  readonly text: string;
}

/** Messages of each folder there is below a directory, by the name of the folder. */
export function maildirState(directory: string): Readonly<Record<string, readonly MaildirMessage[]>> {
  const folders = readdirSync(directory).filter((name) => readdirSync(join(directory, name)).includes('cur'));
  return Object.fromEntries(folders.sort().map((name) => [name, messagesIn(join(directory, name))]));
}

function messagesIn(folder: string): readonly MaildirMessage[] {
  return ['new', 'cur'].flatMap((part) =>
    readdirSync(join(folder, part))
      .sort()
      .map((name) => ({
        file: join(folder, part, name),
        flags: name.split(':2,')[1] ?? '',
        text: readFileSync(join(folder, part, name), 'latin1'),
      })),
  );
}

/** What a mail program does that has a message open: with flags it is seen, and old. */
export function setFlags(message: MaildirMessage, flags: string): void {
  const folder = dirname(dirname(message.file));
  const name = basename(message.file).split(':2,')[0]!;
  renameSync(message.file, join(folder, 'cur', `${name}:2,${flags}`));
}

export const takeAway = (message: MaildirMessage): void => rmSync(message.file);

/** @param text  lines end as they do on this machine */
export function put(directory: string, folder: string, name: string, text: string): void {
  for (const part of ['new', 'cur', 'tmp']) mkdirSync(join(directory, folder, part), { recursive: true });
  writeFileSync(join(directory, folder, 'new', name), text);
}
