/** `MCR AUTHORIZE [command]`: the user authorization file. Needs SYSPRV. Source: System Management Utilities Reference, AUTHORIZE. */
import { condition, conditionLines, RMS } from '../../condition/index.ts';
import type { SystemStore } from '../../ports/system-store.ts';
import type { Image } from '../../system/image.ts';
import { mayManageSystem } from '../../system/privileges.ts';
import { runUtilityCommand, runUtilityLoop } from '../../system/utility-loop.ts';
import { UAF } from './messages.ts';
import { type AuthorizeSession, authorizeTable } from './verbs.ts';

export interface AuthorizeDeps {
  readonly systemStore: () => Promise<SystemStore>;
  /** Where bugs go. */
  readonly onBug: (error: unknown) => void;
}

export const createAuthorizeImage =
  ({ systemStore, onBug }: AuthorizeDeps): Image =>
  async (context) => {
    if (!mayManageSystem(context.process.privileges)) {
      throw condition(UAF.NAOFIL).with(condition(RMS.PRV));
    }
    const session: AuthorizeSession = {
      image: context,
      store: await systemStore(),
      isEnding: false,
      isModified: false,
    };
    const utility = { prompt: 'UAF> ', table: authorizeTable, context: session, onBug };
    const line = context.commandLine.trim();
    const status =
      line === ''
        ? await runUtilityLoop(context, { ...utility, isEnding: () => session.isEnding })
        : await runUtilityCommand(context, utility, line);
    const closing = condition(session.isModified ? UAF.DONEMSG : UAF.NOMODS);
    for (const text of conditionLines(closing)) await context.output.writeLine(text);
    return status;
  };
