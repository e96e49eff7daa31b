/** REMOVE: a user's record of the profile database. To get rid of a message there is DELETE. Source: vms-mail.md §2.28. */
import { defineVerb } from '../../../command-definition/index.ts';
import { signal } from '../../../condition/index.ts';
import { MAIL } from '../../index.ts';
import type { MailSession } from '../mail-session.ts';

export const remove = defineVerb<MailSession>({
  name: 'REMOVE',
  summary: "Deletes a user's record in the profile database (SYSPRV).",
  source: 'vms-mail.md §2.28',
  help: 'Forwarding address, personal name and settings are gone then; mail stays. Wildcards are allowed.',
  parameters: [{ label: 'USER', prompt: 'User', required: true, summary: 'user name, or a pattern' }],
  qualifiers: { CONFIRM: { summary: 'asks before each user' } },
  routine: async (command, session) => {
    if (!['SYSPRV', 'BYPASS'].some((each) => session.user.privileges.has(each))) signal(MAIL.NOSYSPRV);
    const pattern = command.value('USER')!.toUpperCase();
    const found = await session.mail.profiles(pattern);
    if (found.length === 0) signal(MAIL.NOSUCHUSR, pattern);
    for (const { userName } of found) {
      const isAgreed =
        !command.present('CONFIRM') ||
        (await session.input.isYes(`Remove ${userName} (Y/N, default is N)? `));
      if (isAgreed) await session.mail.removeProfile(userName);
    }
    return undefined;
  },
});
