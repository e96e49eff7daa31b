import { describeMailStore } from '../../../test/contract/mail-store.ts';
import { createMemoryMailStore } from './mail-store.ts';

describeMailStore('memory', async () => createMemoryMailStore());
