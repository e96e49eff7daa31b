import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newMessage } from '../../../../test/contract/mail-store/new-message.ts';
import { everyId, type MailStore, type SelectionCriteria } from '../../../ports/mail-store.ts';
import { conditionsOf } from './criteria.ts';
import { openMailStore } from './index.ts';

const MESSAGES = 50_000;
const root = mkdtempSync(join(tmpdir(), 'mail-selections-'));
const options = { file: join(root, 'VMSMAIL.DAT'), textDirectory: join(root, 'texts') };
let store: MailStore;
let other: MailStore;
let file: number;
let all: Float64Array;

beforeAll(async () => {
  store = openMailStore(options);
  other = openMailStore(options);
  for (let at = 0; at < MESSAGES; at += 5_000) {
    await store.deliver(
      Array.from({ length: 5_000 }, (_, index) =>
        newMessage({
          folder: 'MAIL',
          isNew: false,
          // Not in the order of delivery, and some at the same instant.
          receivedAt: ((at + index) * 7_919) % 40_000,
          from: (at + index) % 1_000 === 3 ? 'Grüße' : `SENDER${(at + index) % 10}`,
          subject: String(at + index),
        }),
      ),
    );
  }
  file = (await store.mailFile('SMITH', 'MAIL.MAI'))!.id;
  all = await everyId(store.select(file, 'MAIL'));
}, 60_000);
afterAll(async () => {
  await store.close();
  await other.close();
  rmSync(root, { recursive: true });
});

const aMoment = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10));

describe('a selection of a large folder', () => {
  it('has every message once, oldest first', async () => {
    expect(all.length).toBe(MESSAGES);
    expect(new Set(all).size).toBe(MESSAGES);
    const times = (await store.messages(file, all)).map((each) => each!.receivedAt);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it('answers for any place before it is read to the end, and afterwards', async () => {
    for (const isWhole of [false, true]) {
      const selected = await store.select(file, 'MAIL');
      if (isWhole) await selected.slice(0, MESSAGES);
      for (const start of [MESSAGES - 1, 0, MESSAGES / 2, 12_345, MESSAGES - 20, 37_000]) {
        expect(await selected.slice(start, 20)).toEqual(all.slice(start, start + 20));
      }
      expect(await selected.slice(MESSAGES, 20)).toHaveLength(0);
      selected.close();
    }
  });

  it('stays as it was while others deliver, move and remove, read to the end or not', async () => {
    const selected = await store.select(file, 'MAIL');
    const gone = [all[MESSAGES - 1]!, all[MESSAGES / 2]!, all[30_000]!];
    await other.move(file, gone, 'MAIL', 'MEMOS');
    await other.remove(file, [all[45_000]!]);
    await other.deliver([newMessage({ folder: 'MAIL', isNew: false, receivedAt: 0 })]);
    expect(await selected.slice(MESSAGES - 1, 1)).toEqual(all.slice(MESSAGES - 1));
    await aMoment();
    expect(await selected.slice(0, MESSAGES)).toEqual(all);
    expect((await store.messages(file, [all[45_000]!]))[0]).toBeUndefined();
    selected.close();
    const again = await everyId(store.select(file, 'MAIL'));
    expect(again.length).toBe(MESSAGES - 3);
    expect((await store.folder(file, 'MAIL'))?.count).toBe(again.length);
  });

  it('does not read the folder to answer, and lets the log of the database go', async () => {
    const before = process.memoryUsage().arrayBuffers;
    const selected = await store.select(file, 'MAIL');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(MESSAGES * 8 + 65_536);
    const shorten = (): unknown => {
      const database = new Sqlite(options.file);
      database.pragma('busy_timeout = 0');
      const [result] = database.pragma('wal_checkpoint(TRUNCATE)') as { readonly busy: number }[];
      database.close();
      return result?.busy;
    };
    await other.setFlags(file, [all[0]!], { marked: true });
    expect(shorten()).toBe(1);
    // Nobody asks for more: it is read to the end between other work.
    await expect.poll(shorten, { timeout: 10_000 }).toBe(0);
    expect((await selected.slice(49_000, 1)).length).toBe(1);
    await other.setFlags(file, [all[0]!], { marked: false });
  });

  it('puts a wrong count right', async () => {
    const { count } = (await store.folder(file, 'MAIL'))!;
    for (const wrong of [count + 3, count - 3]) {
      const database = new Sqlite(options.file);
      database.prepare("UPDATE folder SET count = ? WHERE name = 'MAIL'").run(wrong);
      database.close();
      expect((await everyId(store.select(file, 'MAIL'))).length).toBe(wrong);
      expect((await store.folder(file, 'MAIL'))?.count).toBe(count);
      expect((await everyId(store.select(file, 'MAIL'))).length).toBe(count);
    }
  });

  it('finds what criteria ask for', async () => {
    const records = await store.messages(file, await everyId(store.select(file, 'MAIL')));
    const expected = (meets: (place: number) => boolean): number =>
      records.filter((each) => meets(Number(each!.subject))).length;
    const found = async (criteria: SelectionCriteria): Promise<number> => {
      const ids = await everyId(store.select(file, 'MAIL', criteria));
      expect(new Set(ids).size).toBe(ids.length);
      return ids.length;
    };
    const at = (place: number): number => (place * 7_919) % 40_000;
    const isReal = (place: number): boolean => !Number.isNaN(place);
    expect(await found({ since: 30_000 })).toBe(expected((each) => at(each) >= 30_000));
    expect(await found({ before: 9_000, marked: false })).toBe(
      expected((each) => !isReal(each) || at(each) < 9_000),
    );
    expect(await found({ marked: true })).toBe(0);
    expect(await found({ from: 'sender4' })).toBe(expected((each) => each % 10 === 4));
    expect(await found({ from: 'GRÜ', since: 20_000 })).toBe(
      expected((each) => each % 1_000 === 3 && at(each) >= 20_000),
    );
    expect(await found({ subject: 'lunch' })).toBe(1);
  });

  it('stops comparing texts when nobody wants to know any more', async () => {
    const stop = new AbortController();
    const selected = store.select(file, 'MAIL', { from: 'sender4' }, stop.signal);
    stop.abort();
    await expect(selected).rejects.toBe(stop.signal.reason);
    expect((await store.select(file, 'MAIL', { from: 'sender4' })).length).toBe(MESSAGES / 10);
  });
});

describe('the questions of a selection', () => {
  it('are answered by the index alone, in its order, unless texts are compared', () => {
    const database = new Sqlite(options.file);
    const plan = (sql: string): string =>
      (database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { readonly detail: string }[])
        .map((each) => each.detail)
        .join('; ');
    const { where } = conditionsOf({ since: 1, before: 2, marked: false, replied: false, new: true });
    const marked = conditionsOf({ marked: true }).where;
    expect(plan(`SELECT count(*) FROM message WHERE folder = 1${marked}`)).toBe(
      'SEARCH message USING COVERING INDEX message_marked (folder=?)',
    );
    for (const sql of [
      `SELECT count(*) FROM message WHERE folder = 1${where.replaceAll('?', '1')}`,
      `SELECT id, received FROM message WHERE folder = 1 AND (received, id) > (1, 1)${where.replaceAll('?', '1')} ORDER BY received, id LIMIT 1`,
      `SELECT id FROM message WHERE folder = 1${where.replaceAll('?', '1')} ORDER BY received DESC, id DESC LIMIT 1 OFFSET 1`,
    ]) {
      expect(plan(sql)).toMatch(/^SEARCH message USING COVERING INDEX message_by_folder \(folder=\?[^;]*\)$/);
    }
    database.close();
  });
});
