/** F$GETJPI, F$PROCESS, F$USER, F$PRIVILEGE, F$SETPRV. Source: dcl.md §16.4. */
import { privilegeNames } from '../../system/privileges.ts';
import type { ProcessContext } from '../../system/process.ts';
import { badKeyword, keyword, truth } from './arguments.ts';
import type { LexicalContext, LexicalFunction } from './lexical-function.ts';
import { type ProcessSubject, processItems, processSubject } from './process-items.ts';
import { findProcess } from './visible-processes.ts';

export const processLexicals: readonly LexicalFunction[] = [
  {
    name: 'F$GETJPI',
    minimum: 2,
    maximum: 2,
    asynchronous: true,
    evaluate: async (args, context) => {
      const item = keyword(args, 1);
      const answer = Object.hasOwn(processItems, item) ? processItems[item] : undefined;
      if (answer === undefined) throw badKeyword(item);
      return answer(await subjectOf(context, keyword(args, 0)));
    },
  },
  { name: 'F$PROCESS', minimum: 0, maximum: 0, evaluate: (_args, { process }) => process.processName },
  {
    name: 'F$USER',
    minimum: 0,
    maximum: 0,
    evaluate: (_args, { process }) => `[${process.account.userName}]`,
  },
  {
    name: 'F$PRIVILEGE',
    minimum: 1,
    maximum: 1,
    evaluate: (args, { process }) =>
      truth(
        privilegeList(keyword(args, 0)).every(({ name, wanted }) => process.privileges.has(name) === wanted),
      ),
  },
  {
    name: 'F$SETPRV',
    minimum: 1,
    maximum: 1,
    evaluate: (args, context) => setPrivileges(keyword(args, 0), context),
  },
];

async function subjectOf(context: LexicalContext, pid: string): Promise<ProcessSubject> {
  const { account: own, node } = context.process;
  const seen = await findProcess(context, pid);
  const { userName } = seen.process;
  return processSubject(seen, userName === own.userName ? own : await node.account(userName), context);
}

/** `OPER,NOSYSPRV` */
function privilegeList(list: string): readonly { readonly name: string; readonly wanted: boolean }[] {
  if (list === '') return [];
  return list.split(',').map((each) => {
    const word = each.trim();
    const wanted = !word.startsWith('NO');
    const given = wanted ? word : word.slice(2);
    // What IMPERSONATE was called before V7.1.
    const name = given === 'DETACH' ? 'IMPERSONATE' : given;
    if (!(privilegeNames as readonly string[]).includes(name)) throw badKeyword(word);
    return { name, wanted };
  });
}

/** Sets what is authorized; returns the former states. */
function setPrivileges(list: string, { process }: LexicalContext): string {
  const former: string[] = [];
  for (const { name, wanted } of privilegeList(list)) {
    former.push(process.privileges.has(name) ? name : `NO${name}`);
    if (!wanted) process.privileges.delete(name);
    else if (mayHave(process, name)) process.privileges.add(name);
  }
  return former.join(',');
}

/** Authorized, or SETPRV: everything. */
export const mayHave = (process: ProcessContext, name: string): boolean =>
  process.account.privileges.includes(name) || process.account.privileges.includes('SETPRV');
