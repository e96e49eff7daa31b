/** The verbs of MAIL>. Source: vms-mail.md §2. */
import type { CommandTable } from '../../command-definition/index.ts';
import type { MailSession } from './mail-session.ts';
import { compress } from './verbs/compress.ts';
import { deleteMessages } from './verbs/delete.ts';
import { directory } from './verbs/directory.ts';
import { editVerb } from './verbs/edit.ts';
import { extract } from './verbs/extract.ts';
import { extractAttachment } from './verbs/extract-attachment.ts';
import { extractRaw } from './verbs/extract-raw.ts';
import { forward } from './verbs/forward.ts';
import { forwardingVerbs } from './verbs/forwarding.ts';
import { helpVerb } from './verbs/help.ts';
import { keyVerbs } from './verbs/keys.ts';
import { leaveVerbs } from './verbs/leave.ts';
import { markVerbs } from './verbs/mark.ts';
import { copy, move } from './verbs/move.ts';
import { navigationVerbs } from './verbs/navigation.ts';
import { print } from './verbs/print.ts';
import { processVerbs } from './verbs/processes.ts';
import { profileSettingVerbs } from './verbs/profile-settings.ts';
import { purge } from './verbs/purge.ts';
import { read } from './verbs/read.ts';
import { remove } from './verbs/remove.ts';
import { reply } from './verbs/reply.ts';
import { search } from './verbs/search.ts';
import { select, setFolder } from './verbs/select.ts';
import { send } from './verbs/send.ts';
import { mailFileVerbs } from './verbs/set-file.ts';
import { showVerbs } from './verbs/show.ts';

export function createMailTable(): CommandTable<MailSession> {
  const table: CommandTable<MailSession> = {
    name: 'MAIL',
    verbs: [
      compress,
      copy,
      deleteMessages,
      directory,
      editVerb,
      extract,
      extractAttachment,
      extractRaw,
      forward,
      helpVerb(() => table),
      ...keyVerbs,
      ...leaveVerbs,
      ...markVerbs,
      move,
      ...navigationVerbs,
      print,
      ...processVerbs,
      purge,
      read,
      remove,
      reply,
      search,
      select,
      send,
      setFolder,
      ...mailFileVerbs,
      ...profileSettingVerbs,
      ...forwardingVerbs,
      ...showVerbs,
    ],
  };
  return table;
}
