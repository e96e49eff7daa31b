/** SET FORWARD, SET NOFORWARD, SHOW FORWARD, and SHOW PERSONAL_NAME/USER. Source: vms-mail.md §5.5, §6.4. */
import { defineVerb, type ParsedCommand, type VerbDefinition } from '../../../command-definition/index.ts';
import { type MessageDefinition, signal } from '../../../condition/index.ts';
import { safeText } from '../../../mime/safe-text.ts';
import type { Profile } from '../../../ports/mail-store.ts';
import { MAIL, SCREEN } from '../../index.ts';
import type { MailSession } from '../mail-session.ts';
import { screenText } from '../screen-text.ts';
import { profileAnswers } from './profile-settings.ts';

const user = {
  value: { required: true },
  negatable: false,
  summary: 'another user, or an alias (SYSNAM)',
} as const;

const setForward = defineVerb<MailSession>({
  name: 'SET FORWARD',
  summary: 'Has your mail sent to another address.',
  help: 'Mail is not kept here then. Quote an address with lower case letters: SET FORWARD "me@far.example".',
  parameters: [{ label: 'ADDRESS', prompt: 'Address', required: true, value: { list: true } }],
  qualifiers: { USER: user },
  routine: (command, session) => setForwarding(command, session, command.values('ADDRESS').join(',')),
});

const setNoForward = defineVerb<MailSession>({
  name: 'SET NOFORWARD',
  summary: 'Keeps your mail here again.',
  qualifiers: { USER: user },
  routine: (command, session) => setForwarding(command, session, undefined),
});

async function setForwarding(
  command: ParsedCommand,
  session: MailSession,
  forwarding: string | undefined,
): Promise<undefined> {
  const name = command.value('USER');
  if (name !== undefined) requireSysnam(session);
  await session.mail.changeProfile(name?.toUpperCase() ?? session.userName, { forwarding });
}

/** One setting of other users: an answer for one, a list for a pattern. */
interface OfUsers {
  readonly value: (profile: Profile) => string | undefined;
  readonly isSet: MessageDefinition;
  readonly isNotSet: MessageDefinition;
  readonly heading: MessageDefinition;
  readonly own: (profile: Profile) => string;
}

const showOfUsers = (name: string, summary: string, of: OfUsers): VerbDefinition<MailSession> =>
  defineVerb<MailSession>({
    name,
    summary,
    qualifiers: { USER: user, ALL: { negatable: false, summary: 'with /USER: also users without one' } },
    disallow: ['ALL AND NOT USER'],
    routine: async (command, session) => {
      const pattern = command.value('USER')?.toUpperCase();
      if (pattern === undefined) {
        await session.write(of.own(await session.mail.profile(session.userName)));
        return undefined;
      }
      requireSysnam(session);
      if (/[*%]/.test(pattern) || command.present('ALL')) {
        await listUsers(session, pattern, command.present('ALL'), of);
      } else {
        await session.write(answer(await session.mail.profile(pattern), of));
      }
      return undefined;
    },
  });

const answer = (profile: Profile, of: OfUsers): string => {
  const value = of.value(profile);
  return value === undefined
    ? screenText(of.isNotSet, profile.userName)
    : screenText(of.isSet, profile.userName, safeText(value));
};

async function listUsers(session: MailSession, pattern: string, all: boolean, of: OfUsers): Promise<void> {
  await session.write(screenText(of.heading));
  for (const profile of await session.mail.profiles(pattern)) {
    const value = of.value(profile);
    if (value === undefined && !all) continue;
    const shown = value === undefined ? screenText(of.isNotSet, profile.userName) : safeText(value);
    await session.write(`${profile.userName.padEnd(31)} ${shown}`);
  }
}

function requireSysnam(session: MailSession): void {
  const { privileges } = session.user;
  if (!privileges.has('SYSNAM') && !privileges.has('SETPRV')) signal(MAIL.NOSYSNAM);
}

export const forwardingVerbs: readonly VerbDefinition<MailSession>[] = [
  setForward,
  setNoForward,
  showOfUsers('SHOW FORWARD', 'Shows where your mail is sent to.', {
    value: (profile) => profile.forwarding,
    isSet: SCREEN.SHOW10,
    isNotSet: SCREEN.SHOW40,
    heading: SCREEN.SHOW50,
    own: profileAnswers.forwarding,
  }),
  showOfUsers('SHOW PERSONAL_NAME', 'Shows your personal name.', {
    value: (profile) => profile.personalName,
    isSet: SCREEN.SHOW90,
    isNotSet: SCREEN.SHOW80,
    heading: SCREEN.SHOW100,
    own: profileAnswers.personalName,
  }),
];
