/** F$GETJPI, F$PID, F$PROCESS, F$USER, F$PRIVILEGE, F$SETPRV. Source: dcl.md §16.4. */
import { Condition, SYSTEM } from '../../condition/index.ts';
import { privilegeNames } from '../../system/privileges.ts';
import type { ProcessContext } from '../../system/process.ts';
import { formatTime } from '../../vms-time/index.ts';
import { badKeyword, keyword, text, truth } from './arguments.ts';
import type { LexicalContext, LexicalFunction } from './lexical-function.ts';

export const processLexicals: readonly LexicalFunction[] = [
  {
    name: 'F$GETJPI',
    minimum: 2,
    maximum: 2,
    evaluate: (args, { process }) => {
      const pid = keyword(args, 0);
      const item = keyword(args, 1);
      const answer = Object.hasOwn(items, item) ? items[item] : undefined;
      if (answer === undefined) throw badKeyword(item);
      if (pid !== '' && Number.parseInt(pid, 16) !== Number.parseInt(process.pid, 16)) {
        throw new Condition(SYSTEM.NONEXPR, [], { token: pid });
      }
      return answer(process);
    },
  },
  {
    // One's own process is the one every process may see; the symbol keeps the place.
    name: 'F$PID',
    minimum: 1,
    maximum: 1,
    symbolArguments: [0],
    evaluate: (args, context) => {
      const name = text(args, 0);
      const started = context.symbolValue(name);
      if (started !== undefined && started !== '') {
        context.setLocalSymbol(name, '');
        return '';
      }
      context.setLocalSymbol(name, context.process.pid);
      return context.process.pid;
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

/** `OPER,NOSYSPRV` */
function privilegeList(list: string): readonly { readonly name: string; readonly wanted: boolean }[] {
  if (list === '') return [];
  return list.split(',').map((each) => {
    const word = each.trim();
    const known: readonly string[] = privilegeNames;
    if (known.includes(word)) return { name: word, wanted: true };
    if (word.startsWith('NO') && known.includes(word.slice(2))) return { name: word.slice(2), wanted: false };
    throw badKeyword(word);
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

const octal = (value: number): string => value.toString(8);

const items: Readonly<Record<string, (process: ProcessContext) => string | number>> = {
  ACCOUNT: () => ''.padEnd(8),
  AUTHPRIV: ({ account }) => account.privileges.join(','),
  CURPRIV: ({ privileges }) => [...privileges].sort().join(','),
  PROCPRIV: ({ privileges }) => [...privileges].sort().join(','),
  IMAGPRIV: () => '',
  CPUTIM: ({ clock, startedAt }) => Math.max(0, Math.floor((clock.now() - startedAt) / 10)) % 2 ** 31,
  CPULIM: () => 0,
  DIRIO: () => 0,
  BUFIO: () => 0,
  PAGEFLTS: () => 0,
  GRP: ({ account }) => account.uic.group,
  MEM: ({ account }) => account.uic.member,
  UIC: ({ account }) => `[${octal(account.uic.group)},${octal(account.uic.member)}]`,
  IMAGNAME: () => '',
  JOBTYPE: ({ mode }) => ({ OTHER: 0, NETWORK: 1, BATCH: 2, INTERACTIVE: 3 })[mode],
  LOGINTIM: ({ startedAt }) => formatTime(startedAt),
  MASTER_PID: ({ pid }) => pid,
  MODE: ({ mode }) => mode,
  NODENAME: ({ nodeName }) => nodeName,
  OWNER: () => '',
  PID: ({ pid }) => pid,
  PRCNAM: ({ processName }) => processName,
  PRI: () => 4,
  PRIB: () => 4,
  PRCCNT: () => 0,
  PROC_INDEX: ({ pid }) => Number.parseInt(pid, 16) & 0xffff,
  STATE: () => 'CUR',
  STS: () => 0,
  TERMINAL: ({ terminal }) => terminal?.deviceName ?? '',
  TT_ACCPORNAM: () => '',
  UAF_FLAGS: ({ account }) => account.flags.join(','),
  // Padded: procedures wrap it in F$EDIT(…,"TRIM"). dcl.md §16.4
  USERNAME: ({ account }) => account.userName.padEnd(12),
  WSSIZE: () => 0,
  WSAUTH: () => 0,
  WSEXTENT: () => 0,
  WSQUOTA: () => 0,
};
