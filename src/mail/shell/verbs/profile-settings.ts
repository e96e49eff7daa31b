/** SET and SHOW of what the profile holds. Source: vms-mail.md §2.33, §6.1. */
import { defineVerb, type VerbDefinition } from '../../../command-definition/index.ts';
import { type MessageDefinition, signal } from '../../../condition/index.ts';
import { safeText } from '../../../mime/safe-text.ts';
import type { Profile, ProfileChanges } from '../../../ports/mail-store.ts';
import { MAIL, SCREEN } from '../../index.ts';
import { closeMailFile } from '../close-mail-file.ts';
import type { MailSession } from '../mail-session.ts';
import { screenText } from '../screen-text.ts';

type TextSetting = 'form' | 'printQueue' | 'signatureFile' | 'transport' | 'editor';
type SwitchSetting = 'autoPurge' | 'ccPrompt';

const change = (session: MailSession, changes: ProfileChanges): Promise<Profile> =>
  session.mail.changeProfile(session.userName, changes);

/** SIGNATURE_FILE → `Signature file`. */
const promptOf = (name: string): string => name.charAt(0) + name.slice(1).toLowerCase().replaceAll('_', ' ');

/** SET name value, SET NOname: a text of the profile. */
const textSetting = (
  name: string,
  key: TextSetting,
  what: string,
): readonly VerbDefinition<MailSession>[] => [
  defineVerb<MailSession>({
    name: `SET ${name}`,
    summary: `Sets ${what}.`,
    parameters: [{ label: 'VALUE', prompt: promptOf(name), required: true }],
    routine: async (command, session) => {
      await change(session, { [key]: command.value('VALUE') });
      return undefined;
    },
  }),
  defineVerb<MailSession>({
    name: `SET NO${name}`,
    summary: `Clears ${what}.`,
    routine: async (_command, session) => {
      await change(session, { [key]: undefined });
      return undefined;
    },
  }),
];

/** SET name, SET NOname: a flag of the profile. */
const switchSetting = (
  name: string,
  key: SwitchSetting,
  what: string,
): readonly VerbDefinition<MailSession>[] =>
  [true, false].map((value) =>
    defineVerb<MailSession>({
      name: `SET ${value ? '' : 'NO'}${name}`,
      summary: `${value ? 'Turns on' : 'Turns off'} ${what}.`,
      routine: async (_command, session) => {
        await change(session, { [key]: value });
        return undefined;
      },
    }),
  );

const setPersonalName = defineVerb<MailSession>({
  name: 'SET PERSONAL_NAME',
  summary: 'Sets the name that stands behind your address at From:.',
  parameters: [{ label: 'NAME', prompt: 'Personal name', required: true }],
  routine: async (command, session) => {
    await change(session, { personalName: command.value('NAME') });
    return undefined;
  },
});

const setNoPersonalName = defineVerb<MailSession>({
  name: 'SET NOPERSONAL_NAME',
  summary: 'Clears your personal name.',
  routine: async (_command, session) => {
    await change(session, { personalName: undefined });
    return undefined;
  },
});

/** The mail files go with it: they are known by their names in the mail directory. */
const mailDirectoryVerbs: readonly VerbDefinition<MailSession>[] = [
  defineVerb<MailSession>({
    name: 'SET MAIL_DIRECTORY',
    summary: 'Keeps your mail files in a subdirectory: SET MAIL_DIRECTORY [.MAIL].',
    parameters: [{ label: 'DIRECTORY', prompt: 'Directory', required: true }],
    routine: async (command, session) => {
      await change(session, { mailDirectory: command.value('DIRECTORY') });
      await session.image.process.files.createDirectory(await session.mail.mailDirectory(session.userName));
      await reopen(session);
      return undefined;
    },
  }),
  defineVerb<MailSession>({
    name: 'SET NOMAIL_DIRECTORY',
    summary: 'Keeps your mail files in your login directory again.',
    routine: async (_command, session) => {
      await change(session, { mailDirectory: undefined });
      await reopen(session);
      return undefined;
    },
  }),
];

/** The open file has another specification now. */
async function reopen(session: MailSession): Promise<void> {
  if (session.openFile === undefined) return;
  await closeMailFile(session, 'quit');
  session.useFile(await session.mail.openMailFile(session.user));
}

const COPY_KEYWORDS = ['SEND', 'REPLY', 'FORWARD'] as const;
const copyKeys = { SEND: 'send', REPLY: 'reply', FORWARD: 'forward' } as const;

const setCopySelf = defineVerb<MailSession>({
  name: 'SET COPY_SELF',
  summary: 'Says which commands send a copy to yourself.',
  help: 'SET COPY_SELF SEND,REPLY,FORWARD. NOSEND, NOREPLY and NOFORWARD turn it off.',
  parameters: [{ label: 'COMMANDS', prompt: 'Command', required: true, value: { list: true } }],
  routine: async (command, session) => {
    const copySelf = { ...(await session.mail.profile(session.userName)).copySelf };
    for (const typed of command.values('COMMANDS')) {
      const { keyword, value } = copyKeyword(typed);
      copySelf[copyKeys[keyword]] = value;
    }
    await change(session, { copySelf });
    return undefined;
  },
});

function copyKeyword(typed: string): { readonly keyword: keyof typeof copyKeys; readonly value: boolean } {
  const value = !/^NO/i.test(typed);
  const name = value ? typed : typed.slice(2);
  const keyword = COPY_KEYWORDS.find((each) => name !== '' && each.startsWith(name.toUpperCase()));
  return keyword === undefined ? signal(MAIL.BADVALUE, typed) : { keyword, value };
}

export const profileSettingVerbs: readonly VerbDefinition<MailSession>[] = [
  ...switchSetting('AUTO_PURGE', 'autoPurge', 'emptying the wastebasket when you leave MAIL'),
  ...switchSetting('CC_PROMPT', 'ccPrompt', 'the question for CC:'),
  setCopySelf,
  setPersonalName,
  setNoPersonalName,
  ...textSetting('EDITOR', 'editor', 'your editor'),
  ...textSetting('FORM', 'form', 'your default print form'),
  ...textSetting('QUEUE', 'printQueue', 'your default print queue'),
  ...textSetting('SIGNATURE_FILE', 'signatureFile', 'your default signature file'),
  ...textSetting('TRANSPORT', 'transport', 'your default transport'),
  ...mailDirectoryVerbs,
];

// ---- what SHOW answers ------------------------------------------------------------------------------------------------

const text = (definition: MessageDefinition, ...args: string[]): string =>
  screenText(definition, ...args.map(safeText));
const either = (value: string | undefined, set: MessageDefinition, unset: MessageDefinition): string =>
  value === undefined || value === '' ? text(unset) : text(set, value);

export const profileAnswers = {
  autoPurge: (profile: Profile): string =>
    text(SCREEN.SHOW140) + text(profile.autoPurge ? SCREEN.SHOW150 : SCREEN.SHOW160),
  ccPrompt: (profile: Profile): string => text(profile.ccPrompt ? SCREEN.SHOW210 : SCREEN.SHOW215),
  copySelf: (profile: Profile): string => {
    const on = COPY_KEYWORDS.filter((keyword) => profile.copySelf[copyKeys[keyword]]);
    return on.length === 0 ? text(SCREEN.SHOW130) : text(SCREEN.SHOW120, on.join(','));
  },
  form: (profile: Profile): string => either(profile.form, SCREEN.SHOW25, SCREEN.SHOW15),
  forwarding: (profile: Profile): string => either(profile.forwarding, SCREEN.SHOW30, SCREEN.SHOW20),
  personalName: (profile: Profile): string => either(profile.personalName, SCREEN.SHOW70, SCREEN.SHOW60),
  printQueue: (profile: Profile): string => text(SCREEN.SHOW35, profile.printQueue ?? 'SYS$PRINT'),
  signatureFile: (profile: Profile): string =>
    either(profile.signatureFile, SCREEN.SHOWSIG, SCREEN.SHOWNOSIG),
  transport: (profile: Profile): string => either(profile.transport, SCREEN.SHOW205, SCREEN.SHOW200),
};
