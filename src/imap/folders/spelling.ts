/**
 * Folders under the names that clients gave them: who has made `notes` finds `notes`, where the name of MAIL would be `Notes`. A level
 * above several folders is written in one way for all of them.
 */
import { NEWMAIL } from '../../mail/index.ts';
import { DELIMITER, folderName, INBOX, mailboxName } from '../folder-name.ts';
import { nameText } from '../mailbox-argument.ts';
import type { Session } from '../session.ts';
import { mailboxesOf } from '../verbs/verb.ts';

export class Spelling {
  /** What clients have called a level, by the name of a folder that would end with it. */
  readonly #levels = new Map<string, string>();

  /** @param clientNames  by folder, the first made first; what is the name of another folder says nothing */
  constructor(clientNames: ReadonlyMap<string, string>) {
    const above: (readonly [path: string, level: string])[] = [];
    for (const [folder, name] of clientNames) {
      if (folderName(name) !== folder) continue;
      const levels = name.split(DELIMITER);
      const paths = pathsOf(folder);
      this.#levels.set(folder, levels.at(-1)!);
      for (let at = 0; at < paths.length - 1; at++) above.push([paths[at]!, levels[at]!]);
    }
    // What a folder itself is called counts before what those below it say.
    for (const [path, level] of above) if (!this.#levels.has(path)) this.#levels.set(path, level);
    this.#levels.delete(INBOX);
  }

  /** As it is listed. */
  nameOf(folder: string): string {
    const name = mailboxName(folder);
    if (this.#levels.size === 0 || folder === NEWMAIL) return name;
    const levels = name.split(DELIMITER);
    return pathsOf(folder)
      .map((path, at) => this.#levels.get(path) ?? levels[at]!)
      .join(DELIMITER);
  }

  /**
   * What a folder is listed as that a client makes under this name: levels there are stay as they are. Undefined: as MAIL calls it.
   * @param folders  that are there
   */
  ofNew(asked: string, folders: Iterable<string>): string | undefined {
    const folder = folderName(asked);
    const known = new Set([INBOX, ...[...folders].flatMap(pathsOf)]);
    const listed = this.nameOf(folder).split(DELIMITER);
    const levels = asked.split(DELIMITER);
    const name = pathsOf(folder)
      .map((path, at) => (known.has(path) ? listed[at]! : levels[at]!))
      .join(DELIMITER);
    return name === mailboxName(folder) ? undefined : name;
  }
}

/** `A`, `A/B` and `A/B/C` of `A/B/C`. */
function pathsOf(folder: string): string[] {
  const levels = folder.split(DELIMITER);
  return levels.map((_, at) => levels.slice(0, at + 1).join(DELIMITER));
}

export async function spellingOf(session: Session): Promise<Spelling> {
  const { store, fileId } = mailboxesOf(session);
  return new Spelling(await store.mailboxes.clientNames(fileId));
}

/** A folder as LIST and STATUS call it. */
export const mailboxText = async (session: Session, folder: string): Promise<string> =>
  nameText(session, folder === NEWMAIL ? INBOX : (await spellingOf(session)).nameOf(folder));

/**
 * Behind a name that the client has written otherwise, for clients of IMAP4rev2; else empty. RFC 9051 §6.3.9.7
 * @param text  as `mailboxText` has it
 */
export function oldName(session: Session, text: string, written: string): string {
  const asked = nameText(session, withoutDelimiter(written));
  // INBOX is INBOX in whatever case. RFC 9051 §5.1
  return asked === text || text === INBOX ? '' : ` ("OLDNAME" (${asked}))`;
}

/** RFC 9051 §6.3.4: a delimiter at the end says that more will be made below it. */
export const withoutDelimiter = (name: string): string =>
  name.endsWith(DELIMITER) ? name.slice(0, -DELIMITER.length) : name;
