/** Folders by number and modification sequence, over the messages of the store in memory. The port: ports/mailboxes.ts */
import type { MailFileId, MessageId } from '../../ports/mail-store.ts';
import {
  type ClientFlags,
  FLAG_BITS,
  type FlagChange,
  type FolderRef,
  keywordsAfter,
  type Mailboxes,
  type MailboxRecord,
  type NumberedMessage,
  type Placement,
} from '../../ports/mailboxes.ts';
import type { FolderStates, MemoryMessage } from './folder-states.ts';

export interface MemoryMessages {
  readonly states: FolderStates;
  readonly all: Map<MessageId, MemoryMessage>;
  nextId(): MessageId;
  /** Keeps the new-mail count of the owner. */
  recount(file: MailFileId): void;
  readonly subscriptions: Map<MailFileId, Map<string, boolean>>;
}

/** Without `append`. */
export function createMemoryMailboxes(store: MemoryMessages): Omit<Mailboxes, 'append'> {
  const { states, all, subscriptions } = store;
  /** By text: copies have the same. */
  const findings = new WeakMap<Uint8Array, string>();
  const inFolder = (file: MailFileId, folder: FolderRef): MemoryMessage[] => {
    const name = states.nameOf(file, folder);
    return [...all.values()]
      .filter((each) => each.mailFile === file && each.folder === name)
      .sort((a, b) => a.uid - b.uid);
  };
  const numbered = (file: MailFileId, folder: FolderRef, uids: readonly number[]): MemoryMessage[] =>
    inFolder(file, folder).filter((each) => uids.includes(each.uid));
  const record = (file: MailFileId, folder: FolderRef): MailboxRecord | undefined => {
    const name = states.nameOf(file, folder);
    if (name === undefined) return undefined;
    const messages = inFolder(file, name);
    const state = states.of(file, name);
    if (messages.length === 0 && !state.isKept) return undefined;
    const newCount = messages.filter((each) => each.flags.new).length;
    return {
      id: state.id,
      name,
      uidValidity: state.uidValidity,
      count: messages.length,
      newCount,
      nextUid: state.nextUid,
      highestModseq: state.modseq,
    };
  };
  const targetOf = (file: MailFileId, to: FolderRef): string | undefined =>
    typeof to === 'string' ? to : record(file, to)?.name;
  const put = (message: MemoryMessage, file: MailFileId, name: string): void => {
    message.mailFile = file;
    message.folder = name;
    states.enter(message);
  };
  const transfer = (
    messages: readonly MemoryMessage[],
    put: (message: MemoryMessage) => MemoryMessage,
    files: readonly MailFileId[],
  ): Placement[] => {
    const placements = messages.map((each) => ({ uid: each.uid, newUid: put(each).uid }));
    for (const file of files) store.recount(file);
    return placements;
  };

  return {
    async list(file) {
      const names = [...all.values()].filter((each) => each.mailFile === file).map((each) => each.folder);
      return [...new Set([...names, ...states.kept(file)])]
        .sort()
        .flatMap((name) => record(file, name) ?? []);
    },
    find: async (file, folder) => record(file, folder),
    async totals(file, folder) {
      const messages = inFolder(file, folder);
      const converted = messages.filter((each) => each.format === 'records' || !each.from.includes('%"'));
      return {
        octets: sum(messages, (each) => each.sizeBytes),
        deleted: messages.filter((each) => each.marks.deleted).length,
        deletedOctets: sum(
          messages.filter((each) => each.marks.deleted),
          (each) => each.sizeBytes,
        ),
        converted: {
          messages: converted.length,
          records: sum(converted, (each) => each.records),
          characters: sum(
            converted,
            ({ from, to, cc, subject }) => from.length + to.length + cc.length + subject.length,
          ),
          foreign: sum(
            messages.filter((each) => each.flags.foreign),
            (each) => each.sizeBytes,
          ),
        },
      };
    },
    async create(file, name, clientName) {
      const isNew = record(file, name) === undefined;
      const state = states.of(file, name);
      state.isKept = true;
      if (isNew) state.clientName = clientName;
      states.changes++;
      return isNew;
    },
    clientNames: async (file) => states.clientNames(file),
    async remove(file, folder) {
      const found = record(file, folder);
      if (found?.count !== 0) return false;
      const state = states.of(file, found.name);
      state.isKept = false;
      state.clientName = undefined;
      states.changes++;
      return true;
    },
    async rename(file, names) {
      const gone = new Set<string>();
      const come = new Set<string>();
      const isThere = (name: string): boolean =>
        come.has(name) || (!gone.has(name) && record(file, name) !== undefined);
      for (const { from, to } of names) {
        if (!isThere(from) || (from !== to && isThere(to))) return false;
        come.delete(from);
        gone.add(from);
        come.add(to);
      }
      for (const each of names) {
        for (const message of inFolder(file, each.from)) message.folder = each.to;
        states.renameFolder(file, each);
      }
      return true;
    },
    async open(file, name) {
      const mailbox = record(file, name);
      if (mailbox === undefined) return undefined;
      states.of(file, name).isKept = true;
      const uids = Uint32Array.from(inFolder(file, name), ({ uid }) => uid);
      return { mailbox, uids, stamp: states.changes };
    },
    async flags(file, folder, first, limit) {
      const messages = inFolder(file, folder)
        .filter(({ uid }) => uid >= first)
        .slice(0, limit);
      return {
        uids: Uint32Array.from(messages, ({ uid }) => uid),
        bits: Uint8Array.from(messages, (each) => flagBits(numberedMessage(each))),
      };
    },

    subscriptions: async (file) => new Map(subscriptions.get(file)),
    async subscribe(file, name, isSubscribed) {
      const names = subscriptions.get(file) ?? new Map<string, boolean>();
      subscriptions.set(file, names);
      if (isSubscribed === undefined) names.delete(name);
      else names.set(name, isSubscribed);
      states.changes++;
    },

    uids: async (file, folder, after, limit) =>
      inFolder(file, folder)
        .map((each) => each.uid)
        .filter((uid) => uid > after)
        .slice(0, limit),
    deleted: async (file, folder) =>
      inFolder(file, folder)
        .filter(({ marks }) => marks.deleted)
        .map(({ uid }) => uid),
    async messages(file, folder, uids) {
      const found = new Map(inFolder(file, folder).map((each) => [each.uid, each]));
      return uids.map((uid) => {
        const message = found.get(uid);
        return message === undefined ? undefined : numberedMessage(message);
      });
    },
    async changes(file, folder, { modseq, nextUid }) {
      const mailbox = record(file, folder);
      if (mailbox === undefined) return undefined;
      const { name } = mailbox;
      const later = inFolder(file, name).filter((each) => each.marks.modseq > modseq);
      const isNew = (uid: number): boolean => nextUid !== undefined && uid >= nextUid;
      return {
        mailbox,
        changed: later.map((each) => each.uid).filter((uid) => !isNew(uid)),
        arrived: later.map((each) => each.uid).filter(isNew),
        vanished: states
          .of(file, name)
          .vanished.filter((each) => each.modseq > modseq)
          .map((each) => each.uid)
          .sort((a, b) => a - b),
      };
    },
    headers: async (file, ids) =>
      ids.map((id) => {
        const found = all.get(id);
        if (found?.mailFile !== file) return undefined;
        const { mailFile: _, bytes: __, marks: ___, externalId: ____, ...header } = found;
        return header;
      }),
    findings: async (file, ids) =>
      ids.map((id) => {
        const message = all.get(id);
        return message?.mailFile === file ? findings.get(message.bytes) : undefined;
      }),
    async keepFindings(file, kept) {
      for (const { id, value } of kept) {
        const message = all.get(id);
        if (message?.mailFile === file) findings.set(message.bytes, value);
      }
    },
    stamp: () => states.changes,

    async changeFlags(file, folder, uids, change) {
      const found = numbered(file, folder, uids);
      const isOld = ({ marks }: MemoryMessage): boolean =>
        change.unchangedSince === undefined || marks.modseq <= change.unchangedSince;
      const modified = found.filter((each) => !isOld(each)).map((each) => each.uid);
      const wanted = found.filter(isOld);
      const before = new Map(wanted.map((each) => [each, each.marks.modseq]));
      for (const message of wanted) {
        const { flags, keywords } = changed(numberedMessage(message), change);
        const asTheyWere = JSON.stringify([message.flags, message.marks]);
        const { deleted, draft, ...own } = flags;
        message.flags = own;
        message.marks = { ...message.marks, deleted, draft, keywords };
        if (JSON.stringify([message.flags, message.marks]) !== asTheyWere)
          message.marks.modseq = states.change(file, message.folder);
      }
      store.recount(file);
      const messages = wanted.map((each) => ({ ...numberedMessage(each), modseqBefore: before.get(each)! }));
      return { messages, modified };
    },
    async copy(file, from, uids, to, { toFile = file, allOrNone = false } = {}) {
      const target = targetOf(toFile, to);
      if (target === undefined) return undefined;
      const found = numbered(file, from, uids);
      if (allOrNone && found.length < new Set(uids).size) return [];
      return transfer(
        found,
        (message) => {
          const made = { ...message, id: store.nextId() };
          put(made, toFile, target);
          all.set(made.id, made);
          return made;
        },
        [toFile],
      );
    },
    async move(file, from, uids, to, toFile = file) {
      const target = targetOf(toFile, to);
      if (target === undefined) return undefined;
      return transfer(
        numbered(file, from, uids),
        (message) => {
          states.leave(message);
          put(message, toFile, target);
          return message;
        },
        [file, toFile],
      );
    },
  };
}

const numberedMessage = ({
  id,
  uid,
  receivedAt,
  sizeBytes,
  flags,
  marks,
  format,
  from,
}: MemoryMessage): NumberedMessage => ({
  id,
  uid,
  modseq: marks.modseq,
  receivedAt,
  sizeBytes,
  flags: { ...flags, deleted: marks.deleted, draft: marks.draft },
  keywords: marks.keywords,
  format,
  from,
});

function flagBits({ flags, keywords }: NumberedMessage): number {
  const set = (['new', 'replied', 'marked', 'deleted', 'draft'] as const).filter((each) => flags[each]);
  return sum(set, (each) => FLAG_BITS[each]) + (keywords.length > 0 ? FLAG_BITS.keywords : 0);
}

function changed(
  { flags: before, keywords }: NumberedMessage,
  { mode, flags, keywords: named, isRead }: FlagChange,
): { readonly flags: ClientFlags; readonly keywords: readonly string[] } {
  const after = (name: FlagChange['flags'][number]): boolean =>
    flags.includes(name) ? mode !== 'remove' : mode !== 'set' && before[name];
  return {
    flags: {
      new: isRead === undefined ? after('new') : !isRead,
      replied: after('replied'),
      marked: after('marked'),
      deleted: after('deleted'),
      draft: after('draft'),
      foreign: before.foreign,
    },
    keywords: keywordsAfter(keywords, mode, named),
  };
}

const sum = <T>(items: readonly T[], value: (item: T) => number): number =>
  items.reduce((total, each) => total + value(each), 0);
