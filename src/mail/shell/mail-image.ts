/** The interactive MAIL utility as an image. Source: vms-mail.md §1.1–1.5. */
import type { ParsedCommand } from '../../command-definition/index.ts';
import { INHIBIT_MESSAGE, SYSTEM } from '../../condition/index.ts';
import type { Image } from '../../system/image.ts';
import { SCREEN } from '../index.ts';
import { leaveMail } from './close-mail-file.ts';
import { expected, runMailLoop } from './mail-loop.ts';
import { type EditingCommands, MailSession, type MailShellDependencies } from './mail-session.ts';
import { createMailTable } from './mail-table.ts';
import { screenText } from './screen-text.ts';

/** SS$_CONTROLY: the image was left with Ctrl/Y. */
const CONTROL_Y = 0x00000611;

export function createMailImage(dependencies: MailShellDependencies): Image {
  return async (context, command?: ParsedCommand) => {
    const session = new MailSession(dependencies, context);
    if (command?.verb.qualifiers?.['CC_PROMPT'] !== undefined) {
      session.ccPrompt = command.present('CC_PROMPT')
        ? true
        : command.negated('CC_PROMPT')
          ? false
          : undefined;
    }
    if (command?.verb.qualifiers?.['EDIT'] !== undefined) {
      session.editing = editingCommands(command);
      session.startedBy = command;
    }
    await announceNewMail(session);
    const end = await runMailLoop(session, createMailTable(), dependencies.onBug);
    try {
      await leaveMail(session, end);
    } catch (error) {
      const failure = expected(error, dependencies.onBug);
      await session.report(failure);
      return failure.value | INHIBIT_MESSAGE;
    }
    return end === 'controlY' ? CONTROL_Y | INHIBIT_MESSAGE : SYSTEM.NORMAL.value;
  };
}

/** /EDIT alone means SEND and REPLY; FORWARD has to be named. vms-mail.md §1.7 */
function editingCommands(command: ParsedCommand): EditingCommands {
  if (!command.present('EDIT')) return {};
  if (command.values('EDIT').length === 0) return { send: true, reply: true };
  return {
    send: command.present('EDIT.SEND'),
    reply: command.value('EDIT.REPLY') === 'EXTRACT' ? 'extract' : command.present('EDIT.REPLY'),
    forward: command.present('EDIT.FORWARD'),
  };
}

async function announceNewMail(session: MailSession): Promise<void> {
  const count = await session.mail.newMailCount(session.userName);
  if (count > 0) await session.write('', screenText(SCREEN.YOUHAVENEW, count));
}
