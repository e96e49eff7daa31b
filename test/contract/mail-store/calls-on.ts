/** What tests ask of the store of each. */
import { everyId, type MailStore } from '../../../src/ports/mail-store.ts';

export function callsOn(store: () => MailStore) {
  const fileOf = async (owner = 'SMITH'): Promise<number> => (await store().mailFile(owner, 'MAIL.MAI'))!.id;
  return {
    fileOf,
    /** Of SMITH's folder. */
    idsOf: async (folder: string): Promise<number[]> => [
      ...(await everyId(store().select(await fileOf(), folder))),
    ],
    /** New messages, by the profile. */
    countOf: async (owner = 'SMITH'): Promise<number | undefined> =>
      (await store().profile(owner))?.newMailCount,
    /** The text of a message of SMITH. */
    read: async (id: number, start?: number): Promise<string> => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of store().readText(await fileOf(), id, start)) chunks.push(chunk);
      return Buffer.concat(chunks).toString();
    },
  };
}
