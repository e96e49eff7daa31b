/** Where each message is that was accepted while operators did as they liked: with its recipient, in the queue, returned, or removed by one of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { openSpool } from '../../src/adapters/node/spool.ts';
import { systemClock } from '../../src/adapters/node/system-clock.ts';
import { openMailStore } from '../../src/adapters/sqlite/mail-store/index.ts';
import type { NodeRoot } from '../../src/images/node-root.ts';
import type { MessageEvent } from '../../src/ports/message-journal.ts';
import { idsIn, messagesOf, takeQueue } from '../crash/account-for.ts';
import type { SinkMessage } from '../support/smtp-sink.ts';
import type { Accepted } from './mail-load.ts';

export interface WalkAccount {
  readonly lost: readonly string[];
  /** A user here has it more than once. */
  readonly twice: readonly string[];
  /** Recipients, by what became of the message. */
  readonly delivered: number;
  readonly waiting: number;
  readonly returned: number;
  readonly removed: number;
  /** Elsewhere more than once: a command that aborts a dialogue may come behind the dot. RFC 5321 §4.5.4.1 */
  readonly repeatedElsewhere: number;
}

/** Of a node that has stopped. Takes up all mail of its queue. */
export async function accountForWalk(
  paths: NodeRoot,
  accepted: readonly Accepted[],
  users: readonly string[],
  elsewhere: readonly SinkMessage[],
): Promise<WalkAccount> {
  const spool = await openSpool(paths.spoolDirectory, systemClock);
  const store = openMailStore({ file: paths.mailDatabase, textDirectory: paths.mailDirectory, spool });
  const copies = new Map<string, number>();
  const count = (id: string, forwardPath: string): void => {
    const key = `${id} ${forwardPath.toLowerCase()}`;
    copies.set(key, (copies.get(key) ?? 0) + 1);
  };
  /** By id, the texts of bounces. */
  const bounces = new Map<string, string[]>();
  const bounce = (text: string): void => {
    for (const id of idsIn(text)) bounces.set(id, [...(bounces.get(id) ?? []), text.toLowerCase()]);
  };
  for (const user of users) {
    for await (const { file, record } of messagesOf(store, user)) {
      const ids = idsIn(record.subject);
      for (const id of ids) count(id, `${user}@hearts.example`);
      if (ids.length > 0) continue;
      const chunks: Uint8Array[] = [];
      for await (const chunk of store.readText(file, record.id)) chunks.push(chunk);
      bounce(Buffer.concat(chunks).toString('latin1'));
    }
  }
  await store.close();
  for (const { reversePath, forwardPaths, text } of elsewhere) {
    if (reversePath === '') bounce(text);
    else for (const id of idsIn(text)) for (const each of forwardPaths) count(id, each);
  }
  const { waiting } = await takeQueue(paths.queueDatabase, spool);
  const removed = removedIds(paths);

  const sums = { delivered: 0, waiting: 0, returned: 0, removed: 0, repeatedElsewhere: 0 };
  const lost: string[] = [];
  const twice: string[] = [];
  for (const { id, forwardPaths } of accepted) {
    const mark = `<<${id}>>`;
    for (const forwardPath of forwardPaths) {
      const path = forwardPath.toLowerCase();
      const found = copies.get(`${mark} ${path}`) ?? 0;
      const isLocal = path.endsWith('@hearts.example');
      if (found > 1 && isLocal) twice.push(`${mark} for ${path}: ${found} times`);
      if (found > 1 && !isLocal) sums.repeatedElsewhere += 1;
      if (found > 0) sums.delivered += 1;
      // A bounce that waits, for whomever, counts for its message.
      else if (waiting.get(mark)?.some((each) => each === path || !forwardPaths.includes(each)) === true)
        sums.waiting += 1;
      else if (bounces.get(mark)?.some((text) => text.includes(path)) === true) sums.returned += 1;
      else if (removed.has(id) || removed.has(`${id} ${path}`)) sums.removed += 1;
      else lost.push(`${mark} for ${path}`);
    }
  }
  return { ...sums, lost, twice };
}

/** Ids of what was deleted, and with a recipient's address those he was taken off, by the journal of messages: entry numbers come again. */
function removedIds(paths: NodeRoot): ReadonlySet<string> {
  const directory = dirname(paths.messageJournal);
  const versionOf = (name: string): number => Number(/;(\d+)$/.exec(name)?.[1] ?? Number.POSITIVE_INFINITY);
  const events = readdirSync(directory)
    .filter((name) => name.split(';')[0] === basename(paths.messageJournal))
    .sort((a, b) => versionOf(a) - versionOf(b))
    .flatMap((name) => readFileSync(join(directory, name), 'utf8').trim().split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as MessageEvent);
  const entries = new Map<number, { readonly ids: readonly string[]; readonly isBounce: boolean }>();
  /** `returned mail of …` */
  const idsOfJob = new Map<string, readonly string[]>();
  const removed = new Set<string>();
  for (const event of events) {
    if (event.event === 'accepted') {
      const paths = [event.reversePath, ...event.forwardPaths];
      const named = paths.flatMap((path) => /^([sm]\d+)@\[/.exec(path)?.[1] ?? []);
      const original = /^returned mail of (\S+)$/.exec(event.source ?? '')?.[1] ?? '';
      const ids = [...named, ...(idsOfJob.get(original) ?? [])];
      entries.set(event.entry, { ids, isBounce: event.reversePath === '' });
      // Two of the same hundredth of a second have one name.
      idsOfJob.set(event.jobName, [...(idsOfJob.get(event.jobName) ?? []), ...ids]);
    } else {
      const { ids, isBounce } = entries.get(event.entry) ?? { ids: [], isBounce: false };
      // REMOVE MAIL/RETURN of what has no sender; a bounce that nobody takes. RFC 5321 §6.1
      const isReturned = event.event === 'attempt' && isBounce && event.outcome === 'returned';
      if (event.event === 'removed')
        for (const id of ids) removed.add(`${id} ${event.forwardPath.toLowerCase()}`);
      if (event.event === 'deleted' || isReturned) for (const id of ids) removed.add(id);
    }
  }
  return removed;
}
