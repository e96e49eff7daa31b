/** SELECT and SET FOLDER. Source: vms-mail.md §2.31. */
import { defineVerb, type ParsedCommand, type VerbDefinition } from '../../../command-definition/index.ts';
import { condition } from '../../../condition/index.ts';
import { MAIL } from '../../index.ts';
import type { MailSession } from '../mail-session.ts';
import { selectionCriteria, selectionQualifiers } from './selection-qualifiers.ts';

const selectionVerb = (name: string): VerbDefinition<MailSession> =>
  defineVerb<MailSession>({
    name,
    summary: 'Selects a folder, or some of its messages.',
    source: 'vms-mail.md §2.31',
    help: 'The messages selected are numbered from 1, oldest first. Other commands work on them.',
    parameters: [{ label: 'FOLDER', prompt: 'Folder', summary: 'folder to select' }],
    qualifiers: selectionQualifiers,
    routine: selectMessages,
  });

async function selectMessages(command: ParsedCommand, session: MailSession): Promise<undefined> {
  const criteria = selectionCriteria(command, session.image.process.clock.now());
  const selection = await session.select(command.value('FOLDER'), criteria);
  await session.report(condition(MAIL.SELECTED, selection.length));
}

export const select = selectionVerb('SELECT');
export const setFolder = selectionVerb('SET FOLDER');
