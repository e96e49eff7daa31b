/** REPLY and its synonym ANSWER: to the sender only. Source: vms-mail.md §2.29, §3.6. */
import { defineVerb } from '../../../command-definition/index.ts';
import { composeWithText, enterText, sendDraft } from '../compose.ts';
import type { MailSession } from '../mail-session.ts';
import { addressPart } from '../screens.ts';
import { requireNoEditor, textFile } from './send.ts';
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
  qualifiers: sendingQualifiers,
  routine: async (command, session) => {
    requireNoEditor(command);
    const { selection, number } = session.current();
    const original = await selection.message(number);
    await using text = await textFile(command, session);
    const toText = addressPart(original.from);
    await session.write(`To:\t${toText}`);
    const given = { toText, subject: replySubject(original.subject) };
    const draft = await composeWithText(session, command, given, text);
    if (draft === undefined) return undefined;
    const isSent = await sendDraft(session, command, 'reply', draft, text ?? (await enterText(session)));
    if (isSent) await selection.setReplied(number);
    return undefined;
  },
});

const replySubject = (subject: string): string => (/^RE:/i.test(subject) ? subject : `RE: ${subject}`);
