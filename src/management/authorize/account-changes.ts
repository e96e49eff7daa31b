/** What the qualifiers of ADD, MODIFY and COPY make of an account. Source: System Management Utilities Reference, AUTHORIZE. */
import type { ParsedCommand } from '../../command-definition/index.ts';
import { condition } from '../../condition/index.ts';
import type { Account } from '../../ports/system-store.ts';
import { accountFlagNames } from '../../system/account-flags.ts';
import { quotaDefaults, quotaMaximum, quotaNames } from '../../system/account-quotas.ts';
import { hashPassword } from '../../system/passwords.ts';
import { privilegeNames } from '../../system/privileges.ts';
import { parseDelta, parseVmsTime } from '../../vms-time/index.ts';
import { changedAccess, changedPrimeDays } from './access-hours.ts';
import { UAF } from './messages.ts';

/** Characters of an account name, of a CLI and its tables. */
const LONGEST_NAME = 31;
const LONGEST_ACCOUNT = 8;
const LONGEST_PASSWORD_MINIMUM = 32;
/** Characters of a password at least, where the record does not say. */
const USUAL_MINIMUM = 6;
const NO_PASSWORD = { passwordHash: '' };

export interface ChangeContext {
  readonly now: number;
  /** Asked where /GENERATE_PASSWORD is given. */
  readonly generatePassword: (minimum: number) => Promise<string>;
}

/**
 * What the command makes of a record: throws UAF conditions, and changes nothing by itself. A password takes its time, and what others do
 * to the record meanwhile stays where it is then applied to what is there.
 * @param current  reads the record
 */
export async function accountChange(
  current: () => Promise<Account>,
  command: ParsedCommand,
  context: ChangeContext,
): Promise<(account: Account) => Account> {
  const password = await changedPassword(current, command, context);
  return (account) => changedAccount(account, password, command, context);
}

function changedAccount(
  account: Account,
  password: Partial<Account>,
  command: ParsedCommand,
  context: ChangeContext,
): Account {
  const changed = {
    ...account,
    flags: changedFlags(command, account),
    uic: command.present('UIC') ? uicOf(command.value('UIC')!) : account.uic,
    owner: command.value('OWNER') ?? account.owner,
    device: deviceOf(command.value('DEVICE') ?? account.device),
    directory: directoryOf(command.value('DIRECTORY') ?? account.directory),
    loginCommand: command.negated('LGICMD') ? '' : (command.value('LGICMD') ?? account.loginCommand),
    privileges: changedPrivileges(command, 'PRIVILEGES', account.privileges),
    defaultPrivileges: changedPrivileges(command, 'DEFPRIVILEGES', account.defaultPrivileges),
    accountName: command.value('ACCOUNT')?.slice(0, LONGEST_ACCOUNT) ?? account.accountName,
    cli: command.value('CLI')?.slice(0, LONGEST_NAME) ?? account.cli,
    commandTables: command.value('CLITABLES')?.slice(0, LONGEST_NAME) ?? account.commandTables,
    expiration: command.negated('EXPIRATION')
      ? undefined
      : instantOf(command.value('EXPIRATION'), context.now, account.expiration),
    passwordMinimum: changedMinimum(command, account),
    passwordLifetimeMs: command.negated('PWDLIFETIME')
      ? undefined
      : durationOf(command.value('PWDLIFETIME'), account.passwordLifetimeMs),
    cpuLimitMs: changedCpuLimit(command, account.cpuLimitMs),
    primaryDays: changedPrimeDays(command, account),
    access: changedAccess(command, account),
    quotas: changedQuotas(command, account.quotas),
    ...password,
  };
  return withoutUndefined(changed) as unknown as Account;
}

/** A record in the file has no field where nothing is known. */
const withoutUndefined = (fields: object): object =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

function changedFlags(command: ParsedCommand, account: Account): readonly string[] {
  const hasNewPassword = command.values('PASSWORD').length > 0 || command.present('GENERATE_PASSWORD');
  const flags = changedNames(command, 'FLAGS', accountFlagNames, account.flags);
  const isGiven = command.presence('FLAGS.PWD_EXPIRED') !== 'absent';
  // Deviation: a new password is not expired from the start; many users could never change it, they only have mail clients.
  const isExpired = command.present('PWDEXPIRED')
    ? true
    : command.negated('PWDEXPIRED') || (hasNewPassword && !isGiven)
      ? false
      : flags.includes('PWD_EXPIRED');
  return accountFlagNames.filter((name) => (name === 'PWD_EXPIRED' ? isExpired : flags.includes(name)));
}

function changedPrivileges(
  command: ParsedCommand,
  label: string,
  before: readonly string[],
): readonly string[] {
  const changed = changedNames(command, label, privilegeNames, before);
  const detach = command.presence(`${label}.DETACH`);
  if (detach === 'absent') return changed;
  return privilegeNames.filter((name) =>
    name === 'IMPERSONATE' ? detach !== 'negated' : changed.includes(name),
  );
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

const changedMinimum = (command: ParsedCommand, account: Account): number | undefined =>
  numberOf(command, 'PWDMINIMUM', LONGEST_PASSWORD_MINIMUM) ?? account.passwordMinimum;

/** Only the primary password is kept; `/NOPASSWORD` ends every login. */
async function changedPassword(
  current: () => Promise<Account>,
  command: ParsedCommand,
  context: ChangeContext,
): Promise<Partial<Account>> {
  const [given] = command.values('PASSWORD');
  const isGenerated = command.present('GENERATE_PASSWORD');
  if (given === undefined && !isGenerated) return command.negated('PASSWORD') ? NO_PASSWORD : {};
  if (given !== undefined && isGenerated) throw condition(UAF.NOTSAME);
  const password =
    given ?? (await context.generatePassword(changedMinimum(command, await current()) ?? USUAL_MINIMUM));
  if (command.negated('PASSWORD') || password === '') return NO_PASSWORD;
  const flags = changedFlags(command, await current());
  return { passwordHash: await hashPassword(password, flags), passwordChangedAt: context.now };
}

function changedQuotas(command: ParsedCommand, before: Account['quotas']): Account['quotas'] {
  const quotas: Record<string, number> = { ...before };
  for (const name of quotaNames) {
    const value = numberOf(command, name, quotaMaximum(name));
    if (value === undefined) continue;
    if (value === quotaDefaults[name]) delete quotas[name];
    else quotas[name] = value;
  }
  return Object.keys(quotas).length === 0 ? undefined : quotas;
}

function numberOf(command: ParsedCommand, label: string, maximum: number): number | undefined {
  const text = command.value(label);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (value < 0 || value > maximum) throw condition(UAF.INVVALUE, text, label);
  return value;
}

/** Also NONE and INFINITE. */
function changedCpuLimit(command: ParsedCommand, before: number | undefined): number | undefined {
  const text = command.value('CPUTIME');
  if (text !== undefined && (text === 'NONE' || 'INFINITE'.startsWith(text))) return undefined;
  return durationOf(text, before) || undefined;
}

const durationOf = (text: string | undefined, before: number | undefined): number | undefined =>
  text === undefined ? before : parseDelta(text);

const instantOf = (text: string | undefined, now: number, before: number | undefined): number | undefined =>
  text === undefined ? before : parseVmsTime(text, now);

function uicOf(text: string): Account['uic'] {
  const [, group, member] = /^\[\s*([0-7]{1,6})\s*,\s*([0-7]{1,6})\s*\]$/.exec(text) ?? [];
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
