/** What tests ask of the mailboxes of each. */
import type { MailStore } from '../../../src/ports/mail-store.ts';
import type { FlagChange, Mailboxes } from '../../../src/ports/mailboxes.ts';

/** A store, and the mailboxes of a mail file in it. */
export interface MailFileInUse {
  readonly store: MailStore;
  readonly boxes: Mailboxes;
  readonly file: number;
}

/** Adds nothing, with changes. */
export const change = (changes: Partial<FlagChange>): FlagChange => ({
  mode: 'add',
  flags: [],
  keywords: [],
  ...changes,
});

export function callsOn(of: () => Pick<MailFileInUse, 'boxes' | 'file'>) {
  return {
    uidsOf: (folder: string) => of().boxes.uids(of().file, folder, 0, 100),
    message: async (folder: string, uid: number) => (await of().boxes.messages(of().file, folder, [uid]))[0],
    /** What happened since it was asked last. */
    watch: async (folder: string) => {
      const { boxes, file } = of();
      const { mailbox: opened } = (await boxes.open(file, folder))!;
      let since = { modseq: opened.highestModseq, nextUid: opened.nextUid };
      return async () => {
        const { mailbox, changed, arrived, vanished } = (await boxes.changes(file, folder, since))!;
        since = { modseq: mailbox.highestModseq, nextUid: mailbox.nextUid };
        return { changed, arrived, vanished };
      };
    },
  };
}
