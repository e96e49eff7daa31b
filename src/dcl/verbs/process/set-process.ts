/** SET PROCESS and SET RIGHTS_LIST: name, privileges, priority, identifiers. Source: dcl.md §14; DCL Dictionary. */
import type { ParsedCommand } from '../../../command-definition/index.ts';
import { DCL } from '../../../command-definition/index.ts';
import { Condition, condition, INHIBIT_MESSAGE, SYSTEM } from '../../../condition/index.ts';
import { quotaOf } from '../../../system/account-quotas.ts';
import { privilegeNames } from '../../../system/privileges.ts';
import type { ProcessContext } from '../../../system/process.ts';
import { environmentalIdentifiers, identifierAttributes } from '../../../system/rights-identifiers.ts';
import { mayHave } from '../../lexical/process.ts';
import { findNamedProcess, findProcess, isNameTaken } from '../../lexical/visible-processes.ts';
import { SET } from '../../messages.ts';
import type { CoreContext } from '../../verb.ts';
import type { CoreVerb } from '../core-verb.ts';

const LONGEST_NAME = 15;
/** Recorded after SET PROCESS. dcl.md §6.2 */
const DONE = SYSTEM.NORMAL.value | INHIBIT_MESSAGE;

export const setProcessVerbs: readonly CoreVerb[] = [
  {
    name: 'SET PROCESS',
    summary: 'Changes name, privileges and priority of the process.',
    parameters: [{ label: 'PROCESS_NAME' }],
    qualifiers: {
      CASE_LOOKUP: { negatable: false, value: { required: true, keywords: { BLIND: {}, SENSITIVE: {} } } },
      DUMP: { summary: 'accepted; images leave no dumps here' },
      IDENTIFICATION: { negatable: false, value: { required: true } },
      NAME: { negatable: false, value: { required: true } },
      PARSE_STYLE: {
        negatable: false,
        value: { required: true, keywords: { TRADITIONAL: {}, EXTENDED: {} } },
      },
      PRIORITY: { negatable: false, value: { required: true, type: '$NUMBER' } },
      PRIVILEGES: { negatable: false, value: { required: true, list: true } },
    },
    routine: async (command, context) => {
      const process = await target(command, context);
      const name = command.value('NAME');
      if (name !== undefined) await rename(process, name, context);
      setPriority(command, process, context);
      const notAll = setPrivileges(command.values('PRIVILEGES'), process);
      if (!notAll) return DONE;
      await context.interpreter.display(new Condition(SYSTEM.NOTALLPRIV));
      return SYSTEM.NOTALLPRIV.value;
    },
  },
  {
    name: 'SET RIGHTS_LIST',
    summary: 'Adds identifiers to the process, or takes them away.',
    parameters: [{ label: 'IDENTIFIER', prompt: 'Identifier', required: true, value: { list: true } }],
    qualifiers: {
      ATTRIBUTES: {
        negatable: false,
        value: {
          required: true,
          list: true,
          keywords: Object.fromEntries(identifierAttributes.map((each) => [each, { negatable: true }])),
        },
      },
      DISABLE: { negatable: false },
      ENABLE: { negatable: false },
      PROCESS: { negatable: false, value: {} },
    },
    disallow: ['ENABLE AND DISABLE', 'NOT ENABLE AND NOT DISABLE'],
    routine: async (command, { process }) => {
      for (const name of command.values('IDENTIFIER')) {
        if (command.present('DISABLE')) disable(process, name);
        else await enable(process, name, command.values('ATTRIBUTES'));
      }
      return DONE;
    },
  },
];

/** Only processes of the own job can be changed. Throws NONEXPR, NOPRIV. */
async function target(
  command: ParsedCommand,
  { interpreter, process }: CoreContext,
): Promise<ProcessContext> {
  const pid = command.value('IDENTIFICATION');
  const name = command.value('PROCESS_NAME');
  if (pid === undefined && name === undefined) return process;
  const seen =
    pid === undefined ? await findNamedProcess(interpreter, name!) : await findProcess(interpreter, pid);
  if (seen.own === undefined) throw new Condition(SYSTEM.NOPRIV);
  return seen.own;
}

/** Throws IVLOGNAM, DUPLNAM: a name is unique within a UIC group. */
async function rename(process: ProcessContext, name: string, { interpreter }: CoreContext): Promise<void> {
  if (name === '' || name.length > LONGEST_NAME) throw new Condition(SYSTEM.IVLOGNAM);
  if (name === process.processName) return;
  if (await isNameTaken(interpreter, name, process.account.uic.group)) throw new Condition(SYSTEM.DUPLNAM);
  process.processName = name;
}

/** Without ALTPRI no more than the account has; that is no error. */
function setPriority(command: ParsedCommand, process: ProcessContext, context: CoreContext): void {
  const text = command.value('PRIORITY');
  if (text === undefined) return;
  const priority = Number(text);
  if (priority < 0 || priority > 63) throw new Condition(SYSTEM.BADPARAM);
  const most = context.process.privileges.has('ALTPRI') ? 63 : quotaOf(process.account, 'PRIORITY');
  process.basePriority = Math.min(priority, most);
}

/** True when not all were authorized. */
function setPrivileges(words: readonly string[], process: ProcessContext): boolean {
  const names: readonly string[] = privilegeNames;
  let notAll = false;
  const expanded = words.flatMap((word) =>
    word === 'ALL' ? names : word === 'NOALL' ? names.map((each) => `NO${each}`) : [word],
  );
  for (const word of expanded) {
    const isWanted = names.includes(word) || word === 'DETACH';
    const given = isWanted ? word : word.replace(/^NO/, '');
    const name = given === 'DETACH' ? 'IMPERSONATE' : given;
    if (!names.includes(name)) throw new Condition(DCL.IVKEYW, [], { token: word });
    if (!isWanted) process.privileges.delete(name);
    else if (mayHave(process, name)) process.privileges.add(name);
    else notAll = true;
  }
  return notAll;
}

function disable(process: ProcessContext, name: string): void {
  if (!process.rights.has(name)) throw failure(name, SYSTEM.NOSUCHID);
  if (!isOwnToChange(process, name)) throw failure(name, SYSTEM.NOPRIV);
  process.rights.delete(name);
}

async function enable(process: ProcessContext, name: string, attributes: readonly string[]): Promise<void> {
  const known =
    environmentalIdentifiers[name] !== undefined ||
    (await process.node.account(name)) !== undefined ||
    (await process.node.identifier(name)) !== undefined;
  if (!known) throw failure(name, SYSTEM.NOSUCHID);
  if (!isOwnToChange(process, name)) throw failure(name, SYSTEM.NOPRIV);
  const held = process.account.identifiers?.find((each) => each.name === name);
  process.rights.set(name, attributes.length > 0 ? attributes : (held?.attributes ?? []));
}

/** One that the user holds with the attribute DYNAMIC; with CMKRNL any. */
const isOwnToChange = ({ account, privileges }: ProcessContext, name: string): boolean =>
  privileges.has('CMKRNL') ||
  (account.identifiers ?? []).some((each) => each.name === name && each.attributes.includes('DYNAMIC'));

const failure = (name: string, cause: typeof SYSTEM.NOPRIV): Condition =>
  condition(SET.NOTSET, name).with(condition(cause));
