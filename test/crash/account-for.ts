/**
 * Says of every message where it is, once the node has stopped: in mail files, in a bounce, in the queue. Reads the
 * databases through the adapters of the ports, and changes the queue: it takes all its entries up.
 */
import { openSpool } from '../../src/adapters/node/spool.ts';
import { systemClock } from '../../src/adapters/node/system-clock.ts';
import { openMailStore } from '../../src/adapters/sqlite/mail-store/index.ts';
import { openQueueStore } from '../../src/adapters/sqlite/queue-store/index.ts';
import type { NodeRoot } from '../../src/images/node-root.ts';
import { everyId, type MailStore } from '../../src/ports/mail-store.ts';
import type { MessageText, Spool } from '../../src/ports/message-text.ts';
import type { StoredEntry } from '../../src/ports/queue-store.ts';
import { entryPages } from '../../src/queue-manager/entry-pages.ts';
import { isAsSent, type SentMessage } from './load.ts';
import type { RemoteHistory } from './remote-peer.ts';

export interface Account {
  /** Accepted, and one of its recipients neither has it, nor waits for it in the queue, nor was it returned; or has another text. */
  readonly lost: readonly string[];
  /** A recipient has it twice, or it was returned twice; a remote one without a reason. */
  readonly twice: readonly string[];
  readonly accepted: number;
  readonly delivered: number;
  /** Messages that another host has, and those of them that it has more than once because its answer was lost. */
  readonly relayed: number;
  readonly relayedAgain: number;
  readonly returned: number;
  /** Entries in the queue, by state. */
  readonly queued: Readonly<Record<string, number>>;
}

export interface WhoGetsWhat {
  readonly users: readonly string[];
  /** Whoever the bounces go to. */
  readonly sender: string;
  /** User name of a forward-path, undefined for one that will be returned, or is remote. */
  userOf(forwardPath: string): string | undefined;
  /** A host that mail is relayed to, and the forward-path of it. */
  readonly remote?: { readonly forwardPath: string; readonly peer: RemoteHistory };
}

export async function accountFor(
  paths: NodeRoot,
  messages: readonly SentMessage[],
  who: WhoGetsWhat,
): Promise<Account> {
  const spool = await openSpool(paths.spoolDirectory, systemClock);
  const mailStore = openMailStore({ file: paths.mailDatabase, textDirectory: paths.mailDirectory, spool });
  const has = new Map<string, Map<string, number>>();
  const sent = new Map(messages.map((message) => [message.id, message]));
  const altered: string[] = [];
  for (const user of who.users) {
    has.set(user, count(await subjects(mailStore, user)));
    for await (const id of alteredTexts(mailStore, user, sent))
      altered.push(`${id} of ${user}: its text is another`);
  }
  const returned = count(await returnedIds(mailStore, who.sender));
  await mailStore.close();
  const { waiting, states } = await takeQueue(paths.queueDatabase, spool);

  const lost: string[] = [...altered];
  const twice: string[] = [];
  let [delivered, relayed, relayedAgain] = [0, 0, 0];
  for (const { id, forwardPaths, outcome } of messages) {
    for (const forwardPath of forwardPaths) {
      const user = who.userOf(forwardPath);
      const peer = who.remote?.forwardPath === forwardPath ? who.remote.peer : undefined;
      const copies =
        peer?.times(id) ?? (user === undefined ? (returned.get(id) ?? 0) : (has.get(user)?.get(id) ?? 0));
      if (user !== undefined) delivered += copies;
      if (peer !== undefined && copies > 0) relayed += 1;
      if (copies > 1 && peer?.isExplained(id) === true) relayedAgain += 1;
      else if (copies > 1)
        twice.push(`${id} for ${forwardPath}: ${copies} times ${peer?.story(id) ?? ''}`.trimEnd());
      // A bounce that waits has another recipient, and counts for those that are returned.
      const isQueued = (waiting.get(id) ?? []).some((path) =>
        peer === undefined
          ? who.userOf(path) === user && path !== who.remote?.forwardPath
          : path === forwardPath,
      );
      if (outcome === 'accepted' && copies === 0 && !isQueued) lost.push(`${id} for ${forwardPath}`);
    }
  }
  return {
    lost,
    twice,
    accepted: messages.filter(({ outcome }) => outcome === 'accepted').length,
    delivered,
    relayed,
    relayedAgain,
    returned: returned.size,
    queued: states,
  };
}

const count = (ids: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
  return counts;
};

/** The ids in a text, each once. */
export const idsIn = (text: string): readonly string[] => [...new Set(text.match(/<<\w+>>/g) ?? [])];

export async function* messagesOf(store: MailStore, user: string) {
  for (const { id: file } of await store.mailFiles(user)) {
    for (const { name } of await store.folders(file)) {
      const ids = [...(await everyId(store.select(file, name)))];
      for (let from = 0; from < ids.length; from += 500)
        for (const record of await store.messages(file, ids.slice(from, from + 500)))
          if (record !== undefined) yield { file, record };
    }
  }
}

async function subjects(store: MailStore, user: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { record } of messagesOf(store, user)) found.push(...idsIn(record.subject));
  return found;
}

/** Short texts stand in the row with their subject: only what is in files can be another. */
async function* alteredTexts(
  store: MailStore,
  user: string,
  sent: ReadonlyMap<string, SentMessage>,
): AsyncGenerator<string> {
  for await (const { file, record } of messagesOf(store, user)) {
    const message = sent.get(record.subject);
    if (message?.sizeBytes === undefined || record.externalId === undefined) continue;
    const chunks: Uint8Array[] = [];
    for await (const chunk of store.readText(file, record.id)) chunks.push(chunk);
    if (!isAsSent(message, Buffer.concat(chunks).toString('latin1'))) yield message.id;
  }
}

async function returnedIds(store: MailStore, sender: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { file, record } of messagesOf(store, sender)) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of store.readText(file, record.id)) chunks.push(chunk);
    found.push(...idsIn(record.subject + Buffer.concat(chunks).toString('latin1')));
  }
  return found;
}

/** By id, the recipients in the queue that are not done with. A bounce there counts for its message. Takes up all of its mail. */
export async function takeQueue(
  file: string,
  spool: Spool,
): Promise<{ waiting: Map<string, string[]>; states: Record<string, number> }> {
  const store = openQueueStore(file);
  const waiting = new Map<string, string[]>();
  const states: Record<string, number> = {};
  const entries: StoredEntry[] = [];
  for await (const page of entryPages(store, { kind: 'mail' })) entries.push(...page);
  for (const { state } of entries) states[state] = (states[state] ?? 0) + 1;
  await store.commit(
    entries.map(({ entry, priority, attempt }) => ({
      kind: 'stand',
      entry,
      standing: { state: 'pending', priority, attempt, symbiontDeaths: 0 },
    })),
  );
  const until = systemClock.now() + 60_000;
  for (;;) {
    const claimed = await store.commit([], {
      limit: 500,
      bytes: Number.POSITIVE_INFINITY,
      suspects: 0,
      owner: 'CRASH/1',
      until,
    });
    if (claimed.length === 0) break;
    for (const { text, recipients } of claimed) {
      const found = idsIn(await textOf(text, spool));
      for (const { forwardPath, state } of recipients)
        if (state === 'unsent' || state === 'retry')
          for (const id of found) waiting.set(id, [...(waiting.get(id) ?? []), forwardPath.toLowerCase()]);
    }
  }
  await store.close();
  return { waiting, states };
}

async function textOf(text: MessageText, spool: Spool): Promise<string> {
  if (text.kind === 'inline') return Buffer.from(text.bytes).toString('latin1');
  const chunks: Uint8Array[] = [];
  for await (const chunk of spool.read(text)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('latin1');
}
