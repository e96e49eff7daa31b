/** The queue store in memory: for tests, and for nodes that live as long as one test. Same contract, no durability. */

import type { SubmissionKey } from '../../ports/batch.ts';
import { fileSizeBytes, type MessageText } from '../../ports/message-text.ts';
import { noDefinitions, type QueueDefinitions } from '../../ports/queue-definitions.ts';
import type { JobState, RecipientInfo } from '../../ports/queue-manager.ts';
import type {
  Claim,
  ClaimedEntry,
  EntryCounts,
  EntryQuery,
  NewEntry,
  QueueChange,
  QueueStore,
  RemovedEntry,
  StoredEntry,
  StoredQueue,
} from '../../ports/queue-store.ts';

/** Without what no store keeps; in memory that is not the caller's. */
function textOfOurs(text: MessageText): MessageText {
  if (text.kind === 'inline') return { kind: 'inline', bytes: Uint8Array.from(text.bytes) };
  const { known: _, beginning, ...file } = text;
  if (beginning === undefined) return file;
  return { ...file, beginning: { ...beginning, head: Uint8Array.from(beginning.head) } };
}

const keyOf = ({ entry, entryId, procedure }: SubmissionKey): string => `${entry}:${procedure}:${entryId}`;

interface Held {
  entry: StoredEntry;
  readonly text: MessageText;
  readonly recipients: RecipientInfo[];
}

export interface MemoryQueueStore extends QueueStore {
  /** Makes the next commits fail with this error, until it is set to undefined. For tests of a broken store. */
  failWith(error: Error | undefined): void;
  /** The state as a crash would leave it: a store of its own, for the next start. */
  copy(): MemoryQueueStore;
}

export function createMemoryQueueStore(): MemoryQueueStore {
  return makeStore(new Map(), new Map(), 1, noDefinitions, new Map());
}

function makeStore(
  held: Map<number, Held>,
  queues: Map<string, StoredQueue>,
  firstNextEntry: number,
  firstDefinitions: QueueDefinitions,
  keys: Map<string, number>,
): MemoryQueueStore {
  let nextEntry = firstNextEntry;
  let definitions = firstDefinitions;
  let failure: Error | undefined;
  const ascending = (): Held[] => [...held.values()].sort((a, b) => a.entry.entry - b.entry.entry);
  const mail = (): Held[] => ascending().filter(({ entry }) => entry.batch === undefined);
  const checkFailure = (): void => {
    if (failure !== undefined) throw failure;
  };

  function add(entry: NewEntry): void {
    if (held.has(entry.entry)) throw new Error(`entry ${entry.entry} is in use`);
    const { forwardPaths, text, ...stored } = entry;
    held.set(entry.entry, {
      entry: { ...stored, spoolId: text.kind === 'file' ? text.spoolId : undefined },
      text: textOfOurs(text),
      recipients: forwardPaths.map((forwardPath, index) => ({
        index,
        forwardPath,
        state: 'unsent',
        attempts: 0,
        ...(entry.requests?.recipients?.[index] === undefined
          ? {}
          : { requests: entry.requests.recipients[index] }),
      })),
    });
  }

  function removeMail(entry: number): void {
    held.delete(entry);
    for (const key of keys.keys()) if (key.startsWith(`${entry}:`)) keys.delete(key);
  }

  function apply(change: QueueChange): void {
    switch (change.kind) {
      case 'add':
        add(change.entry);
        return;
      case 'remove':
        removeMail(change.entry);
        return;
      case 'stand': {
        const found = held.get(change.entry);
        if (found !== undefined) found.entry = { ...found.entry, ...cleared, ...change.standing };
        return;
      }
      case 'recipients':
        for (const each of change.recipients) {
          const recipients = held.get(change.entry)?.recipients;
          if (recipients !== undefined) recipients[each.index] = each;
        }
        return;
      case 'nextEntry':
        nextEntry = change.entry;
        return;
      case 'queue':
        queues.set(change.queue.name, change.queue);
        return;
      case 'removeQueue':
        queues.delete(change.name);
        return;
      case 'definitions':
        definitions = change.definitions;
        return;
      case 'addJob':
      case 'job':
        if (change.kind === 'addJob' && held.has(change.job.entry))
          throw new Error(`entry ${change.job.entry} is in use`);
        held.set(change.job.entry, { entry: change.job, text: noText, recipients: [] });
        if (change.kind === 'addJob' && change.submissionKey !== undefined)
          keys.set(keyOf(change.submissionKey), change.job.entry);
        return;
      case 'removeJob':
        held.delete(change.entry);
        return;
    }
  }

  function claim(wanted: Claim): ClaimedEntry[] {
    const pending = mail()
      .filter(({ entry }) => entry.state === 'pending')
      .sort((a, b) => b.entry.priority - a.entry.priority || a.entry.submittedAt - b.entry.submittedAt);
    const suspects = pending.filter(({ entry }) => entry.symbiontDeaths > 0).slice(0, wanted.suspects);
    const fresh = pending.filter(({ entry }) => isFresh(entry));
    const retries = pending.filter(({ entry }) => entry.symbiontDeaths === 0 && entry.attempt > 0);
    const read: Held[] = [];
    let bytes = 0;
    const again = retries.slice(0, wanted.retries);
    const first = again.splice(0, Math.floor(wanted.limit / 4));
    const chosen = [...suspects, ...first, ...fresh, ...again];
    for (const each of chosen.slice(0, wanted.limit)) {
      if (read.length > 0 && bytes >= wanted.bytes) break;
      bytes += bytesOf(each);
      read.push(each);
    }
    return read.map((each) => {
      const attempt = each.entry.attempt + 1;
      each.entry = {
        ...each.entry,
        state: 'executing',
        attempt,
        lease: { owner: wanted.owner, until: wanted.until, attempt },
      };
      return { ...each.entry, text: each.text, recipients: [...each.recipients] };
    });
  }

  return {
    async commit(changes, wanted) {
      checkFailure();
      for (const change of changes) apply(change);
      return wanted === undefined ? [] : claim(wanted);
    },
    async submittedJob(key) {
      return keys.get(keyOf(key));
    },
    async releaseDue(now, limit) {
      checkFailure();
      const due = mail()
        .filter(({ entry }) => entry.state === 'holdingUntil' && (entry.after ?? 0) <= now)
        .slice(0, limit);
      for (const each of due) each.entry = { ...each.entry, state: 'pending', after: undefined };
      return due.length;
    },
    async earliestRelease() {
      const instants = mail()
        .filter(({ entry }) => entry.state === 'holdingUntil')
        .map(({ entry }) => entry.after ?? 0);
      return instants.length === 0 ? undefined : Math.min(...instants);
    },
    async bringForward(byMs) {
      checkFailure();
      for (const { entry, recipients } of mail()) {
        const instants = recipients.flatMap(({ nextAttempt }) => nextAttempt ?? []);
        if (entry.state === 'holdingUntil' && entry.after === Math.min(...instants))
          held.get(entry.entry)!.entry = { ...entry, after: entry.after - byMs };
        for (const [index, { nextAttempt, ...rest }] of recipients.entries())
          if (nextAttempt !== undefined) recipients[index] = { ...rest, nextAttempt: nextAttempt - byMs };
      }
    },
    async returnLeases(node, owner, now) {
      checkFailure();
      const removed: RemovedEntry[] = [];
      for (const each of mail()) {
        const { entry, submittedAt, lease, state, returnTo, spoolId } = each.entry;
        if (lease === undefined || lease.owner === owner) continue;
        if (!lease.owner.startsWith(`${node}/`) && lease.until >= now) continue;
        if (state === 'aborting') {
          removeMail(entry);
          removed.push({ entry, submittedAt, spoolId });
        } else {
          const isWaiting =
            returnTo === 'holding' || returnTo === 'holdingUntil' || returnTo === 'retainedOnError';
          each.entry = {
            ...each.entry,
            state: isWaiting ? returnTo : 'pending',
            lease: undefined,
            attempt: Math.max(0, each.entry.attempt - 1),
            returnTo: isWaiting ? undefined : returnTo,
          };
        }
      }
      return removed;
    },
    async find(query: EntryQuery) {
      const found = ascending()
        .map(({ entry }) => entry)
        .filter(
          (entry) =>
            entry.entry > (query.afterEntry ?? 0) &&
            (query.destination === undefined || entry.batch === undefined) &&
            (query.entries?.includes(entry.entry) ?? true) &&
            (query.states?.includes(entry.state) ?? true) &&
            (query.kind === undefined || (query.kind === 'batch') === (entry.batch !== undefined)) &&
            (query.userName === undefined || query.userName === entry.userName) &&
            (query.jobName === undefined || query.jobName === entry.jobName),
        );
      const entries = found.slice(0, query.limit);
      return { entries, last: entries.length < found.length ? entries.at(-1)?.entry : undefined };
    },
    async countOthers(userName, after, before, limit) {
      const between = ascending()
        .map(({ entry }) => entry)
        .filter(({ entry }) => entry > after && entry < before)
        .slice(0, limit);
      return {
        count: between.filter((each) => each.userName !== userName && each.batch === undefined).length,
        last: between.length < limit ? undefined : between.at(-1)?.entry,
      };
    },
    async recipients(entry) {
      return [...(held.get(entry)?.recipients ?? [])];
    },
    async recipientsOf(entries) {
      return new Map(
        entries.flatMap((entry) => {
          const found = held.get(entry);
          return found === undefined ? [] : [[entry, [...found.recipients]] as const];
        }),
      );
    },
    async text(entry) {
      const found = held.get(entry);
      return found === undefined || found.text === noText ? undefined : found.text;
    },
    async hasFresh() {
      return mail().some(({ entry }) => isFresh(entry) && entry.state === 'pending');
    },
    async counts() {
      const counts: Record<JobState, number> = {
        pending: 0,
        executing: 0,
        holding: 0,
        holdingUntil: 0,
        retainedOnError: 0,
        retainedOnCompletion: 0,
        aborting: 0,
      };
      for (const { entry } of mail()) counts[entry.state]++;
      return counts satisfies EntryCounts;
    },
    async nextEntry() {
      return nextEntry;
    },
    async definitions() {
      return definitions;
    },
    async entryInUse(from) {
      return ascending().find(({ entry }) => entry.entry >= from)?.entry.entry;
    },
    async queues() {
      return [...queues.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    async isSpooled(spoolId) {
      return ascending().some(({ entry }) => entry.spoolId === spoolId);
    },
    async spooled() {
      return ascending().flatMap(({ entry: { entry }, text }) =>
        text.kind === 'inline' ? [] : [{ entry, spoolId: text.spoolId, fileBytes: fileSizeBytes(text) }],
      );
    },
    // What belongs to an entry is part of it here.
    mendRecords: async () => 0,
    async rebuildIndexes() {
      // There are none.
    },
    releaseMemory() {
      // What is in memory is the only copy.
    },
    async close() {
      // Nothing is open.
    },
    failWith(error) {
      failure = error;
    },
    copy() {
      return makeStore(
        new Map([...held].map(([entry, each]) => [entry, { ...each, recipients: [...each.recipients] }])),
        new Map(queues),
        nextEntry,
        definitions,
        new Map(keys),
      );
    },
  };
}

const isFresh = ({ symbiontDeaths, attempt }: StoredEntry): boolean => symbiontDeaths === 0 && attempt === 0;

const noText: MessageText = { kind: 'inline', bytes: new Uint8Array() };

const bytesOf = ({ text, recipients }: Held): number =>
  recipients.reduce(
    (sum, { forwardPath }) => sum + forwardPath.length,
    text.kind === 'inline' ? text.bytes.byteLength : 0,
  );

/** A standing replaces all changeable fields, those it leaves out too. */
const cleared = {
  after: undefined,
  heldBy: undefined,
  errorText: undefined,
  lease: undefined,
  returnTo: undefined,
};
