import { describe, expect, it } from 'vitest';
import { mailServiceForTests } from '../../test/support/mail-service.ts';
import { createMemoryMailStore } from '../adapters/memory/mail-store.ts';
import type { MailStore } from '../ports/mail-store.ts';

const MESSAGES = 20_000;

/** A store that counts the ids and records it is asked for. */
async function countingStore() {
  const store = createMemoryMailStore();
  await store.deliver(
    Array.from({ length: MESSAGES }, (_, index) => ({
      owner: 'SMITH',
      folder: 'MAIL',
      isNew: false,
      receivedAt: index,
      from: 'JONES',
      to: 'SMITH',
      cc: '',
      subject: `message ${index + 1}`,
      text: { kind: 'inline', bytes: Buffer.from('text\n') } as const,
      format: 'records' as const,
    })),
  );
  const asked = { ids: 0, records: 0, selections: 0 };
  const counting: MailStore = {
    ...store,
    async select(...args) {
      asked.selections++;
      const selected = await store.select(...args);
      return {
        ...selected,
        slice: async (start, count) => {
          const ids = await selected.slice(start, count);
          asked.ids += ids.length;
          return ids;
        },
      };
    },
    async messages(id, ids) {
      asked.records += ids.length;
      return store.messages(id, ids);
    },
  };
  return { store: counting, asked };
}

describe('in a large folder', () => {
  it('what is shown is asked for, and not much more', async () => {
    const { store, asked } = await countingStore();
    const { mail, user } = await mailServiceForTests({ store });
    const file = await mail.openMailFile(user('SMITH'));
    const costs = async (work: () => Promise<unknown>) => {
      Object.assign(asked, { ids: 0, records: 0, selections: 0 });
      await work();
      return { ...asked };
    };
    expect(await costs(() => file.select('MAIL'))).toEqual({ ids: 0, records: 0, selections: 1 });
    const selection = file.selection!;
    expect(await costs(() => selection.summaries(1, 20))).toMatchObject({ ids: 20, records: 20 });
    expect(await costs(() => selection.summaries(MESSAGES - 9, 20))).toMatchObject({ ids: 10, records: 10 });
    expect(await costs(() => selection.message(MESSAGES - 1))).toMatchObject({ ids: 1, records: 1 });
    expect(await costs(() => selection.nextStanding(MESSAGES, -1))).toMatchObject({ records: 1 });
    expect((await costs(() => selection.search('message 3'))).records).toBeLessThan(200);
    // Leaving the file looks at the wastebasket only as far as it has to.
    await selection.delete(Array.from({ length: 15_000 }, (_, index) => index + 1));
    expect((await costs(() => file.wouldReclaim())).records).toBeLessThan(7_000);
    expect(await costs(() => selection.nextStanding(1, 1))).toMatchObject({ records: 100 });
  });

  it('what works on all messages is stopped between some and the next, and says how many there were', async () => {
    const { store } = await countingStore();
    const { mail, user } = await mailServiceForTests({ store });
    const file = await mail.openMailFile(user('SMITH'));
    const selection = await file.select('MAIL');
    const stopped = async (work: (stop: AbortSignal) => Promise<unknown>): Promise<unknown> => {
      const stop = new AbortController();
      setImmediate(() => stop.abort());
      return work(stop.signal);
    };
    expect(await stopped((stop) => selection.copy(selection.numbers(), 'MEMOS', undefined, stop))).toBe(
      1_000,
    );
    expect(await stopped((stop) => selection.delete(selection.numbers(), stop))).toBe(1_000);
    expect(await selection.nextStanding(1, 1)).toBe(1_001);
    expect(await stopped((stop) => selection.move(selection.numbers(), 'MEMOS', undefined, stop))).toBe(
      1_000,
    );
    await stopped((stop) => selection.mark(selection.numbers(), true, stop));
    expect(await file.folders()).toEqual([
      { name: 'MAIL', count: MESSAGES - 2_000 },
      { name: 'MEMOS', count: 2_000 },
      { name: 'WASTEBASKET', count: 1_000 },
    ]);
    expect((await file.select('MAIL', { marked: true })).length).toBe(1_000);
  });
});
