/**
 * The commands of MAIL as vms-mail.md §1.7 and §2 list them, with every qualifier: the tables have each of them, and nothing
 * else but what is ours.
 */
import { describe, expect, it } from 'vitest';
import type { QualifierDefinition, VerbDefinition } from '../../command-definition/index.ts';
import { createDclMailTable } from './dcl-mail.ts';
import { createMailTable } from './mail-table.ts';

/** §2.0.1 */
const sending = '[NO]CC_PROMPT [NO]EDIT [NO]PERSONAL_NAME= [NO]SELF [NO]SIGNATURE_FILE[=]';
/** §2.0.2 */
const selecting =
  'BEFORE[=] SINCE[=] FROM_SUBSTRING= TO_SUBSTRING= CC_SUBSTRING= SUBJECT_SUBSTRING= [NO]MARKED [NO]REPLIED NEW';
const editing = '[NO]EDIT';
const printing =
  'ALL AFTER= [NO]BURST[=] CANCEL COPIES= [NO]FEED [NO]FLAG[=] FORM= [NO]HEADER [NO]HOLD NAME= [NO]NOTIFY NOW ' +
  'PARAMETERS= PRINT QUEUE= SETUP= [NO]SPACE [NO]TRAILER[=]';

/** Command, its parameters (`[x]` may be left out, `x...` is a list), its qualifiers. */
const commands: readonly (readonly [verb: string, parameters: string, qualifiers: string])[] = [
  ['ANSWER', '[file]', `${sending} [NO]EXTRACT [NO]HEADER LAST`],
  ['ATTACH', '[process-name]', 'PARENT'],
  ['BACK', '', editing],
  ['COMPRESS', '[file]', 'OUTPUT='],
  ['COPY', 'folder [file]', 'ALL [NO]CONFIRM'],
  ['CURRENT', '', editing],
  [
    'DEFINE/KEY',
    'key-name equivalence-string',
    '[NO]ECHO [NO]ERASE [NO]IF_STATE= [NO]LOCK_STATE [NO]LOG [NO]SET_STATE= [NO]TERMINATE',
  ],
  ['DELETE', '[numbers...]', 'ALL'],
  ['DIRECTORY', '[folder-name]', `${selecting} FOLDER FULL START=`],
  ['EDIT', 'file', '[NO]COMMAND[=] [NO]CREATE [NO]JOURNAL[=] [NO]OUTPUT= [NO]READ_ONLY [NO]RECOVER'],
  ['ERASE', '', ''],
  ['EXIT', '', ''],
  ['EXTRACT', 'file', 'ALL APPEND [NO]HEADER MAIL'],
  ['FILE', 'folder [file]', 'ALL [NO]CONFIRM'],
  ['FIRST', '', editing],
  ['FORWARD', '', `${sending} [NO]HEADER`],
  ['HELP', '[topic]', ''],
  ['LAST', '', editing],
  ['MAIL', '[file]', `${sending} FOREIGN LAST SUBJECT=`],
  ['MARK', '[numbers...]', 'ALL'],
  ['MOVE', 'folder [file]', 'ALL [NO]CONFIRM'],
  ['NEXT', '', editing],
  ['PRINT', '', printing],
  ['PURGE', '', 'RECLAIM STATISTICS'],
  ['QUIT', '', ''],
  ['READ', '[folder] [number]', `${selecting} ${editing}`],
  ['REMOVE', 'user', '[NO]CONFIRM'],
  ['REPLY', '[file]', `${sending} [NO]EXTRACT [NO]HEADER LAST`],
  ['SEARCH', '[string]', ''],
  ['SELECT', '[folder]', selecting],
  ['SEND', '[file]', `${sending} FOREIGN LAST SUBJECT=`],
  ['SPAWN', '[command]', 'INPUT= [NO]LOGICAL_NAMES OUTPUT= PROCESS= [NO]SYMBOLS [NO]WAIT'],
  ['UNMARK', '[numbers...]', 'ALL'],
  // ---- §2.33
  ...['AUTO_PURGE', 'CC_PROMPT'].flatMap(
    (name) =>
      [
        [`SET ${name}`, '', ''],
        [`SET NO${name}`, '', ''],
        [`SHOW ${name}`, '', ''],
      ] as const,
  ),
  ['SET COPY_SELF', 'commands...', ''],
  ['SET FILE', 'file', ''],
  ['SET FOLDER', '[folder]', selecting],
  ['SET FORWARD', 'address...', 'USER='],
  ['SET NOFORWARD', '', 'USER='],
  ['SET MAIL_DIRECTORY', 'directory', ''],
  ['SET NOMAIL_DIRECTORY', '', ''],
  ['SET PERSONAL_NAME', 'name', ''],
  ['SET NOPERSONAL_NAME', '', ''],
  ...['EDITOR', 'FORM', 'QUEUE', 'SIGNATURE_FILE', 'TRANSPORT'].flatMap(
    (name) =>
      [
        [`SET ${name}`, 'value', ''],
        [`SET NO${name}`, '', ''],
        [`SHOW ${name}`, '', ''],
      ] as const,
  ),
  ['SET WASTEBASKET_NAME', 'folder', ''],
  ...[
    'ALL',
    'COPY_SELF',
    'DELETED',
    'FILE',
    'FOLDER',
    'MAIL_DIRECTORY',
    'NEW_MAIL_COUNT',
    'WASTEBASKET_NAME',
  ].map((name) => [`SHOW ${name}`, '', ''] as const),
  ['SHOW FORWARD', '', 'ALL USER='],
  ['SHOW PERSONAL_NAME', '', 'ALL USER='],
  ['SHOW KEY', '[key-name]', 'ALL [NO]BRIEF DIRECTORY FULL [NO]STATE='],
];

/** §1.7; dcl.md §20 */
const dclMail = {
  parameters: '[file] [to...]',
  qualifiers:
    'CC_LIST= [NO]CC_PROMPT [NO]EDIT[=] FOREIGN [NO]PERSONAL_NAME= PROTOCOL= [NO]SELF [NO]SIGNATURE_FILE[=] SUBJECT=',
};

/** Ours: mail of today has attachments. docs/deviations.md */
const isOurs = (name: string): boolean => /\b(ATTACHMENTS?|RAW)\b/.test(name);

const table = createMailTable();

function written(verb: VerbDefinition<never>): { readonly parameters: string; readonly qualifiers: string } {
  const parameters = (verb.parameters ?? []).map(({ label, required, value }) => {
    const name = `${label.toLowerCase().replaceAll('_', '-')}${value?.list === true ? '...' : ''}`;
    return required === true ? name : `[${name}]`;
  });
  const known = Object.entries(verb.qualifiers ?? {}).filter(([name]) => !isOurs(name));
  const qualifiers = known.map(([name, definition]) => form(name, definition));
  return { parameters: parameters.join(' '), qualifiers: sorted(qualifiers.join(' ')) };
}

function form(name: string, { negatable, value }: QualifierDefinition): string {
  const needsValue = value?.required === true;
  return `${negatable === false ? '' : '[NO]'}${name}${value === undefined ? '' : needsValue ? '=' : '[=]'}`;
}

const sorted = (words: string): string =>
  words
    .split(' ')
    .sort((a, b) => (a.replace('[NO]', '') < b.replace('[NO]', '') ? -1 : 1))
    .join(' ');

describe('the commands of MAIL', () => {
  it.each(commands)('%s %s', (name, parameters, qualifiers) => {
    const verb = table.verbs.find((each) => each.name === name || each.synonyms?.includes(name));
    expect(verb, `${name} is missing`).toBeDefined();
    expect(written(verb!)).toEqual({ parameters, qualifiers: sorted(qualifiers) });
  });

  it('are these, and all of them do something', () => {
    const names = table.verbs.flatMap(({ name, synonyms = [] }) => [name, ...synonyms]);
    expect(names.filter((name) => !isOurs(name)).sort()).toEqual(commands.map(([name]) => name).sort());
    expect(table.verbs.filter(({ routine }) => routine === undefined).map(({ name }) => name)).toEqual([]);
  });

  it('of DCL have their qualifiers', () => {
    const [verb] = createDclMailTable({} as never).verbs;
    expect(written(verb!)).toEqual({
      parameters: dclMail.parameters,
      qualifiers: sorted(dclMail.qualifiers),
    });
  });
});
