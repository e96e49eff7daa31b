/** DIRECTORY: messages of a folder, or with /FOLDER the folders. Source: vms-mail.md §2.9, §3.1–3.3. */
import { defineVerb, type ParsedCommand } from '../../../command-definition/index.ts';
import { Condition, signal } from '../../../condition/index.ts';
import { safeText } from '../../../mime/safe-text.ts';
import { MAIL, SCREEN, type Selection } from '../../index.ts';
import { directoryLines } from '../listing.ts';
import type { MailSession } from '../mail-session.ts';
import { PagedDisplay } from '../paged-display.ts';
import { screenText } from '../screen-text.ts';
import { directoryHeading, folderLines } from '../screens.ts';
import { selectionCriteria, selectionQualifiers } from './selection-qualifiers.ts';

export const directory = defineVerb<MailSession>({
  name: 'DIRECTORY',
  abbreviations: ['D'],
  summary: 'Lists the messages of a folder.',
  source: 'vms-mail.md §2.9',
  help: `Shows number, sender, date and subject of each message. The numbers stay the same until you
select messages anew. DIRECTORY/FOLDER lists the names of your folders.`,
  parameters: [{ label: 'FOLDER_NAME', prompt: 'Folder', summary: 'folder to list and to select' }],
  qualifiers: {
    ...selectionQualifiers,
    FOLDER: { negatable: false, summary: 'lists the names of the folders' },
    FULL: { negatable: false, summary: 'shows attributes and length of each message too' },
    START: {
      negatable: false,
      value: { required: true },
      summary: 'message to begin with; with /FOLDER the name to begin behind',
    },
  },
  routine: async (command, session) => {
    if (command.present('FOLDER')) await listFolders(command, session);
    else await listMessages(command, session);
    return undefined;
  },
});

async function listMessages(command: ParsedCommand, session: MailSession): Promise<void> {
  const folder = command.value('FOLDER_NAME');
  const criteria = selectionCriteria(command, session.image.process.clock.now());
  const isNew = folder !== undefined || criteria !== undefined;
  const selection = isNew ? await session.select(folder, criteria) : await session.selection();
  session.rewind();
  const { columns, rows, isTerminal } = session.output;
  const full = command.present('FULL');
  // Three lines of heading, and below the entries what READ has: 24 rows show 17 messages.
  const reservedRows = 7;
  const page = isTerminal ? Math.max(1, Math.floor((rows - reservedRows) / (full ? 4 : 1))) : 1;
  const start = startNumber(command, selection, page);
  const display = new PagedDisplay(
    {
      heading: directoryHeading(selection.folder),
      lines: directoryLines(selection, { start, full, columns }),
      clearsScreen: false,
      reservedRows,
    },
    session.output,
  );
  const more = await session.interruptible((stop) => display.showPage(stop));
  if (more) session.display = display;
}

/** A number behind the last message shows the last page. */
function startNumber(command: ParsedCommand, selection: Selection, page: number): number {
  const text = command.value('START');
  if (text === undefined) return 1;
  if (!/^\d{1,9}$/.test(text)) throw new Condition(MAIL.INVQUAVAL, [text, 'START']);
  const start = Math.max(1, Number(text));
  return start <= selection.length ? start : Math.max(1, selection.length - page + 1);
}

async function listFolders(command: ParsedCommand, session: MailSession): Promise<void> {
  const file = await session.file();
  const after = command.value('START');
  const folders = await file.folders(after);
  const specification = safeText(file.specification);
  if (folders.length === 0 && after === undefined) signal(MAIL.FILEMPTY, specification);
  if (folders.length === 0) signal(MAIL.NONEFOUND, specification, safeText(after ?? ''));
  await session.write(screenText(SCREEN.DIRHD10, specification), screenText(SCREEN.DIRHD20), '');
  const lines = folderLines(folders.map((folder) => folder.name));
  const page = session.output.isTerminal ? Math.max(1, session.output.rows - 5) : lines.length;
  for (let at = 0; at < lines.length; at += page) {
    if (at > 0) {
      const answer = await session.input.read({ prompt: screenText(SCREEN.RETCONT) });
      if (answer.kind !== 'record') return;
    }
    await session.write(...lines.slice(at, at + page));
  }
}
