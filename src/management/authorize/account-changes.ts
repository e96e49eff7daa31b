/** What the qualifiers of ADD, MODIFY and COPY make of an account. Source: System Management Utilities Reference, AUTHORIZE. */
import type { ParsedCommand, QualifierDefinition } from '../../command-definition/index.ts';
import { condition } from '../../condition/index.ts';
import type { Account } from '../../ports/system-store.ts';
import { hashPassword } from '../../system/passwords.ts';
import { privilegeNames } from '../../system/privileges.ts';
import { UAF } from './messages.ts';

const flagNames = [
  'CAPTIVE',
  'DEFCLI',
  'DISCTLY',
  'DISMAIL',
  'DISNEWMAIL',
  'DISREPORT',
  'DISUSER',
  'DISWELCOME',
  'PWDMIX',
  'RESTRICTED',
] as const;

const negatable = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, { negatable: true }]));
const text = { negatable: false, value: { required: true } } as const;
const privileges = { ...negatable(privilegeNames), ALL: { negatable: true } };

export const accountQualifiers: Readonly<Record<string, QualifierDefinition>> = {
  DEFPRIVILEGES: {
    negatable: false,
    value: { required: true, list: true, keywords: privileges },
    summary: 'privileges a process begins with',
  },
  DEVICE: text,
  DIRECTORY: { ...text, summary: 'login directory, [NAME]; made if it is not there' },
  FLAGS: { negatable: false, value: { required: true, list: true, keywords: negatable(flagNames) } },
  LGICMD: text,
  OWNER: { ...text, summary: 'full name, quoted' },
  PASSWORD: {
    value: { required: true, list: true },
    summary: 'letter case counts only with the flag PWDMIX, and in quotes',
  },
  PRIVILEGES: {
    negatable: false,
    value: { required: true, list: true, keywords: privileges },
    summary: 'privileges that may be enabled',
  },
  UIC: { ...text, summary: '[group,member], octal' },
};

/** Throws UAF conditions; changes nothing by itself. */
export async function changedAccount(account: Account, command: ParsedCommand): Promise<Account> {
  const flags = changedNames(command, 'FLAGS', flagNames, account.flags);
  return {
    ...account,
    flags,
    uic: command.present('UIC') ? uicOf(command.value('UIC')!) : account.uic,
    owner: command.value('OWNER') ?? account.owner,
    device: deviceOf(command.value('DEVICE') ?? account.device),
    directory: directoryOf(command.value('DIRECTORY') ?? account.directory),
    loginCommand: command.value('LGICMD') ?? account.loginCommand,
    privileges: changedNames(command, 'PRIVILEGES', privilegeNames, account.privileges),
    defaultPrivileges: changedNames(command, 'DEFPRIVILEGES', privilegeNames, account.defaultPrivileges),
    passwordHash: await passwordHashOf(command, flags, account.passwordHash),
  };
}

/** Names given are added, negated ones removed; (NO)ALL first. */
function changedNames(
  command: ParsedCommand,
  label: string,
  names: readonly string[],
  before: readonly string[],
): readonly string[] {
  const all = command.presence(`${label}.ALL`);
  const start = all === 'present' ? names : all === 'negated' ? [] : before;
  return names.filter((name) =>
    command.presence(`${label}.${name}`) === 'absent'
      ? start.includes(name)
      : command.present(`${label}.${name}`),
  );
}

/** Only the primary password is kept; `/NOPASSWORD` ends every login. */
async function passwordHashOf(
  command: ParsedCommand,
  flags: readonly string[],
  before: string,
): Promise<string> {
  if (command.negated('PASSWORD')) return '';
  const [password] = command.values('PASSWORD');
  if (password === undefined) return before;
  return password === '' ? '' : hashPassword(password, flags);
}

function uicOf(text: string): Account['uic'] {
  const [, group, member] = /^\[\s*([0-7]{1,5})\s*,\s*([0-7]{1,6})\s*\]$/.exec(text) ?? [];
  if (group === undefined || member === undefined) throw condition(UAF.INVUIC, text);
  const uic = { group: Number.parseInt(group, 8), member: Number.parseInt(member, 8) };
  if (uic.group < 1 || uic.group > 0o37776 || uic.member > 0o177776) throw condition(UAF.INVUIC, text);
  return uic;
}

const deviceOf = (text: string): string => (text.endsWith(':') ? text : `${text}:`);

function directoryOf(text: string): string {
  const directory = /^\[.*\]$/.test(text) ? text : `[${text}]`;
  if (!/^\[[A-Z0-9$_-]+(\.[A-Z0-9$_-]+)*\]$/i.test(directory) || directory.includes('..')) {
    throw condition(UAF.INVDIR, text);
  }
  return directory.toUpperCase();
}
