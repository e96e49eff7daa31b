/** What every adapter of the Mailboxes port does. RFC 9051 §2.3.1, RFC 7162. */
import type { MailStore } from '../../../src/ports/mail-store.ts';
import { describeMailboxChanges } from './changes.ts';
import { describeMailboxMessages } from './messages.ts';
import { describeMailboxNames } from './names.ts';

/** @param make  an empty store, for each test */
export function describeMailboxes(name: string, make: () => Promise<MailStore>): void {
  const withMailFile = async () => {
    const store = await make();
    const { id: file } = await store.createMailFile('SMITH', 'MAIL.MAI');
    return { store, boxes: store.mailboxes, file };
  };
  describeMailboxNames(name, withMailFile);
  describeMailboxMessages(name, withMailFile);
  describeMailboxChanges(name, withMailFile);
}
