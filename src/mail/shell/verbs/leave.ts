/** EXIT, QUIT, ERASE. Source: vms-mail.md §2.11, §2.12, §2.26. */
import { defineVerb, type VerbDefinition } from '../../../command-definition/index.ts';
import type { MailSession } from '../mail-session.ts';

const exit = defineVerb<MailSession>({
  name: 'EXIT',
  abbreviations: ['EX'],
  summary: 'Leaves MAIL. The wastebasket is emptied, unless SET NOAUTO_PURGE.',
  source: 'vms-mail.md §2.12',
  routine: (_command, session) => {
    session.ending = 'exit';
    return undefined;
  },
});

const quit = defineVerb<MailSession>({
  name: 'QUIT',
  summary: 'Leaves MAIL and keeps what is in the wastebasket.',
  source: 'vms-mail.md §2.26',
  routine: (_command, session) => {
    session.ending = 'quit';
    return undefined;
  },
});

const erase = defineVerb<MailSession>({
  name: 'ERASE',
  summary: 'Clears the screen.',
  source: 'vms-mail.md §2.11',
  routine: async (_command, session) => {
    if (session.output.isTerminal) await session.output.writeRaw('\x1b[H\x1b[2J');
    return undefined;
  },
});

export const leaveVerbs: readonly VerbDefinition<MailSession>[] = [exit, quit, erase];
