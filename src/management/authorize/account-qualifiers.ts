/** Qualifiers of ADD, COPY, MODIFY, RENAME and DEFAULT. Source: System Management Utilities Reference, AUTHORIZE, ADD. */
import type { QualifierDefinition } from '../../command-definition/index.ts';
import { accountFlagNames } from '../../system/account-flags.ts';
import { type QuotaName, quotaNames } from '../../system/account-quotas.ts';
import { privilegeNames } from '../../system/privileges.ts';
import { accessQualifiers, primeDaysQualifier } from './access-hours.ts';

const negatable = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, { negatable: true }]));
const text = { negatable: false, value: { required: true } } as const;
const number = { negatable: false, value: { required: true, type: '$NUMBER' } } as const;
const privileges = {
  negatable: false,
  value: {
    required: true,
    list: true,
    // DETACH is what IMPERSONATE was called before.
    keywords: negatable([...privilegeNames, 'ALL', 'DETACH']),
  },
} as const;

const summaries: Partial<Record<QuotaName, string>> = {
  PRCLM: 'subprocesses a job may have at a time',
  MAILQUOTA: 'MiB of mail, in the place of Mail-Quota; 0: that',
};
const quotaQualifiers = Object.fromEntries(
  quotaNames.map((name) => [
    name,
    {
      ...number,
      summary: summaries[name] ?? 'a limit; kept and shown',
    },
  ]),
);

export const accountQualifiers: Readonly<Record<string, QualifierDefinition>> = {
  ACCOUNT: { ...text, summary: 'up to 8 characters, for accounting' },
  ADD_IDENTIFIER: { default: true, summary: 'the user has an identifier of his own; he always has' },
  CLI: text,
  CLITABLES: text,
  CPUTIME: { negatable: false, value: { required: true } },
  DEFPRIVILEGES: { ...privileges, summary: 'privileges a process begins with' },
  DEVICE: text,
  DIRECTORY: { ...text, summary: 'login directory, [NAME]; made if it is not there' },
  EXPIRATION: { value: { required: true, type: '$DATETIME' }, summary: 'when the account ends' },
  FLAGS: {
    negatable: false,
    value: { required: true, list: true, keywords: negatable(accountFlagNames) },
    summary: 'login flags; NO in front takes one away',
  },
  GENERATE_PASSWORD: {
    value: { keywords: { BOTH: {}, CURRENT: {}, PRIMARY: {}, SECONDARY: {} } },
    summary: 'makes passwords up and lets you choose',
  },
  LGICMD: { value: { required: true }, summary: 'login procedure' },
  OWNER: { ...text, summary: 'full name, quoted' },
  PASSWORD: {
    value: { required: true, list: true },
    summary: 'letter case counts only with the flag PWDMIX, and in quotes',
  },
  PRIVILEGES: { ...privileges, summary: 'privileges that may be enabled' },
  PWDEXPIRED: { summary: 'the password has to be changed before it can be used' },
  PWDLIFETIME: {
    value: { required: true, type: '$DELTATIME' },
    summary: 'how long a password may be used',
  },
  PWDMINIMUM: { ...number, summary: 'shortest password, in characters' },
  UIC: { ...text, summary: '[group,member], octal' },
  PRIMEDAYS: { ...primeDaysQualifier, summary: 'which days are primary' },
  ...accessQualifiers,
  ...(quotaQualifiers as Record<QuotaName, QualifierDefinition>),
};
