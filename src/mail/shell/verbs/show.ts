/** SHOW: one line each, and SHOW ALL. Source: vms-mail.md §2.33, §3.7. */
import { defineVerb, type VerbDefinition } from '../../../command-definition/index.ts';
import { signal } from '../../../condition/index.ts';
import { safeText } from '../../../mime/safe-text.ts';
import { MAIL, SCREEN } from '../../index.ts';
import { editorOf } from '../editor.ts';
import type { MailSession } from '../mail-session.ts';
import { screenText } from '../screen-text.ts';
import { profileAnswers } from './profile-settings.ts';

type Answer = (session: MailSession) => Promise<readonly string[]>;

const ofProfile =
  (name: keyof typeof profileAnswers): Answer =>
  async (session) => [profileAnswers[name](await session.mail.profile(session.userName))];

const newMailCount: Answer = async (session) => [
  screenText(SCREEN.YOUHAVENEW, await session.mail.newMailCount(session.userName)),
];
const wastebasketName: Answer = async (session) => [
  screenText(SCREEN.SHOW110, safeText((await session.file()).wastebasketName)),
];
const mailDirectory: Answer = async (session) => [
  screenText(SCREEN.MAILDIR, await session.mail.mailDirectory(session.userName)),
];
const mailFile: Answer = async (session) => [
  screenText(SCREEN.MAILFILE, safeText((await session.file()).specification)),
];
const editor: Answer = async (session) => {
  const found = editorOf(session, await session.mail.profile(session.userName));
  return [
    found.kind === 'procedure'
      ? screenText(SCREEN.SHOW225, safeText(found.file))
      : screenText(SCREEN.SHOW220, safeText(found.name)),
  ];
};
const deleted: Answer = async (session) => {
  const file = await session.file();
  return screenText(MAIL.DELSPACE, safeText(file.specification), await file.deletedBytes()).split('\n');
};
const folderLine = (folder: string): string => screenText(SCREEN.MAILFOLDER, safeText(folder));
const folder: Answer = async (session) => {
  const name = (await session.file()).currentFolder;
  return name === undefined ? signal(MAIL.NOFOLDER) : [folderLine(name)];
};

/** The lines of §3.7, in its order. */
const all: Answer = async (session) => {
  const current = (await session.file()).currentFolder;
  return [
    ...(await mailDirectory(session)),
    ...(await mailFile(session)),
    ...(current === undefined ? [] : [folderLine(current)]),
    ...(await wastebasketName(session)),
    ...(await deleted(session)),
    '',
    ...(await newMailCount(session)),
    '',
    ...(await ofProfile('forwarding')(session)),
    ...(await ofProfile('personalName')(session)),
    ...(await editor(session)),
    ...(await ofProfile('ccPrompt')(session)),
    ...(await ofProfile('copySelf')(session)),
    ...(await ofProfile('autoPurge')(session)),
    '',
    ...(await ofProfile('printQueue')(session)),
    ...(await ofProfile('form')(session)),
    ...(await ofProfile('transport')(session)),
    ...(await ofProfile('signatureFile')(session)),
  ];
};

const show = (name: string, what: string, answer: Answer): VerbDefinition<MailSession> =>
  defineVerb<MailSession>({
    name: `SHOW ${name}`,
    summary: `Shows ${what}.`,
    source: 'vms-mail.md §2.33',
    routine: async (_command, session) => {
      await session.write(...(await answer(session)));
      return undefined;
    },
  });

export const showVerbs: readonly VerbDefinition<MailSession>[] = [
  show('ALL', 'all settings', all),
  show('AUTO_PURGE', 'whether the wastebasket is emptied when you leave MAIL', ofProfile('autoPurge')),
  show('CC_PROMPT', 'whether CC: is asked for', ofProfile('ccPrompt')),
  show('COPY_SELF', 'which commands send a copy to yourself', ofProfile('copySelf')),
  show('DELETED', 'how much deleted text the mail file holds', deleted),
  show('EDITOR', 'your editor', editor),
  show('FILE', 'which mail file is open', mailFile),
  show('FOLDER', 'which folder is selected', folder),
  show('FORM', 'your default print form', ofProfile('form')),
  show('MAIL_DIRECTORY', 'the directory of your mail files', mailDirectory),
  show('NEW_MAIL_COUNT', 'how many new messages you have', newMailCount),
  show('QUEUE', 'your default print queue', ofProfile('printQueue')),
  show('SIGNATURE_FILE', 'your default signature file', ofProfile('signatureFile')),
  show('TRANSPORT', 'your default transport', ofProfile('transport')),
  show('WASTEBASKET_NAME', 'which folder deleted messages go to', wastebasketName),
];
