/** SET FILE and SET WASTEBASKET_NAME: what belongs to the mail file. Source: vms-mail.md §2.33, §4.1. */
import { defineVerb, type VerbDefinition } from '../../../command-definition/index.ts';
import { condition } from '../../../condition/index.ts';
import { safeText } from '../../../mime/safe-text.ts';
import { MAIL, SCREEN } from '../../index.ts';
import { closeMailFile } from '../close-mail-file.ts';
import type { MailSession } from '../mail-session.ts';
import { screenText } from '../screen-text.ts';

const setFile = defineVerb<MailSession>({
  name: 'SET FILE',
  summary: 'Opens another mail file.',
  help: 'The default type is .MAI, the default directory your mail directory.',
  parameters: [{ label: 'FILE', prompt: 'File', required: true, value: { type: '$FILE' } }],
  routine: async (command, session) => {
    const fileSpec = command.value('FILE') ?? '';
    const { specification, exists } = await session.mail.findMailFile(session.user, fileSpec);
    if (!exists) {
      const question = screenText(SCREEN.CRENEWFILE, safeText(specification));
      if (!(await session.input.isYes(question))) return undefined;
    }
    const file = await session.mail.openMailFile(session.user, { fileSpec, create: true });
    await closeMailFile(session, 'exit');
    session.useFile(file);
    if (!exists) await session.report(condition(MAIL.CREATED, safeText(file.specification)));
    return undefined;
  },
});

const setWastebasketName = defineVerb<MailSession>({
  name: 'SET WASTEBASKET_NAME',
  summary: 'Names the folder that deleted messages go to.',
  parameters: [{ label: 'FOLDER', prompt: 'Folder', required: true }],
  routine: async (command, session) => {
    await (await session.file()).setWastebasketName(command.value('FOLDER') ?? '');
    return undefined;
  },
});

export const mailFileVerbs: readonly VerbDefinition<MailSession>[] = [setFile, setWastebasketName];
