/** REPLY and its synonym ANSWER: to the sender only. Source: vms-mail.md §2.29, §3.6. */
import { defineVerb } from '../../../command-definition/index.ts';
import { signal } from '../../../condition/index.ts';
import { MAIL, type Message } from '../../index.ts';
import { composeHeader, composeWithText, enterText, sendDraft, sendEdited, usesEditor } from '../compose.ts';
import type { MailSession } from '../mail-session.ts';
import { screenMessage } from '../screen-message.ts';
import { addressPart, datedHeaderLines } from '../screens.ts';
import { textFile } from './send.ts';
import { sendingQualifiers } from './sending-qualifiers.ts';

export const reply = defineVerb<MailSession>({
  name: 'REPLY',
  synonyms: ['ANSWER'],
  summary: 'Sends a message to the sender of the message you are reading.',
  source: 'vms-mail.md §2.29',
  help: `The message goes to the sender only. To: and Subj: are shown, not asked for. Type the
text and end it with Ctrl/Z, or name a file to be sent.`,
  parameters: [
    { label: 'FILE', prompt: 'File', value: { type: '$INFILE' }, summary: 'text file to send; type .TXT' },
  ],
  qualifiers: {
    ...sendingQualifiers,
    EXTRACT: { summary: 'the editor begins with the text of the message you answer' },
    HEADER: { default: true, summary: 'with /EXTRACT: its From:, To:, CC: and Subj: too' },
    LAST: { negatable: false, summary: 'sends the text of the message you sent last' },
  },
  disallow: ['FILE AND LAST', 'EXTRACT AND LAST', 'FILE AND EXTRACT'],
  routine: async (command, session) => {
    const { selection, number } = session.current();
    const original = await selection.message(number);
    if (command.present('EXTRACT') && original.flags.foreign) signal(MAIL.FORMSG);
    await using file = await textFile(command, session);
    const text = file ?? (command.present('LAST') ? session.lastText.lines : undefined);
    const toText = addressPart(original.from);
    await session.write(`To:\t${toText}`);
    const given = { toText, subject: replySubject(original.subject) };
    const extracts =
      command.present('EXTRACT') || (session.editing.reply === 'extract' && !command.negated('EXTRACT'));
    if (usesEditor(session, command, 'reply') || command.present('EXTRACT')) {
      const edited = await composeHeader(session, command, given);
      if (edited === undefined) return undefined;
      const initial =
        text ?? (extracts && !original.flags.foreign ? extracted(original, command.present('HEADER')) : []);
      if (await sendEdited(session, command, 'reply', edited, initial)) await selection.setReplied(number);
      return undefined;
    }
    const draft = await composeWithText(session, command, given, text);
    if (draft === undefined) return undefined;
    const isSent = await sendDraft(session, command, 'reply', draft, text ?? (await enterText(session)));
    if (isSent) await selection.setReplied(number);
    return undefined;
  },
});

async function* extracted(original: Message, withHeader: boolean): AsyncGenerator<string> {
  if (withHeader) yield* datedHeaderLines(screenMessage(original));
  yield* original.lines({ attachments: false });
}

const replySubject = (subject: string): string => (/^RE:/i.test(subject) ? subject : `RE: ${subject}`);
