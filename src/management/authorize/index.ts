/** `MCR AUTHORIZE [command]`: the user authorization file. Needs SYSPRV. Source: System Management Utilities Reference, AUTHORIZE. */
import { condition, conditionLines, RMS } from '../../condition/index.ts';
import type { SystemStore } from '../../ports/system-store.ts';
import type { Image } from '../../system/image.ts';
import { mayManageSystem } from '../../system/privileges.ts';
import { runUtilityCommand, runUtilityLoop } from '../../system/utility-loop.ts';
import type { AuthorizeSession } from './authorize-session.ts';
import { UAF } from './messages.ts';
import { authorizeTable } from './verbs/index.ts';

export interface AuthorizeDeps {
  readonly systemStore: () => Promise<SystemStore>;
  /** Mail files and profile of a user belong to another name from now on. False where there is mail of the new name. */
  readonly renameMail: (userName: string, newName: string) => Promise<boolean>;
  /** Where bugs go. */
  readonly onBug: (error: unknown) => void;
}

export const createAuthorizeImage =
  ({ systemStore, renameMail, onBug }: AuthorizeDeps): Image =>
  async (context) => {
    if (!mayManageSystem(context.process.privileges)) {
      throw condition(UAF.NAOFIL).with(condition(RMS.PRV));
    }
    const session: AuthorizeSession = {
      image: context,
      store: await systemStore(),
      renameMail,
      isEnding: false,
      isModified: false,
      areRightsModified: false,
    };
    const utility = { prompt: 'UAF> ', table: authorizeTable, context: session, onBug };
    const line = context.commandLine.trim();
    const status =
      line === ''
        ? await runUtilityLoop(context, { ...utility, isEnding: () => session.isEnding })
        : await runUtilityCommand(context, utility, line);
    const closing = [
      session.isModified ? UAF.DONEMSG : UAF.NOMODS,
      UAF.NAFNOMODS,
      session.areRightsModified ? UAF.RDBDONEMSG : UAF.RDBNOMODS,
    ];
    for (const message of closing) {
      for (const text of conditionLines(condition(message))) await context.output.writeLine(text);
    }
    return status;
  };
