/** DELETE: messages go to the wastebasket. Source: vms-mail.md §2.8. */
import { defineVerb } from '../../../command-definition/index.ts';
import { condition, signal } from '../../../condition/index.ts';
import { MAIL } from '../../index.ts';
import type { MailSession } from '../mail-session.ts';
import { chosenMessages, messageNumbers } from './message-numbers.ts';

export const deleteMessages = defineVerb<MailSession>({
  name: 'DELETE',
  summary: 'Moves messages to the wastebasket folder.',
  source: 'vms-mail.md §2.8',
  help: `Without a number the message you are reading is deleted. Numbers may be a list with ranges:
DELETE 3,5,8-12. To take a message back, SELECT WASTEBASKET, read it, and MOVE it.`,
  ...messageNumbers,
  routine: async (command, session) => {
    const { selection, numbers, isNamed } = await chosenMessages(command, session);
    const count = await session.interruptible((stop) => selection.delete(numbers, stop));
    if (!isNamed && count === 0) signal(MAIL.DELMSG);
    // One message goes silently. vms-mail.md §9.1
    if (isNamed && numbers.length > 1) await session.report(condition(MAIL.DELMSGS, count));
    return undefined;
  },
});
