/** NEXT, BACK, CURRENT, FIRST, LAST. Source: vms-mail.md §2.3, §2.6, §2.15, §2.19, §2.23. */
import { defineVerb, type VerbDefinition } from '../../../command-definition/index.ts';
import type { MailSession } from '../mail-session.ts';
import { type Display, readBack, readFirst, readLast, readMessage, readNext } from '../reading.ts';

const navigation = (
  name: string,
  summary: string,
  go: (session: MailSession, how: Display) => Promise<void>,
): VerbDefinition<MailSession> =>
  defineVerb<MailSession>({
    name,
    summary,
    source: 'vms-mail.md §2',
    qualifiers: { EDIT: { summary: 'displays the message in your editor' } },
    routine: async (command, session) => {
      await go(session, command.present('EDIT') ? 'editor' : 'screen');
      return undefined;
    },
  });

export const navigationVerbs: readonly VerbDefinition<MailSession>[] = [
  navigation('BACK', 'Displays the message before the current one.', readBack),
  navigation('CURRENT', 'Displays the current message from its beginning.', (session, how) =>
    readMessage(session, session.current().number, how),
  ),
  navigation('FIRST', 'Displays the first message of the folder.', readFirst),
  navigation('LAST', 'Displays the last message of the folder.', readLast),
  navigation('NEXT', 'Skips to the next message.', readNext),
];
