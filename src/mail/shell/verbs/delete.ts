/** DELETE: messages go to the wastebasket. Source: vms-mail.md §2.8. */
import { defineVerb } from '../../../command-definition/index.ts';
import { condition, signal } from '../../../condition/index.ts';
import { MAIL } from '../../index.ts';
import type { MailSession } from '../mail-session.ts';
import { parseNumberList } from '../number-list.ts';

export const deleteMessages = defineVerb<MailSession>({
  name: 'DELETE',
  summary: 'Moves messages to the wastebasket folder.',
  source: 'vms-mail.md §2.8',
  help: `Without a number the message you are reading is deleted. Numbers may be a list with ranges:
DELETE 3,5,8-12. To take a message back, SELECT WASTEBASKET, read it, and MOVE it.`,
  parameters: [
    { label: 'NUMBERS', prompt: 'Message', value: { list: true }, summary: 'numbers of the messages' },
  ],
  qualifiers: { ALL: { negatable: false, summary: 'all messages selected' } },
  routine: async (command, session) => {
    const numbers = parseNumberList(command.values('NUMBERS'));
    if (command.present('ALL') || numbers.length > 0) {
      const selection = await session.selection();
      const chosen = command.present('ALL') ? selection.numbers() : numbers;
      const count = await selection.delete(chosen);
      // One message goes silently. vms-mail.md §9.1
      if (chosen.length > 1) await session.report(condition(MAIL.DELMSGS, count));
      return undefined;
    }
    const { selection, number } = session.current();
    if ((await selection.delete([number])) === 0) signal(MAIL.DELMSG);
    return undefined;
  },
});
