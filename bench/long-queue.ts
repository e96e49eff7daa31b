/** A queue database with as many entries as wanted, nine tenths of them deferred, written through the store's own commits. */
import type { NewEntry, QueueChange, QueueStore } from '../src/ports/queue-store.ts';

const AT_ONCE = 5_000;
const HOUR_MS = 3_600_000;
/** Destinations of deferred mail, beside the one: addresses of this machine where nobody listens. */
const OTHER_DESTINATIONS = 2_000;
/** The domain to which every tenth entry goes. */
export const DESTINATION = '[127.99.99.99]';

export interface LongQueue {
  readonly entries: number;
  readonly deferred: number;
  readonly forDestination: number;
}

const text = Buffer.from(
  'From: <sender@far.example>\r\nTo: <user@other.example>\r\nSubject: deferred\r\n\r\n' +
    'A line of a message that waits for a host which does not answer.\r\n'.repeat(14),
);

/** Of ten entries, one is for the destination, and one is held, or (one of a hundred) retained on error. */
function deferredEntry(
  entry: number,
  queueName: string,
  now: number,
  due: (entry: number) => number,
): QueueChange[] {
  const kind = entry % 10;
  const domain =
    kind === 1
      ? DESTINATION
      : `[127.1.${Math.floor((entry % OTHER_DESTINATIONS) / 250)}.${(entry % 250) + 1}]`;
  const forwardPath = `user${entry % 977}@${domain}`;
  const base: NewEntry = {
    entry,
    entryId: `bench-${entry.toString(36)}`,
    queueName,
    jobName: `26112504${String(entry % 1_000_000).padStart(6, '0')}_TCPIP$SMTP`,
    userName: 'TCPIP$SMTP',
    source: '[192.0.2.66] far.example',
    // Nobody is told of delays: the notices would be new mail, and for hosts that the DNS has to be asked for.
    reversePath: '',
    submittedAt: now - 12 * HOUR_MS + entry,
    sizeBytes: text.byteLength,
    state: 'holdingUntil',
    after: due(entry),
    priority: 100,
    symbiontDeaths: 0,
    attempt: 1,
    forwardPaths: [forwardPath],
    text: { kind: 'inline', bytes: text },
  };
  const state = kind !== 0 ? 'holdingUntil' : entry % 100 === 0 ? 'retainedOnError' : 'holding';
  const stands: NewEntry =
    state === 'holdingUntil'
      ? base
      : {
          ...base,
          state,
          after: undefined,
          ...(state === 'holding'
            ? { heldBy: 'SYSTEM 25-NOV-2026 04:00:00.00' }
            : { errorText: '%JBC-F-SYMDEL, unexpected symbiont process termination' }),
        };
  const lastReply = `450 4.4.1 ${domain}: connection refused`;
  const recipient = {
    index: 0,
    forwardPath,
    state: 'retry',
    attempts: 1,
    lastReply,
    nextAttempt: due(entry),
  } as const;
  return [
    { kind: 'add', entry: stands },
    { kind: 'recipients', entry, recipients: [recipient] },
  ];
}

/**
 * @param due  when a deferred entry is tried again; default: spread over an hour, from an hour on
 * @param node  whose queue it is
 */
export async function fillQueue(
  store: QueueStore,
  entries: number,
  now: number,
  due: (entry: number) => number = (entry) => now + HOUR_MS + (entry % 3_600) * 1_000,
  node = 'HEARTS',
): Promise<LongQueue> {
  for (let first = 1; first <= entries; first += AT_ONCE) {
    const changes: QueueChange[] = [];
    for (let entry = first; entry < Math.min(first + AT_ONCE, entries + 1); entry++)
      changes.push(...deferredEntry(entry, `TCPIP$SMTP_${node}_00`, now, due));
    await store.commit(changes);
  }
  await store.commit([{ kind: 'nextEntry', entry: entries + 1 }]);
  const tenth = Math.floor(entries / 10);
  return { entries, deferred: entries - tenth, forDestination: Math.floor((entries + 9) / 10) };
}

/** All deferred mail of `fillQueue` comes due at `instant`. */
export async function comeDue(store: QueueStore, queue: LongQueue, instant: number): Promise<void> {
  const standing = {
    state: 'holdingUntil',
    after: instant,
    priority: 100,
    symbiontDeaths: 0,
    attempt: 1,
  } as const;
  for (let first = 1; first <= queue.entries; first += AT_ONCE) {
    const { entries } = await store.find({
      states: ['holdingUntil'],
      kind: 'mail',
      afterEntry: first - 1,
      limit: AT_ONCE,
    });
    const meant = entries.filter(({ entry }) => entry < first + AT_ONCE && entry <= queue.entries);
    await store.commit(meant.map(({ entry }): QueueChange => ({ kind: 'stand', entry, standing })));
  }
}
