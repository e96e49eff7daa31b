/**
 * TCPIP> management: the utility with its prompt, the DCL verb TCPIP, and AUTHORIZE. What they do is loaded when one of
 * them is used: a session waits for nothing it does not need.
 */
import { type CommandTable, defineVerb } from '../command-definition/index.ts';
import type { Image, ImageContext, VerbContext } from '../system/image.ts';
import { runUtilityCommand, runUtilityLoop } from '../system/utility-loop.ts';
import type { AuthorizeDeps } from './authorize/index.ts';
import type { ManagementDeps } from './deps.ts';
import type { SysgenDeps } from './sysgen/index.ts';

export { accountingTable } from './accounting/index.ts';
export type { ManagementDeps, ServiceState } from './deps.ts';
export { TCPIP } from './messages.ts';
export { createPasswordTable } from './password-table.ts';

/** `MCR AUTHORIZE`. */
export const createAuthorizeImage =
  (deps: AuthorizeDeps): Image =>
  async (context, command) =>
    (await import('./authorize/index.ts')).createAuthorizeImage(deps)(context, command);

/** `MCR SYSGEN`. */
export const createSysgenImage =
  (deps: SysgenDeps): Image =>
  async (context, command) =>
    (await import('./sysgen/index.ts')).createSysgenImage(deps)(context, command);

/** `RUN SYS$SYSTEM:TCPIP$UCP`, `vmsmail tcpip`: one command of the command line, or the prompt `TCPIP> `. */
export const createTcpipImage =
  (deps: ManagementDeps): Image =>
  (context) =>
    runTcpip(deps, context, context.commandLine);

/** `$ TCPIP [command]`; UCX is what it was called before V5.0. */
export const createDclTcpipTable = (deps: ManagementDeps): CommandTable<VerbContext> => ({
  name: 'TCPIP',
  verbs: [
    defineVerb<VerbContext>({
      name: 'TCPIP',
      synonyms: ['UCX'],
      summary: 'Manages TCP/IP Services: one command, or the prompt TCPIP>.',
      source: 'Management Command Reference, chapter 1',
      parameters: [{ label: 'COMMAND', prompt: 'Command', value: { type: '$REST_OF_LINE' } }],
      routine: (command, context) => runTcpip(deps, context, command.value('COMMAND') ?? ''),
    }),
  ],
});

async function runTcpip(deps: ManagementDeps, context: ImageContext, line: string): Promise<number> {
  const { createTcpipTable } = await import('./tcpip-table.ts');
  let isEnding = false;
  const table = createTcpipTable(deps, () => {
    isEnding = true;
  });
  const utility = { table, context, onBug: deps.onBug };
  if (line.trim() !== '') return runUtilityCommand(context, utility, line);
  return runUtilityLoop(context, { ...utility, prompt: 'TCPIP> ', isEnding: () => isEnding });
}
