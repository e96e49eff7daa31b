/** Shows messages and remembers where the user reads: READ, NEXT, BACK, CURRENT, FIRST, LAST, SEARCH. vms-mail.md §1.3, §3.4 */
import { signal } from '../../condition/index.ts';
import { MAIL, type Message, type Selection } from '../index.ts';
import { showInEditor } from './editor.ts';
import type { MailSession } from './mail-session.ts';
import { PagedDisplay } from './paged-display.ts';
import { screenMessage } from './screen-message.ts';
import { screenTextLines } from './screen-text.ts';
import { headerLines, pageHeading } from './screens.ts';

/** Where a message is shown: /EDIT shows it in the editor. */
export type Display = 'screen' | 'editor';

/** Displays message `number` of the current selection from its first page; it is read then. */
export async function readMessage(
  session: MailSession,
  number: number,
  how: Display = 'screen',
): Promise<void> {
  const selection = await session.selection();
  const message = await selection.message(number);
  session.moveTo(number);
  // What cannot be read is not for the editor either.
  if (how === 'editor' && !message.flags.foreign) await showInEditor(session, contentLines(message));
  else await show(session, message);
  await selection.markRead(number);
}

/** Bare RETURN and READ: the next page, or the next message. */
export async function readOn(session: MailSession): Promise<void> {
  const display = session.display;
  if (display !== undefined) {
    await showPage(session, display);
    return;
  }
  await readNext(session);
}

export async function readNext(session: MailSession, how?: Display): Promise<void> {
  await readMessage(session, await undeleted(await session.selection(), session.position + 1, 1), how);
}

export async function readBack(session: MailSession, how?: Display): Promise<void> {
  await readMessage(session, await undeleted(await session.selection(), session.position - 1, -1), how);
}

export async function readFirst(session: MailSession, how?: Display): Promise<void> {
  await readMessage(session, await undeleted(await session.selection(), 1, 1), how);
}

export async function readLast(session: MailSession, how?: Display): Promise<void> {
  const selection = await session.selection();
  await readMessage(session, await undeleted(selection, selection.length, -1), how);
}

/** The first number from `start` on that is not deleted. Signals NOMOREMSG at either end. */
const undeleted = async (selection: Selection, start: number, step: 1 | -1): Promise<number> =>
  (await selection.nextStanding(start, step)) ?? signal(MAIL.NOMOREMSG);

async function show(session: MailSession, message: Message): Promise<void> {
  const screen = screenMessage(message);
  const display = new PagedDisplay(
    {
      heading: [pageHeading(screen, message.folder)],
      lines: message.flags.foreign ? foreignLines(message) : contentLines(message),
      clearsScreen: true,
      // Heading, the text's last blank line, "Press RETURN", a blank line and the prompt.
      reservedRows: 5,
    },
    session.output,
  );
  await showPage(session, display);
}

async function showPage(session: MailSession, display: PagedDisplay): Promise<void> {
  session.display = undefined;
  const more = await session.interruptible((stop) => display.showPage(stop));
  if (more) session.display = display;
}

async function* contentLines(message: Message): AsyncGenerator<string> {
  yield* headerLines(screenMessage(message));
  yield* message.lines();
}

async function* foreignLines(message: Message): AsyncGenerator<string> {
  yield* headerLines(screenMessage(message));
  yield* screenTextLines(MAIL.FORMSG);
}
