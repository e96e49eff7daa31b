/** What every adapter of the Mailboxes port does. RFC 9051 §2.3.1, RFC 7162. */
import type { MailStore } from '../../../src/ports/mail-store.ts';
import { describeMailboxChanges } from './changes.ts';
import { describeMailboxMessages } from './messages.ts';
import { describeMailboxNames } from './names.ts';

/** @param make  an empty store, for each test */
export function describeMailboxes(name: string, make: () => Promise<MailStore>): void {
  describeMailboxNames(name, make);
  describeMailboxMessages(name, make);
  describeMailboxChanges(name, make);
}
