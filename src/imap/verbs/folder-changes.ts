/** CREATE, DELETE, RENAME: folders of MAIL, by the rules of MAIL. Source: RFC 9051 §6.3.4 to §6.3.6; RFC 6154 §3; RFC 8474 §4.1. */
import { isCondition } from '../../condition/index.ts';
import { checkFolderName, NEWMAIL } from '../../mail/index.ts';
import type { FolderRef, FolderRename, MailboxRecord } from '../../ports/mailboxes.ts';
import { Breath } from '../breath.ts';
import { DELIMITER, folderName, mailboxName } from '../folder-name.ts';
import { isBelow, standingFolders } from '../folders/mailbox-tree.ts';
import { mailboxText, oldName, type Spelling, spellingOf, withoutDelimiter } from '../folders/spelling.ts';
import { mailboxArgument, writtenMailbox } from '../mailbox-argument.ts';
import { mailboxId } from '../object-id.ts';
import type { Session } from '../session.ts';
import { type Cursor, SyntaxFault } from '../syntax/cursor.ts';
import { type Answer, authenticated, type Dialogue, type ImapVerb, mailboxesOf, no, ok } from './verb.ts';

/** Messages that are moved together. */
const AT_ONCE = 1_000;

const create: ImapVerb = {
  states: authenticated,
  async obey(session, cursor, { say }) {
    const { name, written } = writtenMailbox(session, cursor);
    const folder = folderName(withoutDelimiter(name));
    const wantsUse = parseUse(cursor);
    cursor.end();
    // RFC 6154 §3: names say what folders are for.
    if (wantsUse) return no('What a folder is for is told by its name.', 'USEATTR');
    const { standing } = await foldersOf(session);
    const refusal = refusalOfNew(folder, standing);
    if (refusal !== undefined) return refusal;
    const { store, fileId } = mailboxesOf(session);
    const clientName = (await spellingOf(session)).ofNew(withoutDelimiter(name), standing);
    if (!(await store.mailboxes.create(fileId, folder, clientName))) return EXISTS;
    await tellName(session, written, folder, say);
    const record = await store.mailboxes.find(fileId, folder);
    return ok('CREATE completed', record && `MAILBOXID (${mailboxId(record)})`);
  },
};

/** Messages go to the wastebasket, as those that are deleted one by one. */
const remove: ImapVerb = {
  states: authenticated,
  async obey(session, cursor, dialogue) {
    const folder = folderName(mailboxArgument(session, cursor));
    cursor.end();
    const { records, wastebasket } = await foldersOf(session);
    if (folder === NEWMAIL || folder === wastebasket) return no('This mailbox is always there.', 'CANNOT');
    const record = records.get(folder);
    if (record === undefined)
      return [...records.keys()].some((each) => isBelow(each, folder))
        ? no('There is nothing but what is below it.', 'HASCHILDREN')
        : NONEXISTENT;
    const { store, fileId } = mailboxesOf(session);
    await moveAll(session, record, wastebasket, dialogue);
    await store.mailboxes.remove(fileId, record.id);
    return ok('DELETE completed');
  },
};

/** With all that is below it. What was in INBOX moves, and INBOX stays. RFC 9051 §6.3.6 */
const rename: ImapVerb = {
  states: authenticated,
  async obey(session, cursor, dialogue) {
    const from = folderName(mailboxArgument(session, cursor));
    const { name, written } = writtenMailbox(session, cursor);
    const to = folderName(withoutDelimiter(name));
    cursor.end();
    const { records, standing, wastebasket } = await foldersOf(session);
    const isInbox = from === NEWMAIL;
    if (from === wastebasket) return no('This mailbox keeps its name.', 'CANNOT');
    const moved = isInbox
      ? [from]
      : [...records.keys()].filter((each) => each === from || isBelow(each, from));
    if (moved.length === 0) return NONEXISTENT;
    if (isBelow(to, from)) return no('A mailbox cannot be put below itself.', 'CANNOT');
    const spelling = await spellingOf(session);
    const staying = [...standing].filter((each) => !moved.includes(each));
    const called = spelling.ofNew(withoutDelimiter(name), staying) ?? mailboxName(to);
    if (to === from && called === spelling.nameOf(from)) return EXISTS;
    const names = newNames(spelling, moved, { from, to, called });
    for (const each of new Set([to, ...names.map((each) => each.to)])) {
      // What is moved itself makes room.
      const refusal = moved.includes(each) && !isInbox ? undefined : refusalOfNew(each, standing);
      if (refusal !== undefined) return refusal;
    }
    const mailboxes = mailboxesOf(session);
    const { store, fileId } = mailboxes;
    if (isInbox) {
      const inbox = await mailboxes.find(from);
      await store.mailboxes.create(fileId, to, names[0]?.clientName);
      const made = await store.mailboxes.find(fileId, to);
      if (inbox === undefined || made === undefined) return IN_USE;
      if (!(await moveAll(session, inbox, made.id, dialogue))) return IN_USE;
    } else if (!(await store.mailboxes.rename(fileId, names))) {
      return IN_USE;
    }
    await tellName(session, written, to, dialogue.say);
    return ok('RENAME completed');
  },
};

/**
 * In an order in which each finds its place empty: of `a/b` and `a/b/b`, which become `a` and `a/b`, the shorter is first.
 * @param names.called  what `to` will be listed as
 */
function newNames(
  spelling: Spelling,
  moved: readonly string[],
  { from, to, called }: { readonly from: string; readonly to: string; readonly called: string },
): readonly FolderRename[] {
  const depth = from.split(DELIMITER).length;
  return moved
    .toSorted((one, other) => one.length - other.length)
    .map((each) => {
      const below = spelling.nameOf(each).split(DELIMITER).slice(depth);
      const name = [called, ...below].join(DELIMITER);
      const target = to + each.slice(from.length);
      return { from: each, to: target, clientName: name === mailboxName(target) ? undefined : name };
    });
}

/**
 * Also what comes in meanwhile. What has begun is brought to its end, whether the client waits or not.
 * @returns false: `to` is there no more
 */
async function moveAll(
  session: Session,
  from: MailboxRecord,
  to: FolderRef,
  { say, flush }: Pick<Dialogue, 'say' | 'flush'>,
): Promise<boolean> {
  const { store, fileId } = mailboxesOf(session);
  let moved = 0;
  const breath = new Breath(new AbortController().signal, {
    async tell() {
      say(`* OK Moved ${moved} messages\r\n`);
      await flush();
    },
  });
  for (;;) {
    await breath.take();
    const uids = await store.mailboxes.uids(fileId, from.id, 0, AT_ONCE);
    // Into INBOX mail may come for ever.
    const known = from.name === NEWMAIL ? uids.filter((uid) => uid < from.nextUid) : uids;
    if (known.length === 0) return true;
    if ((await store.mailboxes.move(fileId, from.id, known, to)) === undefined) return false;
    moved += known.length;
  }
}

const EXISTS = no('There is a mailbox of that name.', 'ALREADYEXISTS');
const IN_USE = no('Somebody else has changed these mailboxes meanwhile.', 'INUSE');
const NONEXISTENT = no('There is no such mailbox.', 'NONEXISTENT');

/** What a mailbox is called that the client has named otherwise. RFC 9051 §6.3.4, §6.3.6, §6.3.9.7 */
async function tellName(
  session: Session,
  written: string,
  folder: string,
  say: Dialogue['say'],
): Promise<void> {
  if (!session.enabled.has('IMAP4REV2')) return;
  const text = await mailboxText(session, folder);
  const old = oldName(session, text, written);
  if (old !== '') say(`* LIST () "${DELIMITER}" ${text}${old}\r\n`);
}

/** Undefined where a folder of that name may be made. */
function refusalOfNew(folder: string, standing: ReadonlySet<string>): Answer | undefined {
  // RFC 9051 §5.1.1: what is between delimiters is a name, and not nothing.
  if (folder.split(DELIMITER).includes('')) return no('A level of the name is missing.', 'CANNOT');
  try {
    checkFolderName(folder);
  } catch (failure) {
    if (!isCondition(failure)) throw failure;
    return no(failure.message, 'CANNOT');
  }
  return standing.has(folder) ? EXISTS : undefined;
}

/** [SP "(" "USE" SP "(" *use-attr ")" ")"] RFC 6154 §6 */
function parseUse(cursor: Cursor): boolean {
  if (!cursor.takes(' ')) return false;
  const uses = cursor.list(() => {
    if (cursor.atom().toUpperCase() !== 'USE') throw new SyntaxFault('There is no such parameter.');
    cursor.space();
    return cursor.list(() => cursor.flag());
  });
  return uses.some((each) => each.length > 0);
}

/** What there is, read once for all that a command asks of it. */
interface Folders {
  /** By name. */
  readonly records: ReadonlyMap<string, MailboxRecord>;
  /** With those that clients always see: NEWMAIL and the wastebasket. */
  readonly standing: ReadonlySet<string>;
  readonly wastebasket: string;
}

async function foldersOf(session: Session): Promise<Folders> {
  const mailboxes = mailboxesOf(session);
  const records = await mailboxes.store.mailboxes.list(mailboxes.fileId);
  const wastebasket = await mailboxes.wastebasketName();
  return {
    records: new Map(records.map((each) => [each.name, each])),
    standing: standingFolders(records, wastebasket),
    wastebasket,
  };
}

export const folderChangeVerbs = { CREATE: create, DELETE: remove, RENAME: rename } as const;
