/**
 * `MCR SYSGEN [command]`: the system parameters of logins, LGI_…; this system has no others to set.
 * Source: System Management Utilities Reference, SYSGEN.
 */
import type { OperatorCommunication } from '../../ports/operator-communication.ts';
import type { SystemStore } from '../../ports/system-store.ts';
import type { Image } from '../../system/image.ts';
import { readLoginParameters } from '../../system/login-parameters.ts';
import { runUtilityCommand, runUtilityLoop } from '../../system/utility-loop.ts';
import type { SysgenSession } from './sysgen-session.ts';
import { sysgenTable } from './verbs.ts';

export interface SysgenDeps {
  readonly systemStore: () => Promise<SystemStore>;
  readonly opcom: Pick<OperatorCommunication, 'operatorMessage'>;
  /** Where bugs go. */
  readonly onBug: (error: unknown) => void;
}

export const createSysgenImage =
  ({ systemStore, opcom, onBug }: SysgenDeps): Image =>
  async (context) => {
    const store = await systemStore();
    const work = await readLoginParameters(store);
    const session: SysgenSession = { image: context, store, opcom, work, origin: 'Active', isEnding: false };
    const utility = { prompt: 'SYSGEN> ', table: sysgenTable, context: session, onBug };
    const line = context.commandLine.trim();
    return line === ''
      ? runUtilityLoop(context, { ...utility, isEnding: () => session.isEnding })
      : runUtilityCommand(context, utility, line);
  };
