/** SEND and its synonym MAIL. Source: vms-mail.md §2.32, §3.5. */
import { defineVerb, type ParsedCommand } from '../../../command-definition/index.ts';
import { composeHeader, composeWithText, enterText, sendDraft, sendEdited, usesEditor } from '../compose.ts';
import { foreignFile } from '../foreign.ts';
import type { MailSession } from '../mail-session.ts';
import { openTextFile, type TextFile } from '../text-files.ts';
import { sendingQualifiers } from './sending-qualifiers.ts';

export const send = defineVerb<MailSession>({
  name: 'SEND',
  abbreviations: ['S'],
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
    FOREIGN: { negatable: false, summary: 'sends the file as it is, byte for byte' },
    LAST: { negatable: false, summary: 'sends the text of the message you sent last' },
    SUBJECT: { negatable: false, value: { required: true }, summary: 'subject; Subj: is not asked for' },
  },
  disallow: ['FILE AND LAST', 'FOREIGN AND NOT FILE', 'FOREIGN AND EDIT', 'FOREIGN AND ATTACHMENT'],
  routine: async (command, session) => {
    if (command.present('FOREIGN')) return sendForeign(command, session);
    await using file = await textFile(command, session);
    const text = file ?? (command.present('LAST') ? session.lastText.lines : undefined);
    const given = { subject: command.value('SUBJECT') };
    if (usesEditor(session, command, 'send')) {
      const edited = await composeHeader(session, command, given);
      if (edited !== undefined) await sendEdited(session, command, 'send', edited, text ?? []);
      return undefined;
    }
    const draft = await composeWithText(session, command, given, text);
    if (draft === undefined) return undefined;
    await sendDraft(session, command, 'send', draft, text ?? (await enterText(session)));
    return undefined;
  },
});

async function sendForeign(command: ParsedCommand, session: MailSession): Promise<undefined> {
  const file = await foreignFile(session, command.value('FILE') ?? '');
  const draft = await composeHeader(session, command, {
    subject: command.value('SUBJECT'),
    isForeign: true,
  });
  if (draft !== undefined) await sendDraft(session, command, 'send', draft, file);
}

/** The file named on the line, opened before anything is asked. */
export async function textFile(command: ParsedCommand, session: MailSession): Promise<TextFile | undefined> {
  const file = command.value('FILE');
  if (file === undefined) return undefined;
  return openTextFile(session.image.process.files, session.resolveFile, file, '.TXT');
}
