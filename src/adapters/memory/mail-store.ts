/** The mail store in memory: for tests, and for nodes that live as long as a test. Same contract as the SQLite one. */
import { condition, RMS } from '../../condition/index.ts';
import {
  DEFAULT_MAIL_FILE,
  type DeliverResult,
  defaultProfile,
  type FolderRecord,
  type MailFileId,
  type MailFileRecord,
  type MailStore,
  type MessageId,
  type NewMessage,
  type Profile,
  type SelectionCriteria,
} from '../../ports/mail-store.ts';
import type { FolderRef, NewClientMessage } from '../../ports/mailboxes.ts';
import type { Spool } from '../../ports/message-text.ts';
import { matchesNamePattern } from '../../system/name-pattern.ts';
import { MemoryAgedMessages } from './aged-messages.ts';
import { FolderStates, type MemoryMessage } from './folder-states.ts';
import { countLines, MemoryMailTexts } from './mail-texts.ts';
import { createMemoryMailboxes } from './mailboxes.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export function createMemoryMailStore(options: { readonly spool?: Spool } = {}): MailStore {
  const profiles = new Map<string, Mutable<Profile>>();
  const files = new Map<MailFileId, Mutable<MailFileRecord>>();
  const messages = new Map<MessageId, MemoryMessage>();
  const states = new FolderStates(() => ++lastFile);
  const subscriptions = new Map<MailFileId, Map<string, boolean>>();
  const keys = new Set<string>();
  const agedMessages = new MemoryAgedMessages({ files, messages, states });
  const texts = new MemoryMailTexts(options.spool);
  let lastFile = 0;
  let lastMessage = 0;

  const profileOf = (userName: string): Mutable<Profile> => {
    const name = userName.toUpperCase();
    let found = profiles.get(name);
    if (found === undefined) {
      found = defaultProfile(name);
      profiles.set(name, found);
    }
    return found;
  };
  const fileOf = (owner: string, name: string): Mutable<MailFileRecord> | undefined =>
    [...files.values()].find((each) => each.owner === owner && each.name === name);
  const ensureFile = (owner: string, name: string): Mutable<MailFileRecord> => {
    const found = fileOf(owner, name);
    if (found !== undefined) return found;
    const made = { id: ++lastFile, owner, name, wastebasketName: 'WASTEBASKET', deletedBytes: 0 };
    files.set(made.id, made);
    return made;
  };
  const inFolder = (id: MailFileId, folder: FolderRef): MemoryMessage[] => {
    const name = states.nameOf(id, folder);
    return [...messages.values()]
      .filter((each) => each.mailFile === id && each.folder === name)
      .sort((a, b) => a.receivedAt - b.receivedAt || a.id - b.id);
  };
  const present = (id: MailFileId, ids: Iterable<MessageId>): MemoryMessage[] =>
    [...new Set(ids)].flatMap((each) => {
      const message = messages.get(each);
      return message?.mailFile === id ? [message] : [];
    });
  const countNew = (owner: string): number => {
    const file = fileOf(owner, DEFAULT_MAIL_FILE);
    return file === undefined ? 0 : inFolder(file.id, 'NEWMAIL').filter((each) => each.flags.new).length;
  };
  const keepCount = (id: MailFileId): void => {
    const owner = files.get(id)?.owner;
    if (owner === undefined) return;
    const count = countNew(owner);
    if (count > 0 || profiles.has(owner)) profileOf(owner).newMailCount = count;
  };
  const place = (message: MemoryMessage, to: string, toFile: MailFileId): void => {
    message.mailFile = toFile;
    message.folder = to;
    message.flags = { ...message.flags, new: false };
    message.marks = { ...message.marks, deleted: false };
    states.enter(message);
  };
  const removeAll = (removed: readonly MemoryMessage[]): { messages: number; bytes: number } => {
    for (const each of removed) {
      states.leave(each);
      messages.delete(each.id);
    }
    return { messages: removed.length, bytes: removed.reduce((sum, each) => sum + each.sizeBytes, 0) };
  };
  const usedBytes = (owner: string): number =>
    [...messages.values()].reduce(
      (sum, each) => sum + (files.get(each.mailFile)?.owner === owner ? each.sizeBytes : 0),
      0,
    );
  const folderRecord = (id: MailFileId, name: string): FolderRecord | undefined => {
    const found = inFolder(id, name);
    if (found.length === 0) return undefined;
    const newCount = found.filter((each) => each.flags.new).length;
    return { name, count: found.length, newCount, nextUid: states.of(id, name).nextUid };
  };
  const deliverAll = async (
    batch: readonly (NewMessage & NewClientMessage)[],
    done: (result: DeliverResult, message?: MemoryMessage) => void,
  ): Promise<void> => {
    const bytes = await Promise.all(batch.map((each) => texts.bytes(each.text)));
    const touched = new Set<MailFileId>();
    for (const [index, each] of batch.entries()) {
      const isKnown = each.deliveryKey !== undefined && keys.has(each.deliveryKey);
      if (
        !isKnown &&
        usedBytes(each.owner) + bytes[index]!.byteLength > (each.limitBytes ?? Number.POSITIVE_INFINITY)
      ) {
        done('full');
        continue;
      }
      if (each.deliveryKey !== undefined) {
        if (keys.has(each.deliveryKey)) {
          done('again');
          continue;
        }
        keys.add(each.deliveryKey);
      }
      const { id } = ensureFile(each.owner, each.mailFile ?? DEFAULT_MAIL_FILE);
      const text = bytes[index]!;
      const externalId = texts.externalId(each.text);
      const message: MemoryMessage = {
        id: ++lastMessage,
        mailFile: id,
        folder: each.folder,
        uid: 0,
        receivedAt: each.receivedAt,
        from: each.from,
        to: each.to,
        cc: each.cc,
        subject: each.subject,
        flags: {
          new: each.isNew,
          replied: each.isReplied === true,
          marked: each.isMarked === true,
          foreign: each.isForeign === true,
        },
        marks: {
          modseq: 0,
          deleted: each.isDeleted === true,
          draft: each.isDraft === true,
          keywords: each.keywords ?? [],
        },
        format: each.format,
        sizeBytes: text.byteLength,
        records: countLines(text),
        bytes: text,
        ...(externalId === undefined ? {} : { externalId }),
      };
      states.enter(message);
      messages.set(message.id, message);
      touched.add(id);
      done('delivered', message);
    }
    for (const id of touched) keepCount(id);
  };

  return {
    mailboxes: {
      ...createMemoryMailboxes({
        states,
        all: messages,
        nextId: () => ++lastMessage,
        recount: keepCount,
        subscriptions,
      }),
      async append(batch) {
        const uids: number[] = [];
        await deliverAll(batch, (_, message) => uids.push(message!.uid));
        return uids;
      },
    },
    profile: async (userName) => {
      const found = profiles.get(userName.toUpperCase());
      return found === undefined ? undefined : { ...found };
    },
    profiles: async (pattern = '*') =>
      [...profiles.values()]
        .filter((each) => matchesNamePattern(each.userName, pattern))
        .sort((a, b) => (a.userName < b.userName ? -1 : 1))
        .map((each) => ({ ...each })),
    changeProfile: async (userName, changes) => ({ ...Object.assign(profileOf(userName), changes) }),
    removeProfile: async (userName) => profiles.delete(userName.toUpperCase()),
    recountNewMail: async (userName) => {
      const count = countNew(userName.toUpperCase());
      if (profiles.has(userName.toUpperCase())) profileOf(userName).newMailCount = count;
      return count;
    },

    mailFile: async (owner, name) => {
      const found = fileOf(owner, name);
      return found === undefined ? undefined : { ...found };
    },
    mailFiles: async (owner) =>
      [...files.values()]
        .filter((each) => each.owner === owner)
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .map((each) => ({ ...each })),
    createMailFile: async (owner, name) => ({ ...ensureFile(owner, name) }),
    usedBytes: async (owner) => usedBytes(owner),
    setWastebasketName: async (id, name) => {
      const file = files.get(id);
      if (file !== undefined) file.wastebasketName = name;
    },
    removeMailFile: async (id) => {
      removeAll([...messages.values()].filter((each) => each.mailFile === id));
      keepCount(id);
      return files.delete(id);
    },
    async renameOwner(owner, newOwner) {
      const [from, to] = [owner.toUpperCase(), newOwner.toUpperCase()];
      if (profiles.has(to) || [...files.values()].some((each) => each.owner === to)) return false;
      for (const file of [...files.values()].filter((each) => each.owner === from)) {
        const { id } = file;
        files.delete(id);
        files.set(++lastFile, { ...file, id: lastFile, owner: to });
        for (const message of messages.values()) if (message.mailFile === id) message.mailFile = lastFile;
        states.rename(id, lastFile);
        const subscribed = subscriptions.get(id);
        if (subscribed !== undefined) subscriptions.set(lastFile, subscribed);
      }
      const profile = profiles.get(from);
      profiles.delete(from);
      if (profile !== undefined) profiles.set(to, { ...profile, userName: to });
      return true;
    },

    folders: async (id, after = '') => {
      const names = new Set([...messages.values()].filter((m) => m.mailFile === id).map((m) => m.folder));
      return [...names]
        .filter((name) => name > after)
        .sort()
        .flatMap((name) => folderRecord(id, name) ?? []);
    },
    folder: async (id, name) => folderRecord(id, name),
    select: async (id, folder, criteria = {}) => {
      const ids = Float64Array.from(
        inFolder(id, folder)
          .filter((each) => meets(each, criteria))
          .map((each) => each.id),
      );
      return {
        length: ids.length,
        slice: async (start, count) => ids.slice(start, start + count),
        close: () => undefined,
      };
    },
    messages: async (id, ids) =>
      Array.from(ids, (each) => {
        const found = messages.get(each);
        if (found?.mailFile !== id) return undefined;
        const { mailFile: _, bytes: __, marks: ___, ...record } = found;
        return record;
      }),
    shortTexts: async (id, ids) =>
      ids.map((each) => {
        const found = messages.get(each);
        return found?.mailFile === id && found.externalId === undefined ? found.bytes : undefined;
      }),
    async *readText(id, message, start = 0) {
      const found = messages.get(message);
      if (found?.mailFile !== id) throw condition(RMS.FNF);
      yield found.bytes.subarray(start);
    },

    createText: texts.createText,
    readStored: texts.readStored,
    discardText: texts.discardText,
    async deliver(batch) {
      const results: DeliverResult[] = [];
      await deliverAll(batch, (result) => results.push(result));
      return results;
    },
    knownDeliveryKeys: async (wanted) => new Set(wanted.filter((each) => keys.has(each))),
    forgetDeliveryKeys: async (forgotten, beginnings = []) => {
      for (const each of forgotten) keys.delete(each);
      if (beginnings.length === 0) return;
      for (const each of keys)
        if (beginnings.some((beginning) => each.startsWith(beginning))) keys.delete(each);
    },
    setFlags: async (id, ids, flags) => {
      const found = present(id, ids);
      for (const each of found) {
        const changed = { ...each.flags, ...flags };
        if (JSON.stringify(changed) === JSON.stringify(each.flags)) continue;
        each.flags = changed;
        each.marks = { ...each.marks, modseq: states.change(id, each.folder) };
      }
      keepCount(id);
      return found.length;
    },
    move: async (id, ids, from, to, toFile = id) => {
      const name = states.nameOf(id, from);
      const found = present(id, ids).filter((each) => each.folder === name);
      for (const each of found) {
        states.leave(each);
        place(each, to, toFile);
      }
      keepCount(id);
      keepCount(toFile);
      return found.map((each) => each.id);
    },
    moveRead: async (id, from, to) => {
      const found = inFolder(id, from).filter((each) => !each.flags.new);
      for (const each of found) {
        states.leave(each);
        place(each, to, id);
      }
      return found.length;
    },
    copy: async (id, ids, to, toFile = id) => {
      const found = present(id, ids);
      for (const each of found) {
        const made = { ...each, id: ++lastMessage };
        place(made, to, toFile);
        messages.set(made.id, made);
      }
      return found.length;
    },
    purge: async (id, folder) => {
      const removed = removeAll(inFolder(id, folder));
      const file = files.get(id);
      if (file !== undefined) file.deletedBytes += removed.bytes;
      keepCount(id);
      return removed;
    },
    remove: async (id, ids) => {
      const removed = removeAll(present(id, ids));
      keepCount(id);
      return removed.messages;
    },
    lookForAged: async (limits, now) => agedMessages.look(limits, now),
    removeAged: async ({ file: id, folder, name, below }) => {
      const there = states.nameOf(id, folder) === name ? inFolder(id, name) : [];
      const removed = removeAll(there.filter((each) => each.uid < below));
      const file = files.get(id);
      if (file !== undefined) file.deletedBytes += removed.bytes;
      keepCount(id);
      return removed;
    },
    reclaim: async (id) => {
      const file = files.get(id);
      const bytes = file?.deletedBytes ?? 0;
      if (file !== undefined) file.deletedBytes = 0;
      return bytes;
    },
    // Texts live with their messages: nothing can be left over.
    removeOrphans: async () => 0,
    // What is in memory is the only copy.
    releaseMemory: () => undefined,
    close: async () => undefined,
  };
}

function meets(message: MemoryMessage, criteria: SelectionCriteria): boolean {
  const contains = (text: string, part: string | undefined): boolean =>
    part === undefined || text.toLowerCase().includes(part.toLowerCase());
  const is = (value: boolean, wanted: boolean | undefined): boolean =>
    wanted === undefined || value === wanted;
  return (
    (criteria.before === undefined || message.receivedAt < criteria.before) &&
    (criteria.since === undefined || message.receivedAt >= criteria.since) &&
    contains(message.from, criteria.from) &&
    contains(message.to, criteria.to) &&
    contains(message.cc, criteria.cc) &&
    contains(message.subject, criteria.subject) &&
    is(message.flags.marked, criteria.marked) &&
    is(message.flags.replied, criteria.replied) &&
    is(message.flags.new, criteria.new)
  );
}
