/** READ. Source: vms-mail.md §2.27. */
import { defineVerb } from '../../../command-definition/index.ts';
import type { MailSession } from '../mail-session.ts';
import { readMessage, readNext, readOn } from '../reading.ts';
import { selectionCriteria, selectionQualifiers } from './selection-qualifiers.ts';

export const read = defineVerb<MailSession>({
  name: 'READ',
  abbreviations: ['R'],
  summary: 'Displays a message.',
  source: 'vms-mail.md §2.27',
  help: `Without a parameter READ, like the RETURN key, displays the next page of a long message, or
the next message. READ 3, or just 3, displays message 3. READ/NEW displays mail that arrived
since you entered MAIL.`,
  parameters: [
    { label: 'FOLDER', prompt: 'Folder', summary: 'folder to select, or the number of a message' },
    { label: 'NUMBER', prompt: 'Message number', value: { type: '$NUMBER' }, summary: 'message to display' },
  ],
  qualifiers: { ...selectionQualifiers, EDIT: { summary: 'displays the message in an editor' } },
  routine: async (command, session) => {
    const criteria = selectionCriteria(command, session.image.process.clock.now());
    const first = command.value('FOLDER');
    const isNumber = first !== undefined && command.value('NUMBER') === undefined && /^\d+$/.test(first);
    const folder = isNumber ? undefined : first;
    const number = isNumber ? Number(first) : Number(command.value('NUMBER') ?? 1);
    const how = command.present('EDIT') ? 'editor' : 'screen';
    if (first === undefined && criteria === undefined) {
      await (how === 'screen' ? readOn(session) : readNext(session, how));
      return undefined;
    }
    await session.display?.close();
    session.display = undefined;
    if (folder !== undefined || criteria !== undefined) await session.select(folder, criteria);
    await readMessage(session, number, how);
    return undefined;
  },
});
