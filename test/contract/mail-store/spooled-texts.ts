/** Texts that come out of the spool. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MailStore } from '../../../src/ports/mail-store.ts';
import type { Spool } from '../../../src/ports/message-text.ts';
import { callsOn } from './calls-on.ts';
import { newMessage } from './new-message.ts';

export function describeSpooledTexts(name: string, make: () => Promise<MailStore>, spool: () => Spool): void {
  describe(`texts in the spool, of a mail store: ${name}`, () => {
    let store: MailStore;
    beforeEach(async () => {
      store = await make();
    });
    afterEach(() => store.close());
    const { fileOf, idsOf, read } = callsOn(() => store);

    const line = `${'x'.repeat(78)}\n`;
    const spooled = async (content: string) => {
      const writer = spool().create();
      await writer.write(Buffer.from(content));
      return { spoolId: await writer.commit(), sizeBytes: content.length };
    };

    it('is kept as it is, once for all who get it', async () => {
      const content = line.repeat(1_000);
      const text = { kind: 'file', ...(await spooled(content)) } as const;
      await store.deliver([newMessage({ text }), newMessage({ text, receivedAt: 2_000 })]);
      await spool().remove(text.spoolId);
      const records = await store.messages(await fileOf(), await idsOf('NEWMAIL'));
      expect(records).toMatchObject([
        { sizeBytes: content.length, records: 1_000 },
        { sizeBytes: content.length, records: 1_000 },
      ]);
      for (const record of records) expect(await read(record!.id)).toBe(content);
    });

    it('begins as it is to begin, wherever it is read from', async () => {
      const head = Buffer.from('Return-Path: <a@b>\nSubject: new\n');
      const old = 'Subject: old\n';
      const rest = `\n${line.repeat(1_000)}`;
      const { spoolId } = await spooled(`${old}${rest}`);
      const whole = `${head.toString()}${rest}`;
      const beginning = { head, from: old.length };
      const text = { kind: 'file', spoolId, sizeBytes: whole.length, beginning } as const;
      await store.deliver([newMessage({ text, deliveryKey: '1' }), newMessage({ text, owner: 'JONES' })]);
      expect(await store.deliver([newMessage({ text, deliveryKey: '1' })])).toEqual(['again']);
      await spool().remove(spoolId);
      const file = await fileOf();
      const [id] = await idsOf('NEWMAIL');
      const [record] = await store.messages(file, [id!]);
      expect(record).toMatchObject({ sizeBytes: whole.length, records: 2 + 1_001 });
      expect(record?.externalId).toMatch(/^[0-9A-F]{8}$/);
      // What is in a file is no short text, however short its beginning.
      expect(await store.shortTexts(file, [id!])).toEqual([undefined]);
      for (const start of [0, 1, head.length - 1, head.length, head.length + 1, 5_000, whole.length - 1])
        expect(await read(id!, start), `from ${start}`).toBe(whole.slice(start));
      expect(await read(id!, whole.length + 5)).toBe('');
      await store.copy(file, [id!], 'MEMOS');
      await store.remove(file, [id!]);
      const [copied] = await idsOf('MEMOS');
      expect(await read(copied!)).toBe(whole);
    });

    it('that is gone is not delivered, and nothing beside it', async () => {
      const beginning = { head: Buffer.from('x'), from: 0 };
      const spoolId = 'kx0000000-0123456789ab';
      const gone = { kind: 'file', spoolId, sizeBytes: 100_000, beginning } as const;
      await expect(store.deliver([newMessage(), newMessage({ text: gone })])).rejects.toMatchObject({
        ident: 'FNF',
      });
      expect(await store.profile('SMITH')).toBeUndefined();
    });
  });
}
