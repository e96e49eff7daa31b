/** MARK and UNMARK. Source: vms-mail.md §2.21. */
import { defineVerb, type VerbDefinition } from '../../../command-definition/index.ts';
import type { MailSession } from '../mail-session.ts';
import { parseNumberList } from '../number-list.ts';

const marking = (name: string, summary: string, isMarked: boolean): VerbDefinition<MailSession> =>
  defineVerb<MailSession>({
    name,
    summary,
    source: 'vms-mail.md §2.21',
    help: 'Marked messages have an asterisk in DIRECTORY, and can be selected with /MARKED.',
    parameters: [
      { label: 'NUMBERS', prompt: 'Message', value: { list: true }, summary: 'numbers of the messages' },
    ],
    qualifiers: { ALL: { negatable: false, summary: 'all messages selected' } },
    routine: async (command, session) => {
      const numbers = parseNumberList(command.values('NUMBERS'));
      if (command.present('ALL') || numbers.length > 0) {
        const selection = await session.selection();
        await selection.mark(command.present('ALL') ? selection.numbers() : numbers, isMarked);
        return undefined;
      }
      const { selection, number } = session.current();
      await selection.mark([number], isMarked);
      return undefined;
    },
  });

export const markVerbs: readonly VerbDefinition<MailSession>[] = [
  marking('MARK', 'Marks messages.', true),
  marking('UNMARK', 'Takes the mark off messages.', false),
];
