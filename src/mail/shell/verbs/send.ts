/** SEND and its synonym MAIL. Source: vms-mail.md §2.32, §3.5. */
import { defineVerb, type ParsedCommand } from '../../../command-definition/index.ts';
import { signal } from '../../../condition/index.ts';
import { MAIL } from '../../index.ts';
import { composeWithText, enterText, sendDraft } from '../compose.ts';
import type { MailSession } from '../mail-session.ts';
import { openTextFile, type TextFile } from '../text-files.ts';
import { sendingQualifiers } from './sending-qualifiers.ts';

export const send = defineVerb<MailSession>({
  name: 'SEND',
  synonyms: ['MAIL'],
  summary: 'Sends a message to other users.',
  source: 'vms-mail.md §2.32',
  help: `Asks for the recipients (To:) and the subject (Subj:). Without a file name you then type
the text; end it with Ctrl/Z, or cancel the message with Ctrl/C.

Recipients are user names, addresses of the form user@host or SMTP%"user@host", and
distribution lists (@file), separated by commas.`,
  parameters: [
    { label: 'FILE', prompt: 'File', value: { type: '$INFILE' }, summary: 'text file to send; type .TXT' },
  ],
  qualifiers: {
    ...sendingQualifiers,
    SUBJECT: { negatable: false, value: { required: true }, summary: 'subject; Subj: is not asked for' },
  },
  routine: async (command, session) => {
    requireNoEditor(command);
    await using text = await textFile(command, session);
    const draft = await composeWithText(session, command, { subject: command.value('SUBJECT') }, text);
    if (draft === undefined) return undefined;
    await sendDraft(session, command, 'send', draft, text ?? (await enterText(session)));
    return undefined;
  },
});

/** The file named on the line, opened before anything is asked. */
export async function textFile(command: ParsedCommand, session: MailSession): Promise<TextFile | undefined> {
  const file = command.value('FILE');
  if (file === undefined) return undefined;
  return openTextFile(session.image.process.files, session.resolveFile, file, '.TXT');
}

/** No callable editor is installed. */
export function requireNoEditor(command: ParsedCommand): void {
  if (command.present('EDIT')) signal(MAIL.ERACTED, 'TPU');
}
