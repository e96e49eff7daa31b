/**
 * A process of its own that writes into SMITH's mail file as others do: `deliver` brings mail as fast as it can, and some of
 * it twice, as after a crash; `move` does what an IMAP server does. `FILE TEXTDIR deliver|move SECONDS SEED`; prints what it
 * has done as JSON.
 */
import { openMailStore } from '../../src/adapters/sqlite/mail-store/index.ts';
import { DEFAULT_MAIL_FILE, type MailStore, type NewMessage } from '../../src/ports/mail-store.ts';
import { randomNumbers } from './random-numbers.ts';

export interface Written {
  readonly delivered: number;
  readonly copied: number;
  readonly removed: number;
  /** Longest time one call of the store took, ms. */
  readonly slowest: number;
}

/** Where copies go. Nobody reads there, so that a subject twice anywhere else is a message doubled. */
export const COPIES = 'COPIES';

/** The first message of the file: it stays where it is, so that its folder does. */
const ANCHOR = 1;

const message = (key: string): NewMessage => ({
  deliveryKey: key,
  owner: 'SMITH',
  folder: 'NEWMAIL',
  isNew: true,
  receivedAt: Date.now(),
  from: 'JONES',
  to: 'SMITH',
  cc: '',
  subject: key,
  text: { kind: 'inline', bytes: Buffer.from(`This is ${key}.\n`) },
  format: 'records',
});

async function deliver(store: MailStore, round: number, random: () => number): Promise<Partial<Written>> {
  const keys = Array.from({ length: 1 + Math.floor(random() * 20) }, (_, index) => `m${round}.${index}`);
  const again = round > 0 && random() < 0.1 ? [`m${round - 1}.0`] : [];
  const results = await store.deliver([...keys, ...again].map(message));
  const isRight = results.every((each, index) => each === (index < keys.length ? 'delivered' : 'again'));
  if (!isRight) throw new Error(`delivery ${round}: ${results}`);
  return { delivered: keys.length };
}

async function move(store: MailStore, random: () => number): Promise<Partial<Written>> {
  const { id } = await store.createMailFile('SMITH', DEFAULT_MAIL_FILE);
  const folders = ['NEWMAIL', 'MAIL', 'KEEP', 'WASTEBASKET'];
  const folder = folders[Math.floor(random() * folders.length)]!;
  const selected = await store.select(id, folder);
  const some = await selected.slice(Math.floor(random() * selected.length), 1 + Math.floor(random() * 5));
  const ids = [...some].filter((each) => each !== ANCHOR);
  selected.close();
  switch (Math.floor(random() * 6)) {
    case 0:
      return { copied: await store.copy(id, ids, COPIES) };
    case 1:
      return { removed: await store.remove(id, ids) };
    case 2:
      await store.setFlags(id, ids, { new: random() < 0.5, marked: random() < 0.5 });
      return {};
    case 3:
      await store.moveRead(id, 'NEWMAIL', 'MAIL');
      return {};
    default:
      await store.move(id, ids, folder, folders[Math.floor(random() * folders.length)]!);
      return {};
  }
}

async function main([file = '', textDirectory = '', role, seconds, seed]: readonly string[]): Promise<void> {
  const random = randomNumbers(Number(seed));
  const store = openMailStore({ file, textDirectory });
  const until = Date.now() + Number(seconds) * 1_000;
  const sum = { delivered: 0, copied: 0, removed: 0, slowest: 0 };
  for (let round = 0; Date.now() < until; round++) {
    const started = performance.now();
    const done = await (role === 'deliver' ? deliver(store, round, random) : move(store, random));
    sum.slowest = Math.max(sum.slowest, performance.now() - started);
    sum.delivered += done.delivered ?? 0;
    sum.copied += done.copied ?? 0;
    sum.removed += done.removed ?? 0;
  }
  await store.close();
  process.stdout.write(JSON.stringify(sum));
}

if (import.meta.main) await main(process.argv.slice(2));
