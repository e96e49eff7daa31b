/** MOVE, its synonym FILE, and COPY. Source: vms-mail.md §2.5, §2.14, §2.22, §4.5. */
import { defineVerb, type ParsedCommand, type VerbDefinition } from '../../../command-definition/index.ts';
import { condition, signal } from '../../../condition/index.ts';
import { safeText } from '../../../mime/safe-text.ts';
import { MAIL, type MailFile, SCREEN } from '../../index.ts';
import type { MailSession } from '../mail-session.ts';
import { screenText } from '../screen-text.ts';

const filing = (
  name: 'MOVE' | 'COPY',
  synonyms: readonly string[],
  summary: string,
): VerbDefinition<MailSession> =>
  defineVerb<MailSession>({
    name,
    synonyms,
    summary,
    source: 'vms-mail.md §2.5, §2.22',
    help: 'A folder that does not exist is created, after a question.',
    parameters: [
      { label: 'FOLDER', prompt: 'Folder', required: true, summary: 'folder the message goes to' },
      { label: 'FILE', prompt: 'File', value: { type: '$FILE' }, summary: 'another mail file; type .MAI' },
    ],
    qualifiers: {
      ALL: { negatable: false, summary: 'all messages selected' },
      CONFIRM: { summary: 'asks before each message' },
    },
    routine: async (command, session) => {
      await fileMessages(command, session, name);
      return undefined;
    },
  });

export const move = filing('MOVE', ['FILE'], 'Moves the message you are reading to a folder.');
export const copy = filing('COPY', [], 'Copies the message you are reading to a folder.');

async function fileMessages(
  command: ParsedCommand,
  session: MailSession,
  verb: 'MOVE' | 'COPY',
): Promise<void> {
  const folder = command.value('FOLDER') ?? '';
  const all = command.present('ALL');
  const selection = all ? await session.selection() : session.current().selection;
  if (!all && (await selection.isDeleted(session.position))) signal(MAIL.DELMSG);
  const chosen = await confirmed(command, session, all ? selection.numbers() : [session.position], verb);
  if (chosen.length === 0) return;
  const file = await targetFile(command, session);
  if (file === undefined) return;
  const isOpenFile = file === session.openFile;
  try {
    const isNewFolder = !(await file.folderExists(folder));
    if (isNewFolder && !isStandard(folder, file) && !(await agreed(session, folder))) return;
    const target = isOpenFile ? undefined : file;
    const count = await session.interruptible((stop) =>
      verb === 'MOVE'
        ? selection.move(chosen, folder, target, stop)
        : selection.copy(chosen, folder, target, stop),
    );
    const isThereAlready = verb === 'MOVE' && isOpenFile && folder === selection.folder;
    // Another session was faster.
    if (count === 0 && !all && !isThereAlready) signal(MAIL.DELMSG);
    if (isNewFolder && count > 0 && !isStandard(folder, file)) {
      await session.report(condition(MAIL.NEWFOLDER, safeText(folder)));
    }
  } finally {
    if (!isOpenFile) await file.close({ purge: false });
  }
}

/** Folders that come and go by themselves are not asked about. */
const isStandard = (folder: string, file: MailFile): boolean =>
  folder === 'MAIL' || folder === 'NEWMAIL' || folder === file.wastebasketName;

/** A script that does not answer is told why nothing happened; a person who says N knows. */
async function agreed(session: MailSession, folder: string): Promise<boolean> {
  const answer = await session.input.ask(screenText(SCREEN.CRENEWFOLD, safeText(folder)));
  if (answer === 'unanswered') signal(MAIL.NOTEXIST, safeText(folder));
  return answer === 'yes';
}

async function targetFile(command: ParsedCommand, session: MailSession): Promise<MailFile | undefined> {
  const fileSpec = command.value('FILE');
  if (fileSpec === undefined) return session.file();
  const { specification, exists } = await session.mail.findMailFile(session.user, fileSpec);
  if (!exists) {
    const question = screenText(SCREEN.CRENEWFILE, safeText(specification));
    if (!(await session.input.isYes(question))) return undefined;
  }
  const file = await session.mail.openMailFile(session.user, { fileSpec, create: true });
  if (!exists) await session.report(condition(MAIL.CREATED, safeText(file.specification)));
  return file.specification === session.openFile?.specification ? session.file() : file;
}

async function confirmed(
  command: ParsedCommand,
  session: MailSession,
  numbers: readonly number[],
  verb: string,
): Promise<readonly number[]> {
  if (!command.present('CONFIRM')) return numbers;
  const chosen: number[] = [];
  for (const number of numbers) {
    if (await session.input.isYes(`${verb} message ${number} (Y/N, default is N)? `)) chosen.push(number);
  }
  return chosen;
}
