import { describeMailStore } from '../../../test/contract/mail-store/index.ts';
import { describeMailboxes } from '../../../test/contract/mailboxes/index.ts';
import { createMemoryMailStore } from './mail-store.ts';

describeMailStore('memory', async (spool) => createMemoryMailStore({ spool }));
describeMailboxes('memory', async () => createMemoryMailStore());
