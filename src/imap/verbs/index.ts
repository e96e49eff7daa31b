/** The commands of the IMAP server, by keyword. */
import { appendVerbs } from './append.ts';
import { connectionVerbs } from './connection.ts';
import { copyVerbs } from './copy.ts';
import { fetchVerbs } from './fetch.ts';
import { folderChangeVerbs } from './folder-changes.ts';
import { folderVerbs } from './folders.ts';
import { idVerbs } from './id.ts';
import { idleVerbs } from './idle.ts';
import { loginVerbs } from './login.ts';
import { metadataVerbs } from './metadata.ts';
import { quotaVerbs } from './quota.ts';
import { searchVerbs } from './search.ts';
import { selectVerbs } from './select.ts';
import { storeVerbs } from './store.ts';
import type { ImapVerb } from './verb.ts';

export const verbs: ReadonlyMap<string, ImapVerb> = new Map<string, ImapVerb>([
  ...Object.entries(connectionVerbs),
  ...Object.entries(loginVerbs),
  ...Object.entries(selectVerbs),
  ...Object.entries(fetchVerbs),
  ...Object.entries(storeVerbs),
  ...Object.entries(copyVerbs),
  ...Object.entries(appendVerbs),
  ...Object.entries(idleVerbs),
  ...Object.entries(folderVerbs),
  ...Object.entries(folderChangeVerbs),
  ...Object.entries(idVerbs),
  ...Object.entries(searchVerbs),
  ...Object.entries(quotaVerbs),
  ...Object.entries(metadataVerbs),
]);
