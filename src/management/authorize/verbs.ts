/** The verbs of AUTHORIZE. Source: System Management Utilities Reference, AUTHORIZE. */
import {
  type CommandTable,
  defineVerb,
  type ParsedCommand,
  tableTopics,
} from '../../command-definition/index.ts';
import { condition, conditionLines, type MessageDefinition, SYSTEM } from '../../condition/index.ts';
import type { Account, SystemStore } from '../../ports/system-store.ts';
import { accountName } from '../../system/account-names.ts';
import { addAccount, createLoginDirectory, newAccount, nextUic } from '../../system/accounts.ts';
import { commandOutput } from '../../system/command-output.ts';
import { runHelp } from '../../system/help-dialogue.ts';
import type { ImageContext } from '../../system/image.ts';
import { hasWildcard } from '../../system/name-pattern.ts';
import { accountQualifiers, changedAccount } from './account-changes.ts';
import { accountFullLines, accountHeading, accountLine } from './account-display.ts';
import { UAF } from './messages.ts';

/** One activation of AUTHORIZE. */
export interface AuthorizeSession {
  readonly image: ImageContext;
  readonly store: SystemStore;
  isEnding: boolean;
  isModified: boolean;
}

const LISTING = 'SYSUAF.LIS';
const user = [{ label: 'USERNAME', prompt: 'Username', required: true }] as const;

async function say(session: AuthorizeSession, message: MessageDefinition, ...args: string[]): Promise<void> {
  for (const line of conditionLines(condition(message, ...args))) await session.image.output.writeLine(line);
}

/** Accounts a specification means. Throws BADUSR, BADSPC. */
async function matching({ store }: AuthorizeSession, specification: string): Promise<readonly Account[]> {
  const found = await store.accounts(specification);
  if (found.length === 0) throw condition(hasWildcard(specification) ? UAF.BADSPC : UAF.BADUSR);
  return found;
}

function newName(text: string): string {
  const name = accountName(text);
  if (name === undefined) throw condition(UAF.INVUSERNAME, text);
  return name;
}

async function add(session: AuthorizeSession, account: Account, message: MessageDefinition): Promise<number> {
  const isAdded = await addAccount(session.store, session.image.process.files, account);
  if (!isAdded) throw condition(UAF.UAEERR);
  session.isModified = true;
  await say(session, message);
  return UAF.ADDMSG.value;
}

const addVerb = defineVerb<AuthorizeSession>({
  name: 'ADD',
  summary: 'Adds a user, and makes the login directory.',
  help: 'Example:  ADD JONES/PASSWORD=SECRET/OWNER="Alan Jones"',
  parameters: user,
  qualifiers: accountQualifiers,
  async routine(command, session) {
    const name = newName(command.value('USERNAME')!);
    if ((await session.store.account(name)) !== undefined) throw condition(UAF.UAEERR);
    const uic = nextUic(await session.store.accounts());
    return add(session, await changedAccount(newAccount(name, uic), command), UAF.ADDMSG);
  },
});

const copyVerb = defineVerb<AuthorizeSession>({
  name: 'COPY',
  summary: 'Adds a user like another one. The password is not copied.',
  parameters: [
    { label: 'USERNAME', prompt: 'Old username', required: true },
    { label: 'NEWUSERNAME', prompt: 'New username', required: true },
  ],
  qualifiers: accountQualifiers,
  async routine(command, session) {
    const old = await session.store.account(command.value('USERNAME')!);
    if (old === undefined) throw condition(UAF.BADUSR);
    const name = newName(command.value('NEWUSERNAME')!);
    if ((await session.store.account(name)) !== undefined) throw condition(UAF.UAEERR);
    const uic = nextUic(await session.store.accounts(), old.uic.group);
    const { lastInteractive: _, lastNonInteractive: __, ...kept } = old;
    const copy = { ...kept, userName: name, uic, directory: `[${name}]`, passwordHash: '' };
    return add(session, await changedAccount(copy, command), UAF.COPMSG);
  },
});

const modifyVerb = defineVerb<AuthorizeSession>({
  name: 'MODIFY',
  summary: 'Changes users; wildcards allowed.',
  parameters: user,
  qualifiers: accountQualifiers,
  async routine(command, session) {
    const { files } = session.image.process;
    for (const before of await matching(session, command.value('USERNAME')!)) {
      const account = await changedAccount(before, command);
      if (command.present('DIRECTORY') || command.present('DEVICE')) {
        await createLoginDirectory(files, account);
      }
      await session.store.putAccount(account);
      session.isModified = true;
    }
    await say(session, UAF.MDFYMSG);
    return UAF.MDFYMSG.value;
  },
});

const removeVerb = defineVerb<AuthorizeSession>({
  name: 'REMOVE',
  summary: 'Removes a user. Files and mail stay.',
  parameters: user,
  async routine(command, session) {
    const name = command.value('USERNAME')!.toUpperCase();
    if (name === 'SYSTEM') throw condition(UAF.OWNRECORD);
    if (!(await session.store.removeAccount(name))) throw condition(UAF.BADUSR);
    session.isModified = true;
    await say(session, UAF.REMMSG);
    return UAF.REMMSG.value;
  },
});

const briefLines = (accounts: readonly Account[]): string[] => [
  accountHeading,
  '',
  ...accounts.map(accountLine),
];

const showVerb = defineVerb<AuthorizeSession>({
  name: 'SHOW',
  summary: 'Displays users; /FULL is the default.',
  parameters: user,
  qualifiers: { BRIEF: { negatable: false }, FULL: { negatable: false } },
  disallow: ['BRIEF AND FULL'],
  async routine(command, session) {
    const accounts = await matching(session, command.value('USERNAME')!);
    const lines = command.present('BRIEF')
      ? ['', ...briefLines(accounts)]
      : accounts.flatMap(accountFullLines);
    for (const line of lines) await session.image.output.writeLine(line);
    return SYSTEM.NORMAL.value;
  },
});

const listVerb = defineVerb<AuthorizeSession>({
  name: 'LIST',
  summary: `Writes users to ${LISTING} in your directory; /BRIEF is the default.`,
  parameters: [{ label: 'USERNAME', prompt: 'Username', value: { default: '*' } }],
  qualifiers: { BRIEF: { negatable: false }, FULL: { negatable: false } },
  disallow: ['BRIEF AND FULL'],
  async routine(command, session) {
    const accounts = await matching(session, command.value('USERNAME') ?? '*');
    await say(session, UAF.LSTMSG1);
    const out = await commandOutput(session.image, LISTING);
    try {
      const lines = command.present('FULL') ? accounts.flatMap(accountFullLines) : briefLines(accounts);
      for (const line of lines) await out.line(line);
    } finally {
      await out.close();
    }
    await say(session, UAF.LSTMSG2, LISTING);
    return UAF.LSTMSG2.value;
  },
});

const exitVerb = defineVerb<AuthorizeSession>({
  name: 'EXIT',
  summary: 'Returns to DCL. CTRL/Z does the same.',
  routine(_command: ParsedCommand, session) {
    session.isEnding = true;
    return SYSTEM.NORMAL.value;
  },
});

const helpVerb = defineVerb<AuthorizeSession>({
  name: 'HELP',
  summary: 'Displays what a command does.',
  parameters: [{ label: 'TOPIC', prompt: 'Topic', value: { type: '$REST_OF_LINE' } }],
  async routine(command, session) {
    const library = { name: '', lines: [], subtopics: tableTopics([authorizeTable]) };
    await runHelp(library, command.value('TOPIC') ?? '', session.image);
    return SYSTEM.NORMAL.value;
  },
});

export const authorizeTable: CommandTable<AuthorizeSession> = {
  name: 'AUTHORIZE',
  verbs: [addVerb, copyVerb, exitVerb, helpVerb, listVerb, modifyVerb, removeVerb, showVerb],
};
