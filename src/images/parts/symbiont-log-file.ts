/**
 * The symbiont's log: the file that SET CONFIGURATION SMTP /LOG names, found anew when the setting changes.
 * Source: tcpip-smtp.md §3.1, §6.4.
 */
import { createOperatorLog } from '../../adapters/node/operator-log.ts';
import { Condition, RMS } from '../../condition/index.ts';
import { createLogicalNames } from '../../system/logical-name-tables.ts';
import { resolveFile } from '../../system/resolve-file.ts';
import { NO_LOG_FILE } from '../../system/settings/index.ts';
import type { CurrentSettings } from './current-settings.ts';
import type { NodeContext } from './node-context.ts';

export interface SymbiontLogFile {
  append(text: string): void;
  /** Takes up the file the setting names now. A file that cannot be had leaves the one before, and operators hear why. */
  follow(): Promise<void>;
}

const nowhere = { append: (): void => {} };

export function symbiontLogFile(context: NodeContext, settings: CurrentSettings): SymbiontLogFile {
  let named: string | undefined;
  let log: { append(text: string): void } = nowhere;
  return {
    append: (text) => log.append(text),
    async follow() {
      const { logFile } = settings.now();
      if (logFile === named) return;
      named = logFile;
      try {
        log =
          logFile === NO_LOG_FILE
            ? nowhere
            : createOperatorLog(await hostPathOf(context, logFile), context.log);
      } catch (error) {
        if (!(error instanceof Condition)) throw error;
        context.operator.operatorMessage(
          'CENTRAL',
          'SYMBIONT_1',
          `error opening ${logFile}\n${error.message}`,
          { about: 'log of the symbiont' },
        );
      }
    },
  };
}

/** The highest version goes on; a file that is not there yet is made. Throws RMS conditions. */
async function hostPathOf({ files, systemStore }: NodeContext, logFile: string): Promise<string> {
  const logicalNames = createLogicalNames(systemStore);
  await logicalNames.refresh();
  const process = { logicalNames, files, defaultDirectory: 'DKA0:[TCPIP$SMTP]' };
  const specification = await resolveFile(process, logFile, 'TCPIP$SMTP_LOGFILE.LOG');
  try {
    return await files.hostPath(specification);
  } catch (error) {
    if (!(error instanceof Condition) || error.value !== RMS.FNF.value) throw error;
    const file = await files.create(specification);
    await file.close();
    return files.hostPath(file.specification);
  }
}
