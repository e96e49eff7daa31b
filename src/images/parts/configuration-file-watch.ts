/**
 * Watches TCPIP$SMTP.CONF and TCPIP$IMAP.CONF for the whole node: a change counts within a second, a bad file is refused and operators hear
 * of each mistake. One process does it; the others read the system store. Source: tcpip-smtp.md §3.3.
 */
import { reasonOf } from '../../condition/index.ts';
import { homeDirectories, smtpDirectories } from '../../mail/routing/index.ts';
import type { FileSystem } from '../../ports/file-system.ts';
import type { OperatorCommunication } from '../../ports/operator-communication.ts';
import type { SystemStore } from '../../ports/system-store.ts';
import { createLogicalNames } from '../../system/logical-name-tables.ts';
import {
  type ConfigurationFile,
  findConfigurationFile,
  imapConfigurationFile,
  loadConfigurationFile,
  smtpConfigurationFile,
} from '../../system/settings/index.ts';

const POLL_MS = 1_000;
/** Operators read the rest in the answer to SET CONFIGURATION SMTP/FILE. */
const MISTAKES_TOLD = 10;

export interface ConfigurationFileWatch {
  stop(): void;
}

interface WatchDependencies {
  readonly files: FileSystem;
  readonly systemStore: SystemStore;
  readonly operator: Pick<OperatorCommunication, 'operatorMessage'>;
}

/** Resolves when the files as they are now were taken up, or refused. */
export async function watchConfigurationFiles(deps: WatchDependencies): Promise<ConfigurationFileWatch> {
  const logicalNames = createLogicalNames(deps.systemStore);
  const watches = await Promise.all([
    watchOne(deps, smtpConfigurationFile, () => smtpDirectories(logicalNames)),
    watchOne(deps, imapConfigurationFile, () => homeDirectories('IMAP', logicalNames)),
  ]);
  return {
    stop() {
      for (const watch of watches) watch.stop();
    },
  };
}

async function watchOne(
  deps: WatchDependencies,
  file: ConfigurationFile,
  places: () => Promise<readonly string[]>,
): Promise<ConfigurationFileWatch> {
  let seen: string | undefined;
  let lastFailure: string | undefined;
  let isLooking = false;

  const look = async (): Promise<void> => {
    const directories = await places();
    const entry = await findConfigurationFile(file, deps.files, directories);
    const state = entry && `${entry.specification} ${entry.modified} ${entry.sizeBytes}`;
    if (seen === (state ?? '')) return;
    const loaded = await loadConfigurationFile({
      file,
      files: deps.files,
      directories,
      store: deps.systemStore,
    });
    seen = state ?? '';
    if (loaded.kind !== 'bad') return;
    const told = loaded.mistakes.slice(0, MISTAKES_TOLD).map(({ line, reason }) => `line ${line}: ${reason}`);
    const more = loaded.mistakes.length - told.length;
    tell([
      `${loaded.specification} is refused, the settings stay as they are`,
      ...told,
      ...(more > 0 ? [`and ${more} more`] : []),
    ]);
  };
  const tell = (lines: readonly string[]): void =>
    deps.operator.operatorMessage('NETWORK', `TCPIP$${file.component}`, lines.join('\n'), {
      about: `configuration file of ${file.component}`,
    });

  const lookSafely = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    try {
      await look();
      lastFailure = undefined;
    } catch (error) {
      const reason = reasonOf(error);
      if (reason !== lastFailure)
        tell([`the configuration file of ${file.component} cannot be read`, reason]);
      lastFailure = reason;
    } finally {
      isLooking = false;
    }
  };
  await lookSafely();
  const poll = setInterval(() => void lookSafely(), POLL_MS);
  poll.unref();
  return { stop: () => clearInterval(poll) };
}
