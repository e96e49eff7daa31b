/** `vmsmail export`: a user's folders as mbox files or as a Maildir; repeated, it brings what is new and nothing twice. */
import { checkFolderName } from '../../mail/index.ts';
import { DEFAULT_MAIL_FILE } from '../../ports/mail-store.ts';
import { complain, print } from './display.ts';
import { type ExportTarget, openExport, UnreadText } from './transfer/export-target.ts';
import { type MailUserStore, openMailUser } from './transfer/mail-user.ts';
import { counted, megabytes, Progress } from './transfer/progress.ts';

export interface ExportOptions {
  readonly root: string;
  readonly user?: string;
  /** Empty: all of them. */
  readonly folder: readonly string[];
  readonly format: 'mbox' | 'maildir';
}

/** Header records read at a time. */
const CHUNK = 200;

export async function exportMail(directory: string, options: ExportOptions): Promise<number> {
  const opened = await openMailUser(options);
  if (typeof opened === 'string') return complain(opened);
  await using user = opened;
  const file = await user.store.mailFile(user.userName, DEFAULT_MAIL_FILE);
  const folders = file === undefined ? [] : await user.store.folders(file.id);
  const wanted = options.folder.map((name) =>
    checkFolderName(/^".*"$/.test(name) ? name : name.toUpperCase()),
  );
  const missing = wanted.find((name) => !folders.some((each) => each.name === name));
  if (missing !== undefined) return complain(`${user.userName} has no folder ${missing}`);
  const openedTarget = await openExport(directory, options.format, {
    userName: user.userName,
    hostName: user.hostName,
    folders: folders.map(({ name }) => name),
  });
  if (typeof openedTarget === 'string') return complain(openedTarget);
  await using target = openedTarget;
  using progress = new Progress();
  const sums = { written: 0, there: 0, unread: 0, bytes: 0 };
  for (const { name } of folders) {
    if (progress.isInterrupted) break;
    if (wanted.length === 0 || wanted.includes(name))
      await exportFolder({ user, fileId: file!.id, name, target, progress, sums });
  }
  progress.clear();
  const left = `${counted(sums.unread, 'message')} cannot be read`;
  if (progress.isInterrupted && target.isAllOrNothing) {
    print(`Interrupted: ${directory} stays as it is`);
    return progress.status;
  }
  if (!(await target.commit(sums.unread === 0)))
    return complain(
      `${left}: ${directory} stays as it is, for it may have what is missing; ` +
        'name a new directory for what can be read, or delete what cannot',
    );
  print(`${counted(sums.written, 'message')} written to ${directory}`);
  if (sums.there > 0) print(`${counted(sums.there, 'message')} had been there before`);
  if (progress.isInterrupted) print('Interrupted: the same command goes on where this one ended');
  if (sums.unread === 0) return progress.status;
  print(`${left} and ${sums.unread === 1 ? 'is' : 'are'} left out`);
  return progress.status || 1;
}

async function exportFolder(work: {
  readonly user: MailUserStore;
  readonly fileId: number;
  readonly name: string;
  readonly target: ExportTarget;
  readonly progress: Progress;
  readonly sums: { written: number; there: number; unread: number; bytes: number };
}): Promise<void> {
  const { user, fileId, name, target, progress, sums } = work;
  const ids = await user.store.select(fileId, name);
  const folder = await target.folder(name);
  try {
    for (let at = 0; at < ids.length; at += CHUNK) {
      for (const [place, message] of (
        await user.store.messages(fileId, await ids.slice(at, CHUNK))
      ).entries()) {
        const number = at + place + 1;
        if (progress.isInterrupted) return await folder.abandon();
        // Deleted or moved since.
        if (message === undefined || message.folder !== name) continue;
        try {
          if (await folder.write(message, () => user.store.readText(fileId, message.id))) sums.written++;
          else sums.there++;
        } catch (error) {
          if (!(error instanceof UnreadText)) throw error;
          const [stillThere] = await user.store.messages(fileId, [message.id]);
          if (stillThere === undefined) continue;
          sums.unread++;
          progress.clear();
          complain(`folder ${name}, message ${number}, MAIL$${message.externalId}.MAI: ${error.message}`);
          continue;
        }
        sums.bytes += message.sizeBytes;
        progress.show(
          () => `${counted(sums.written + sums.there, 'message')}, ${megabytes(sums.bytes)}: ${name}`,
        );
      }
    }
    await folder.close();
  } catch (error) {
    await folder.abandon();
    throw error;
  } finally {
    ids.close();
  }
}
