/** FORWARD: a copy of the current message to others. Source: vms-mail.md §2.16, §3.6. */
import { defineVerb } from '../../../command-definition/index.ts';
import { type Message, readForeign } from '../../index.ts';
import { composeHeader, sendDraft, sendEdited, usesEditor } from '../compose.ts';
import type { MailSession } from '../mail-session.ts';
import { screenMessage } from '../screen-message.ts';
import { datedHeaderLines } from '../screens.ts';
import { sendingQualifiers } from './sending-qualifiers.ts';

export const forward = defineVerb<MailSession>({
  name: 'FORWARD',
  abbreviations: ['F'],
  summary: 'Sends a copy of the message you are reading to other users.',
  source: 'vms-mail.md §2.16',
  help: 'Asks for To: and Subj:. The text is the header and the text of the original message.',
  qualifiers: {
    ...sendingQualifiers,
    HEADER: { default: true, summary: 'includes From:, To:, CC: and Subj: of the original' },
  },
  routine: async (command, session) => {
    const { selection, number } = session.current();
    const original = await selection.message(number);
    const draft = await composeHeader(session, command, { isForeign: original.flags.foreign });
    if (draft === undefined) return undefined;
    if (original.flags.foreign) {
      await sendDraft(session, command, 'forward', draft, await readForeign(() => original.bytes()));
      return undefined;
    }
    const whole = { ...draft, forwarded: original };
    const text = forwardedText(original, command.present('HEADER'));
    if (usesEditor(session, command, 'forward')) await sendEdited(session, command, 'forward', whole, text);
    else await sendDraft(session, command, 'forward', whole, text);
    return undefined;
  },
});

async function* forwardedText(original: Message, withHeader: boolean): AsyncGenerator<string> {
  if (withHeader) yield* datedHeaderLines(screenMessage(original));
  yield* original.lines({ attachments: false, messages: false });
}
