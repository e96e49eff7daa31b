/** SHOW PROCESS [name]. Source: dcl.md §14; DCL Dictionary, SHOW PROCESS. */
import type { ParsedCommand } from '../../../command-definition/index.ts';
import { Condition, SYSTEM } from '../../../condition/index.ts';
import type { NodeProcess } from '../../../ports/node-information.ts';
import type { Account } from '../../../ports/system-store.ts';
import { outputFile, writeListing } from '../../../system/command-output.ts';
import { findNamedProcess, findProcess, jobOf, type SeenProcess } from '../../lexical/visible-processes.ts';
import { SHOW } from '../../messages.ts';
import type { CoreContext } from '../../verb.ts';
import type { CoreVerb } from '../core-verb.ts';
import {
  accountingLines,
  headingLines,
  identityLines,
  memoryLines,
  nothingUsed,
  privilegeLines,
  quotaLines,
  rightsLines,
  subprocessLines,
} from './process-display.ts';

const flag = { negatable: false } as const;

export const showProcessVerbs: readonly CoreVerb[] = [
  {
    name: 'SHOW PROCESS',
    summary: 'Shows a process: user, name, default directory, privileges, quotas, what it has used.',
    parameters: [{ label: 'PROCESS_NAME' }],
    qualifiers: {
      ACCOUNTING: flag,
      ALL: flag,
      CASE_LOOKUP: flag,
      IDENTIFICATION: { negatable: false, value: { required: true } },
      MEMORY: flag,
      OUTPUT: { value: { required: true, type: '$OUTFILE' } },
      PARSE_STYLE: flag,
      PRIVILEGES: flag,
      QUOTAS: flag,
      RIGHTS_LIST: flag,
      SUBPROCESSES: flag,
    },
    routine: async (command, context) => {
      const seen = await wanted(command, context);
      await writeListing(context, outputFile(command), await lines(command, seen, context));
      return SYSTEM.NORMAL.value;
    },
  },
];

/** Throws INVQUAVAL, NONEXPR, NOPRIV. */
async function wanted(command: ParsedCommand, { interpreter }: CoreContext): Promise<SeenProcess> {
  const pid = command.value('IDENTIFICATION');
  const name = command.value('PROCESS_NAME');
  if (pid === undefined)
    return name === undefined ? findProcess(interpreter, '') : findNamedProcess(interpreter, name);
  if (!/^(%X)?[0-9A-F]{1,8}$/.test(pid)) throw new Condition(SHOW.INVQUAVAL, [pid, 'IDENTIFICATION']);
  try {
    return await findProcess(interpreter, pid);
  } catch (error) {
    // A lexical function echoes the number, the command does not. dcl.md §14 [R7]
    throw error instanceof Condition ? new Condition(error.definition) : error;
  }
}

async function lines(
  command: ParsedCommand,
  seen: SeenProcess,
  context: CoreContext,
): Promise<readonly string[]> {
  const { process } = seen;
  const { nodeName, clock } = context.process;
  const sections = await sectionsOf(seen, context);
  const isAll = command.present('ALL');
  // Rights stand with the privileges.
  const names = Object.keys(sections).filter((name) =>
    isAll || command.present('PRIVILEGES')
      ? name !== 'RIGHTS_LIST' && (isAll || command.present(name))
      : command.present(name),
  );
  return [
    ...headingLines(process, nodeName, clock.now()),
    ...(names.length === 0 || isAll ? identityLines(process, nodeName, seen.own?.defaultDirectory) : []),
    ...names.flatMap((name) => sections[name]!()),
  ];
}

/** In the order /ALL shows them. */
async function sectionsOf(
  { process, own }: SeenProcess,
  context: CoreContext,
): Promise<Readonly<Record<string, () => readonly string[]>>> {
  const { nodeName, clock } = context.process;
  const usage = process.usage ?? nothingUsed;
  const account: Account | undefined = own?.account ?? (await context.process.node.account(process.userName));
  const attributes = (name: string): readonly string[] => own?.rights.get(name) ?? [];
  const job: readonly NodeProcess[] = await jobOf(context.interpreter, process);
  return {
    QUOTAS: () => (account === undefined ? [] : quotaLines(account)),
    ACCOUNTING: () => accountingLines(usage, Math.max(0, clock.now() - process.startedAt)),
    MEMORY: () => memoryLines(usage),
    PRIVILEGES: () => privilegeLines(account?.privileges, process, nodeName, attributes),
    RIGHTS_LIST: () => rightsLines(process.rights, nodeName, attributes),
    PARSE_STYLE: () => ['', 'Parse Style: Traditional'],
    CASE_LOOKUP: () => ['', 'Case Lookup: Blind'],
    SUBPROCESSES: () => subprocessLines(job, process.pid),
  };
}
