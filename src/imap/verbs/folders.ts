/** LIST, LSUB, SUBSCRIBE, UNSUBSCRIBE, STATUS, NAMESPACE. Source: RFC 9051 §6.3.7 to §6.3.11; RFC 3501 §6.3.9; RFC 2342. */
import { DELIMITER, folderName } from '../folder-name.ts';
import { listed, lsubListed } from '../folders/list-answer.ts';
import { ListPattern } from '../folders/list-pattern.ts';
import { type ListedMailbox, mailboxTree, standingFolders } from '../folders/mailbox-tree.ts';
import { type ListArguments, parseList } from '../folders/parse-list.ts';
import { mailboxText, spellingOf } from '../folders/spelling.ts';
import { parseStatusItems, type StatusItem, statusText } from '../folders/status-items.ts';
import { folderArgument, nameText, patternText } from '../mailbox-argument.ts';
import type { Session } from '../session.ts';
import { becomeAware } from './connection.ts';
import { authenticated, type Dialogue, type ImapVerb, mailboxesOf, no, ok } from './verb.ts';

const list: ImapVerb = {
  states: authenticated,
  async obey(session, cursor, dialogue) {
    const asked = parseList(cursor);
    cursor.end();
    const reference = patternText(session, asked.reference);
    const patterns = asked.patterns.map((each) => patternText(session, each));
    // RFC 9051 §6.3.9: what the delimiter is, and the root of the reference.
    if (!asked.isExtended && patterns[0] === '') dialogue.say(`* LIST (\\Noselect) "${DELIMITER}" ""\r\n`);
    else
      await sayListed(
        session,
        asked,
        patterns.map((each) => new ListPattern(reference + each)),
        dialogue,
      );
    return ok('LIST completed');
  },
};

async function sayListed(
  session: Session,
  { selection, returns, isExtended }: ListArguments,
  patterns: readonly ListPattern[],
  { say, flush }: Dialogue,
): Promise<void> {
  const nonExistent = isExtended || session.enabled.has('IMAP4REV2');
  const names = { nonExistent, subscribed: returns.subscribed };
  for (const { mailbox, attributes, childInfo } of listed(
    await treeOf(session),
    patterns,
    selection,
    names,
  )) {
    const name = nameText(session, mailbox.name);
    const info = childInfo.length === 0 ? '' : ` (CHILDINFO (${childInfo.join(' ')}))`;
    say(`* LIST (${attributes}) "${DELIMITER}" ${name}${info}\r\n`);
    if (returns.status === undefined || mailbox.folder === undefined) continue;
    const status = await statusOf(session, mailbox.folder, returns.status);
    if (status !== undefined) say(`* STATUS ${name} (${status})\r\n`);
    await flush();
  }
}

const lsub: ImapVerb = {
  states: authenticated,
  async obey(session, cursor, { say }) {
    cursor.space();
    const reference = patternText(session, cursor.astring());
    cursor.space();
    const pattern = new ListPattern(reference + patternText(session, cursor.listMailbox()));
    cursor.end();
    for (const { name, isSubscribed } of lsubListed(await treeOf(session), pattern)) {
      const attributes = isSubscribed ? '' : '\\Noselect';
      say(`* LSUB (${attributes}) "${DELIMITER}" ${nameText(session, name)}\r\n`);
    }
    return ok('LSUB completed');
  },
};

const subscribe: ImapVerb = {
  states: authenticated,
  async obey(session, cursor) {
    const folder = folderArgument(session, cursor);
    cursor.end();
    const tree = await treeOf(session);
    if (!tree.some(({ name }) => folderName(name) === folder))
      return no('There is no such mailbox.', 'NONEXISTENT');
    const { store, fileId } = mailboxesOf(session);
    await store.mailboxes.subscribe(fileId, folder, true);
    return ok('SUBSCRIBE completed');
  },
};

const unsubscribe: ImapVerb = {
  states: authenticated,
  async obey(session, cursor) {
    const folder = folderArgument(session, cursor);
    cursor.end();
    const mailboxes = mailboxesOf(session);
    const { store, fileId } = mailboxes;
    // What is not there is not listed once nobody has subscribed to it.
    await store.mailboxes.subscribe(fileId, folder, (await mailboxes.has(folder)) ? false : undefined);
    return ok('UNSUBSCRIBE completed');
  },
};

const status: ImapVerb = {
  states: authenticated,
  async obey(session, cursor, { say }) {
    const folder = folderArgument(session, cursor);
    cursor.space();
    const items = parseStatusItems(cursor);
    cursor.end();
    // RFC 7162 §3.1.7: who asks for it understands it.
    if (items.includes('HIGHESTMODSEQ')) becomeAware(session, say);
    const found = await statusOf(session, folder, items);
    if (found === undefined) return no('There is no such mailbox.', 'NONEXISTENT');
    say(`* STATUS ${await mailboxText(session, folder)} (${found})\r\n`);
    return ok('STATUS completed');
  },
};

const namespace: ImapVerb = {
  states: authenticated,
  obey(_session, cursor, { say }) {
    cursor.end();
    // Everybody has folders of his own, and sees nobody else's.
    say(`* NAMESPACE (("" "${DELIMITER}")) NIL NIL\r\n`);
    return ok('NAMESPACE completed');
  },
};

/** Undefined where there is no such folder. */
async function statusOf(
  session: Session,
  folder: string,
  items: readonly StatusItem[],
): Promise<string | undefined> {
  const mailboxes = mailboxesOf(session);
  const { store, fileId } = mailboxes;
  const record = await mailboxes.find(folder);
  if (record === undefined) return undefined;
  const source = { mailboxes: store.mailboxes, fileId, appendLimit: session.settings.appendLimit };
  return statusText(source, record, items);
}

async function treeOf(session: Session): Promise<readonly ListedMailbox[]> {
  const mailboxes = mailboxesOf(session);
  const { store, fileId } = mailboxes;
  const wastebasket = await mailboxes.wastebasketName();
  const folders = standingFolders(await store.mailboxes.list(fileId), wastebasket);
  const subscriptions = await store.mailboxes.subscriptions(fileId);
  return mailboxTree(folders, subscriptions, wastebasket, await spellingOf(session));
}

export const folderVerbs = {
  LIST: list,
  LSUB: lsub,
  SUBSCRIBE: subscribe,
  UNSUBSCRIBE: unsubscribe,
  STATUS: status,
  NAMESPACE: namespace,
} as const;
