import { describeMailStore } from '../../../test/contract/mail-store.ts';
import { describeMailboxes } from '../../../test/contract/mailboxes.ts';
import { createMemoryMailStore } from './mail-store.ts';

describeMailStore('memory', async () => createMemoryMailStore());
describeMailboxes('memory', async () => createMemoryMailStore());
