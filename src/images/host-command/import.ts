/** `vmsmail import`: mail of other programs into a user's folders; may be broken off and repeated without doubles. */
import { checkFolderName } from '../../mail/index.ts';
import { importMessages } from '../../mail/transfer/index.ts';
import { complain, print } from './display.ts';
import { mailSources } from './transfer/mail-sources.ts';
import { openMailUser } from './transfer/mail-user.ts';
import { counted, megabytes, Progress } from './transfer/progress.ts';
import { readMessages } from './transfer/read-sources.ts';

export interface ImportOptions {
  readonly root: string;
  readonly user?: string;
  readonly folder?: string;
}

export async function importMail(paths: readonly string[], options: ImportOptions): Promise<number> {
  const folder = options.folder === undefined ? undefined : folderName(options.folder);
  const sources = (await Promise.all(paths.map(mailSources))).flat();
  const opened = await openMailUser(options);
  if (typeof opened === 'string') return complain(opened);
  await using user = opened;
  using progress = new Progress();
  const target = importMessages({ store: user.store, owner: user.userName, now: Date.now });
  let seen = 0;
  try {
    for (const source of sources) {
      await readMessages(source, {
        target,
        folder,
        signal: progress.signal,
        onMessage: () => {
          seen++;
          progress.show(
            () => `${counted(seen, 'message')}, ${megabytes(target.counts.bytes)}: ${source.path}`,
          );
        },
      });
      if (progress.isInterrupted) break;
    }
  } finally {
    // What has been read is kept, also when the rest cannot be.
    await target.flush();
    progress.clear();
  }
  const { taken, known, folders } = target.counts;
  print(`${counted(taken, 'message')} taken into the mail file of ${user.userName}${placesOf(folders)}`);
  if (known > 0) print(`${counted(known, 'message')} had been taken before`);
  if (progress.isInterrupted) print('Interrupted: the same command goes on where this one ended');
  return progress.status;
}

/** As it is typed at MAIL>: upper case, unless it stands in quotes. */
const folderName = (typed: string): string =>
  checkFolderName(/^".*"$/.test(typed) ? typed : typed.toUpperCase());

const placesOf = (folders: ReadonlyMap<string, number>): string =>
  folders.size === 0
    ? ''
    : ` (${[...folders].map(([name, count]) => `${name} ${count.toLocaleString('en-US')}`).join(', ')})`;
