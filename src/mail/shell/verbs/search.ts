/** SEARCH. Source: vms-mail.md §2.30. */
import { defineVerb } from '../../../command-definition/index.ts';
import { signal } from '../../../condition/index.ts';
import { safeText } from '../../../mime/safe-text.ts';
import { MAIL } from '../../index.ts';
import type { MailSession } from '../mail-session.ts';
import { readMessage } from '../reading.ts';

export const search = defineVerb<MailSession>({
  name: 'SEARCH',
  summary: 'Displays the first message that contains a text.',
  source: 'vms-mail.md §2.30',
  help: `Header and text of the messages selected are searched, upper and lower case alike. SEARCH
without a text looks for the next message with the same text.`,
  parameters: [
    {
      label: 'STRING',
      prompt: 'String',
      value: { type: '$REST_OF_LINE', verbatim: true },
      summary: 'text to look for',
    },
  ],
  routine: async (command, session) => {
    const typed = unquoted(command.value('STRING'));
    const text = typed ?? session.searchText ?? '';
    const selection = await session.selection();
    // A new text is looked for from message 1, the same again behind the current message.
    const start = typed === undefined ? session.position + 1 : 1;
    session.searchText = text;
    let isStopped = false;
    const number = await session.interruptible(async (stop) => {
      const found = start > selection.length ? undefined : await selection.search(text, start, stop);
      isStopped = stop.aborted;
      return found;
    });
    if (number === undefined) {
      // Stopped with Ctrl/C it has not seen them all.
      return isStopped ? undefined : signal(MAIL.NOTFOUND, safeText(text));
    }
    await readMessage(session, number);
    return undefined;
  },
});

/** The case typed is kept: the message about it shows it so. */
const unquoted = (text: string | undefined): string | undefined =>
  text?.replace(/^"(.*?)"?$/s, '$1').replaceAll('""', '"');
