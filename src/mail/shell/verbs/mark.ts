/** MARK and UNMARK. Source: vms-mail.md §2.21. */
import { defineVerb, type VerbDefinition } from '../../../command-definition/index.ts';
import type { MailSession } from '../mail-session.ts';
import { chosenMessages, messageNumbers } from './message-numbers.ts';

const marking = (name: string, summary: string, isMarked: boolean): VerbDefinition<MailSession> =>
  defineVerb<MailSession>({
    name,
    summary,
    source: 'vms-mail.md §2.21',
    help: 'Marked messages have an asterisk in DIRECTORY, and can be selected with /MARKED.',
    ...messageNumbers,
    routine: async (command, session) => {
      const { selection, numbers } = await chosenMessages(command, session);
      await session.interruptible((stop) => selection.mark(numbers, isMarked, stop));
      return undefined;
    },
  });

export const markVerbs: readonly VerbDefinition<MailSession>[] = [
  marking('MARK', 'Marks messages.', true),
  marking('UNMARK', 'Takes the mark off messages.', false),
];
