/** Texts of messages: of the store itself, and out of the spool. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MailStore, StoredText } from '../../../src/ports/mail-store.ts';
import { callsOn } from './calls-on.ts';
import { newMessage } from './new-message.ts';

export function describeTexts(name: string, make: () => Promise<MailStore>): void {
  describe(`texts of a mail store: ${name}`, () => {
    let store: MailStore;
    beforeEach(async () => {
      store = await make();
    });
    afterEach(() => store.close());
    const { fileOf, idsOf, read } = callsOn(() => store);

    it('gives a long text back as it came', async () => {
      const writer = store.createText();
      const line = Buffer.from(`${'x'.repeat(999)}\n`);
      for (let count = 0; count < 200; count++) await writer.write(line);
      const long = await writer.commit();
      expect(long.kind).toBe('stored');
      const short = store.createText();
      await short.write(Buffer.from('short\n'));
      const shared = await short.commit();
      await store.deliver([newMessage({ text: long }), newMessage({ receivedAt: 2_000, text: shared })]);
      const [first, second] = await store.messages(await fileOf(), await idsOf('NEWMAIL'));
      expect(first).toMatchObject({ sizeBytes: 200_000, records: 200 });
      expect(first?.externalId).toMatch(/^[0-9A-F]{8}$/);
      expect(second?.externalId).toBeUndefined();
      expect((await read(first!.id)).length).toBe(200_000);
      expect((await read(first!.id, 199_990)).length).toBe(10);
      expect(await read(first!.id, 300_000)).toBe('');
      const texts = await store.shortTexts(await fileOf(), [second!.id, first!.id, 999]);
      expect(texts.map((each) => each && Buffer.from(each).toString())).toEqual([
        'short\n',
        undefined,
        undefined,
      ]);
      await store.createText().abandon();
    });

    it('keep in files what is to be kept there, and throw away what belongs to nothing', async () => {
      const made = async () => {
        const writer = store.createText({ inFile: true });
        await writer.write(Buffer.from('short\n'));
        return (await writer.commit()) as StoredText;
      };
      const used = await made();
      expect(used).toMatchObject({ kind: 'stored', sizeBytes: 6, records: 1 });
      await store.deliver([newMessage({ text: used })]);
      await store.discardText(used);
      await store.discardText(await made());
      const [message] = await store.messages(await fileOf(), await idsOf('NEWMAIL'));
      expect(await read(message!.id)).toBe('short\n');
    });
  });
}
