import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { link, readdir, unlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import { describeMailStore } from '../../../../test/contract/mail-store/index.ts';
import { newMessage } from '../../../../test/contract/mail-store/new-message.ts';
import { describeMailboxes } from '../../../../test/contract/mailboxes/index.ts';
import { everyId, type StoredText } from '../../../ports/mail-store.ts';
import type { Spool } from '../../../ports/message-text.ts';
import { openMailStore, SCHEMA_VERSION } from './index.ts';

const root = mkdtempSync(join(tmpdir(), 'mail-store-'));
afterAll(() => rmSync(root, { recursive: true }));
let made = 0;
const place = () => {
  const directory = join(root, String(++made));
  return { file: `${directory}.dat`, textDirectory: directory };
};

describeMailStore('sqlite', async (spool) => openMailStore({ ...place(), spool }));
describeMailboxes('sqlite', async () => openMailStore(place()));

const FORMAT_1_FROM_2 = 'DROP INDEX message_marked;';
const FORMAT_2_FROM_3 = `DROP INDEX message_by_uid; DROP INDEX message_changed; DROP TABLE vanished; DROP TABLE subscription;
  ALTER TABLE message DROP COLUMN modseq; ALTER TABLE message DROP COLUMN keywords;
  ALTER TABLE folder DROP COLUMN modseq; ALTER TABLE folder DROP COLUMN kept;
  ALTER TABLE folder DROP COLUMN vanished_since;`;
const FORMAT_3_FROM_4 = 'DROP TABLE finding;';
const FORMAT_4_FROM_5 = 'ALTER TABLE folder DROP COLUMN uid_validity;';
const FORMAT_5_FROM_6 = 'ALTER TABLE subscription DROP COLUMN is_subscribed;';
const FORMAT_6_FROM_7 = 'DROP INDEX message_deleted;';
const FORMAT_7_FROM_8 = 'ALTER TABLE text DROP COLUMN external_from;';
const FORMAT_8_FROM_9 = 'DROP INDEX folder_client_name; ALTER TABLE folder DROP COLUMN client_name;';
const FORMAT_9_FROM_10 = 'DROP TABLE folder_look;';
const FORMAT_10_FROM_11 = 'ALTER TABLE folder DROP COLUMN bytes;';

describe('VMSMAIL.DAT', () => {
  it('takes mail for a folder that another process has given a new name', async () => {
    const options = place();
    const [symbiont, server] = [openMailStore(options), openMailStore(options)];
    await symbiont.deliver([newMessage({ folder: 'LISTS' })]);
    const { id } = (await server.mailFile('SMITH', 'MAIL.MAI'))!;
    expect(await server.mailboxes.rename(id, [{ from: 'LISTS', to: 'OLD' }])).toBe(true);
    await symbiont.deliver([newMessage({ folder: 'LISTS' }), newMessage({ folder: 'OLD' })]);
    expect(await server.mailboxes.uids(id, 'LISTS', 0, 9)).toEqual([2]);
    expect(await server.mailboxes.uids(id, 'OLD', 0, 9)).toEqual([1, 2]);
    await symbiont.close();
    await server.close();
  });

  it('keeps no more looks at a folder that messages leave by age than count', async () => {
    const options = place();
    const store = openMailStore(options);
    const limits = { wastebasketDays: 2, junk: { folder: 'JUNK', days: 0 } };
    for (let day = 1; day <= 10; day++) {
      await store.deliver([newMessage({ folder: 'WASTEBASKET', isNew: false })]);
      await store.lookForAged(limits, day * 86_400_000);
    }
    await store.close();
    const database = new Sqlite(options.file, { readonly: true });
    expect(database.prepare('SELECT look FROM folder_look ORDER BY look').pluck().all()).toEqual([8, 9, 10]);
    database.close();
  });

  it('leaves no file of a text that was too much for its receiver', async () => {
    const options = place();
    const store = openMailStore(options);
    const text = async () => {
      const writer = store.createText({ inFile: true });
      await writer.write(Buffer.from('12345\n'));
      return (await writer.commit()) as StoredText;
    };
    expect(await store.deliver([newMessage({ limitBytes: 5, text: await text() })])).toEqual(['full']);
    expect(readdirSync(options.textDirectory)).toEqual([]);
    expect(await store.deliver([newMessage({ limitBytes: 6, text: await text() })])).toEqual(['delivered']);
    expect(readdirSync(options.textDirectory)).toHaveLength(1);
    await store.close();
  });

  it('refuses a file that is newer or no database', () => {
    const newer = place();
    const database = new Sqlite(newer.file);
    database.pragma(`user_version = ${SCHEMA_VERSION + 1}`);
    database.close();
    expect(() => openMailStore(newer)).toThrow('knows up to');
  });

  it('of format 1 is brought to the newest, with its mail', async () => {
    const options = place();
    const store = openMailStore(options);
    await store.deliver([newMessage(), newMessage({ receivedAt: 2_000 })]);
    await store.close();
    const database = new Sqlite(options.file);
    database.exec(
      `${FORMAT_10_FROM_11}${FORMAT_9_FROM_10}${FORMAT_8_FROM_9}${FORMAT_7_FROM_8}${FORMAT_6_FROM_7}${FORMAT_5_FROM_6}${FORMAT_4_FROM_5}${FORMAT_3_FROM_4}${FORMAT_2_FROM_3}${FORMAT_1_FROM_2}PRAGMA user_version = 1`,
    );
    database.close();
    const again = openMailStore(options);
    // Before somebody asks, nothing is summed up, and what comes changes nothing in that.
    await again.deliver([newMessage({ folder: 'MEMOS' })]);
    expect(await again.usedBytes('SMITH')).toBe(21);
    const { id } = (await again.mailFile('SMITH', 'MAIL.MAI'))!;
    const [first] = await everyId(again.select(id, 'NEWMAIL'));
    await again.setFlags(id, [first!], { marked: true });
    expect([...(await everyId(again.select(id, 'NEWMAIL', { marked: true })))]).toEqual([first]);
    expect(await again.mailboxes.uids(id, 'NEWMAIL', 0, 10)).toEqual([1, 2]);
    const { highestModseq } = (await again.mailboxes.open(id, 'NEWMAIL'))!.mailbox;
    await again.deliver([newMessage()]);
    const changes = await again.mailboxes.changes(id, 'NEWMAIL', { modseq: highestModseq });
    expect(changes).toMatchObject({ changed: [], arrived: [3], vanished: [] });
    await again.close();
    const migrated = new Sqlite(options.file);
    expect(migrated.pragma('user_version', { simple: true })).toBe(SCHEMA_VERSION);
    migrated.close();
  });

  it('is opened by many at once, and keeps what was there', async () => {
    const options = place();
    const stores = [openMailStore(options), openMailStore(options), openMailStore(options)];
    await stores[0]!.deliver([newMessage()]);
    expect((await stores[2]!.profile('SMITH'))?.newMailCount).toBe(1);
    for (const each of stores) await each.close();
    const again = openMailStore(options);
    expect((await again.profile('SMITH'))?.newMailCount).toBe(1);
    await again.close();
  });

  it('finds out that a mail file it knew is gone', async () => {
    const options = place();
    const one = openMailStore(options);
    const other = openMailStore(options);
    await one.deliver([newMessage()]);
    const file = await other.mailFile('SMITH', 'MAIL.MAI');
    await other.removeMailFile(file!.id);
    expect(await one.deliver([newMessage()])).toEqual(['delivered']);
    expect((await one.profile('SMITH'))?.newMailCount).toBe(1);
    await one.close();
    await other.close();
  });

  it('loses and doubles nothing when two deliver, move and delete at once', async () => {
    const options = place();
    const one = openMailStore(options);
    const other = openMailStore(options);
    const { id } = await one.createMailFile('SMITH', 'MAIL.MAI');
    await Promise.all(
      [one, other].map(async (store, number) => {
        for (let round = 0; round < 40; round++) {
          await store.deliver(
            [0, 1, 2].map((each) =>
              newMessage({ deliveryKey: `${number}:${round}:${each}`, receivedAt: round }),
            ),
          );
          const ids = [...(await everyId(store.select(id, 'NEWMAIL')))].slice(0, 4);
          await store.move(id, ids.slice(0, 2), 'NEWMAIL', 'MEMOS');
          await store.setFlags(id, ids.slice(2), { new: false });
          await store.moveRead(id, 'NEWMAIL', 'MAIL');
        }
      }),
    );
    const folders = await one.folders(id);
    let sum = 0;
    for (const folder of folders) {
      const ids = await everyId(other.select(id, folder.name));
      const records = await other.messages(id, ids);
      expect(folder.count).toBe(ids.length);
      expect(new Set(records.map((each) => each!.uid)).size).toBe(ids.length);
      sum += ids.length;
    }
    expect(sum).toBe(240);
    const counted = (await one.profile('SMITH'))?.newMailCount;
    expect(await one.recountNewMail('SMITH')).toBe(counted);
    await one.close();
    await other.close();
  });
});

describe('text files', () => {
  const spoolIn = async (directory: string, content: string): Promise<Spool> => {
    const path = join(root, `${++made}.spooled`);
    await writeFile(path, content);
    return {
      linkTo: (_: string, to: string) => link(path, to),
    } as unknown as Spool & { directory: typeof directory };
  };
  const spooled = { kind: 'file', spoolId: 'x', sizeBytes: 100_000 } as const;

  it('come from the spool once for all receivers, and go with the last message', async () => {
    const options = place();
    const store = openMailStore({ ...options, spool: await spoolIn(root, 'y\n'.repeat(50_000)) });
    await store.deliver([
      newMessage({ text: spooled, deliveryKey: '1' }),
      newMessage({ text: spooled, owner: 'JONES' }),
    ]);
    expect(await store.deliver([newMessage({ text: spooled, deliveryKey: '1' })])).toEqual(['again']);
    expect(await readdir(options.textDirectory)).toHaveLength(1);
    for (const owner of ['SMITH', 'JONES']) {
      expect(await readdir(options.textDirectory)).toHaveLength(1);
      const { id } = (await store.mailFile(owner, 'MAIL.MAI'))!;
      const [record] = await store.messages(id, await everyId(store.select(id, 'NEWMAIL')));
      expect(record).toMatchObject({ sizeBytes: 100_000, records: 50_000 });
      await store.remove(id, [record!.id]);
    }
    expect(await readdir(options.textDirectory)).toEqual([]);
    await store.close();
  });

  it('whose file is gone give nothing, not even the beginning that stands elsewhere', async () => {
    const options = place();
    const store = openMailStore({ ...options, spool: await spoolIn(root, 'z'.repeat(100_000)) });
    const text = { ...spooled, beginning: { head: Buffer.from('a'), from: 1 } };
    await store.deliver([newMessage({ text })]);
    for (const name of await readdir(options.textDirectory)) await unlink(join(options.textDirectory, name));
    const { id } = (await store.mailFile('SMITH', 'MAIL.MAI'))!;
    const [message] = await everyId(store.select(id, 'NEWMAIL'));
    const chunks: Uint8Array[] = [];
    const reading = (async () => {
      for await (const chunk of store.readText(id, message!)) chunks.push(chunk);
    })();
    await expect(reading).rejects.toMatchObject({ ident: 'FNF' });
    expect(chunks).toEqual([]);
    await store.close();
  });

  it('left over by a crash are removed when they have been left over for an hour, however old they look', async () => {
    const options = place();
    const store = openMailStore({ ...options, spool: await spoolIn(root, 'z'.repeat(100_000)) });
    await store.deliver([newMessage({ text: spooled })]);
    const orphan = join(options.textDirectory, 'MAIL$0000FFFF.MAI');
    await writeFile(orphan, '');
    await utimes(orphan, 0, 0);
    await writeFile(join(options.textDirectory, 'MAIL$0000FFFE.TMP'), '');
    expect(await store.removeOrphans(0)).toBe(0);
    expect(await store.removeOrphans(3_500_000)).toBe(0);
    // Somebody is still at it.
    await writeFile(join(options.textDirectory, 'MAIL$0000FFFE.TMP'), 'more');
    await writeFile(join(options.textDirectory, 'MAIL$0000FFFD.MAI'), 'new');
    expect(await store.removeOrphans(3_700_000)).toBe(1);
    expect(await readdir(options.textDirectory)).toHaveLength(3);
    expect(await store.removeOrphans(7_400_000)).toBe(2);
    expect(await readdir(options.textDirectory)).toHaveLength(1);
    await store.close();
  });
});
