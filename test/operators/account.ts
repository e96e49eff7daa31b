/** Where each message is that was accepted while operators did as they liked: with its recipient, in the queue, returned, or removed by one of them. */
import { readFileSync } from 'node:fs';
import { openSpool } from '../../src/adapters/node/spool.ts';
import { systemClock } from '../../src/adapters/node/system-clock.ts';
import { openMailStore } from '../../src/adapters/sqlite/mail-store/index.ts';
import type { NodeRoot } from '../../src/images/node-root.ts';
import { idsIn, messagesOf, takeQueue } from '../crash/account-for.ts';
import { createFates } from './fates.ts';
import type { Elsewhere, Ledger } from './ledger.ts';

export interface WalkAccount {
  /** With what is known of the message, a line each. */
  readonly lost: readonly string[];
  /** A user here has it more than once. */
  readonly twice: readonly string[];
  /** Recipients, by what became of the message. */
  readonly delivered: number;
  readonly waiting: number;
  readonly returned: number;
  readonly removed: number;
  /** A bounce that nobody took: RFC 5321 §6.1. */
  readonly bouncesUndeliverable: number;
  /** Elsewhere more than once: a command that aborts a dialogue may come behind the dot. RFC 5321 §4.5.4.1 */
  readonly repeatedElsewhere: number;
}

/** Of a node that has stopped. Takes up all mail of its queue. */
export async function accountForWalk(
  paths: NodeRoot,
  ledger: Ledger,
  users: readonly string[],
  elsewhere: readonly Elsewhere[],
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
  const read = ledger.read();
  const fates = createFates(read, readFileSync(paths.nodeLog, 'latin1'));

  const sums = {
    delivered: 0,
    waiting: 0,
    returned: 0,
    removed: 0,
    bouncesUndeliverable: 0,
    repeatedElsewhere: 0,
  };
  const lost: string[] = [];
  const twice: string[] = [];
  for (const { id, forwardPaths } of read.accepted) {
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
      else {
        const fate = fates.of(id, path);
        if (fate === 'removed') sums.removed += 1;
        else if (fate === 'bounce undeliverable') sums.bouncesUndeliverable += 1;
        else lost.push([`${mark} for ${path}`, ...fates.story(id)].join('\n  '));
      }
    }
  }
  return { ...sums, lost, twice };
}
