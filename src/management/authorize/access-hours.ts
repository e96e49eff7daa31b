/**
 * Hours somebody may log in: `/ACCESS=(PRIMARY,9-17,SECONDARY,18-8)`, and how SHOW draws them.
 * Source: System Management Utilities Reference, AUTHORIZE, ADD /ACCESS and SHOW.
 */
import type { ParsedCommand, QualifierDefinition } from '../../command-definition/index.ts';
import { condition } from '../../condition/index.ts';
import type { AccessHours, AccessMode, Account } from '../../ports/system-store.ts';
import { usualPrimaryDays } from '../../system/login-rules.ts';
import { UAF } from './messages.ts';

const ALL = 0xff_ffff;
const everything: AccessHours = { primary: ALL, secondary: ALL };

const accessModes: readonly AccessMode[] = ['NETWORK', 'BATCH', 'LOCAL', 'DIALUP', 'REMOTE'];

/** Which ways in a qualifier means. */
const meant: Readonly<Record<string, readonly AccessMode[]>> = {
  ACCESS: accessModes,
  INTERACTIVE: ['LOCAL', 'DIALUP', 'REMOTE'],
  ...Object.fromEntries(accessModes.map((each) => [each, [each]])),
};

const range = { list: true } as const;

/** `/NOACCESS=hours` has a value of its own: it is not the mere opposite. */
export const accessQualifiers: Readonly<Record<string, QualifierDefinition>> = Object.fromEntries(
  Object.keys(meant).flatMap((name) => [
    [name, { negatable: false, value: range }],
    [`NO${name}`, { negatable: false, value: range }],
  ]),
);

const days = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'] as const;

export const primeDaysQualifier: QualifierDefinition = {
  negatable: false,
  value: {
    required: true,
    list: true,
    keywords: Object.fromEntries(days.map((day) => [day, { negatable: true }])),
  },
};

export function changedPrimeDays(command: ParsedCommand, account: Account): readonly boolean[] | undefined {
  if (!command.present('PRIMEDAYS')) return account.primaryDays;
  const before = account.primaryDays ?? usualPrimaryDays;
  return days.map((day, index) => {
    const presence = command.presence(`PRIMEDAYS.${day}`);
    return presence === 'absent' ? before[index] === true : presence !== 'negated';
  });
}

export function changedAccess(command: ParsedCommand, account: Account): Account['access'] {
  let access: Partial<Record<AccessMode, AccessHours>> = { ...account.access };
  for (const [name, modes] of Object.entries(meant)) {
    for (const [label, isGiven] of [
      [name, true],
      [`NO${name}`, false],
    ] as const) {
      if (!command.present(label)) continue;
      const hours = hoursOf(command.values(label), isGiven);
      access = { ...access, ...Object.fromEntries(modes.map((mode) => [mode, hours])) };
    }
  }
  const isFree = accessModes.every((mode) => isEverything(access[mode]));
  return isFree ? undefined : access;
}

const isEverything = (hours: AccessHours | undefined): boolean =>
  hours === undefined || (hours.primary === ALL && hours.secondary === ALL);

/** No words: every hour. Hours without PRIMARY or SECONDARY before them count for all days. Throws INVRANGE. */
function hoursOf(words: readonly string[], isGiven: boolean): AccessHours {
  if (words.length === 0) return isGiven ? everything : { primary: 0, secondary: 0 };
  let named: AccessHours = { primary: 0, secondary: 0 };
  let kinds: readonly (keyof AccessHours)[] = ['primary', 'secondary'];
  words.forEach((word, index) => {
    const kind = kindOf(word);
    const next = words[index + 1];
    if (kind !== undefined) kinds = [kind];
    // PRIMARY with nothing behind it is the whole day.
    const mask =
      kind === undefined ? hourMask(word) : next === undefined || kindOf(next) !== undefined ? ALL : 0;
    named = { ...named, ...Object.fromEntries(kinds.map((each) => [each, named[each] | mask])) };
  });
  return isGiven ? named : { primary: ~named.primary & ALL, secondary: ~named.secondary & ALL };
}

const kindOf = (word: string): keyof AccessHours | undefined =>
  word.length > 0 && 'PRIMARY'.startsWith(word)
    ? 'primary'
    : word.length > 0 && 'SECONDARY'.startsWith(word)
      ? 'secondary'
      : undefined;

/** `9`, `9-17`; `18-8` goes over midnight. */
function hourMask(word: string): number {
  const [, from, to = from] = /^(\d{1,2})(?:-(\d{1,2}))?$/.exec(word) ?? [];
  const first = Number(from);
  const last = Number(to);
  if (from === undefined || first > 23 || last > 23) throw condition(UAF.INVRANGE, word);
  let mask = 0;
  for (let hour = first; ; hour = (hour + 1) % 24) {
    mask |= 1 << hour;
    if (hour === last) return mask;
  }
}

/** From `Primary days:` on. */
export function accessLines(account: Account): readonly string[] {
  const primary = account.primaryDays ?? usualPrimaryDays;
  const dayWords = (isPrimary: boolean): string =>
    days
      .map((day, index) =>
        (primary[index] === isPrimary ? day.charAt(0) + day.slice(1, 3).toLowerCase() : '').padEnd(3),
      )
      .join(' ');
  return [
    `Primary days:   ${dayWords(true)}`,
    `Secondary days: ${dayWords(false)}`,
    ...(account.access === undefined ? ['No access restrictions'] : hourLines(account.access)),
  ];
}

const hourLines = (access: NonNullable<Account['access']>): readonly string[] => [
  'Primary   000000000011111111112222  Secondary 000000000011111111112222',
  'Day Hours 012345678901234567890123  Day Hours 012345678901234567890123',
  ...accessModes.map((mode) => {
    const { primary, secondary } = access[mode] ?? everything;
    const name = `${mode.charAt(0)}${mode.slice(1).toLowerCase()}:`;
    return `${name.padEnd(10)}${drawn(primary)}            ${drawn(secondary)}`;
  }),
];

function drawn(mask: number): string {
  if (mask === ALL) return '##### Full access ######';
  if (mask === 0) return '-----  No access  ------';
  return Array.from({ length: 24 }, (_, hour) => (((mask >> hour) & 1) === 1 ? '#' : '-')).join('');
}
