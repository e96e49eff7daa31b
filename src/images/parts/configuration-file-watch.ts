/**
 * Watches TCPIP$SMTP.CONF for the whole node: a change counts within a second, a bad file is refused and operators hear
 * of each mistake. One process does it; the others read the system store. Source: tcpip-smtp.md §3.3.
 */
import { reasonOf } from '../../condition/index.ts';
import { smtpDirectories } from '../../mail/routing/index.ts';
import type { FileSystem } from '../../ports/file-system.ts';
import type { OperatorCommunication } from '../../ports/operator-communication.ts';
import type { SystemStore } from '../../ports/system-store.ts';
import { createLogicalNames } from '../../system/logical-name-tables.ts';
import { findConfigurationFile, loadConfigurationFile } from '../../system/settings/index.ts';

const POLL_MS = 1_000;
/** Operators read the rest in the answer to SET CONFIGURATION SMTP/FILE. */
const MISTAKES_TOLD = 10;

export interface ConfigurationFileWatch {
  stop(): void;
}

/** Resolves when the file as it is now was taken up, or refused. */
export async function watchConfigurationFile(deps: {
  readonly files: FileSystem;
  readonly systemStore: SystemStore;
  readonly operator: Pick<OperatorCommunication, 'operatorMessage'>;
}): Promise<ConfigurationFileWatch> {
  const logicalNames = createLogicalNames(deps.systemStore);
  let seen: string | undefined;
  let lastFailure: string | undefined;
  let isLooking = false;

  const look = async (): Promise<void> => {
    const directories = await smtpDirectories(logicalNames);
    const entry = await findConfigurationFile(deps.files, directories);
    const state = entry && `${entry.specification} ${entry.modified} ${entry.sizeBytes}`;
    if (seen === (state ?? '')) return;
    const loaded = await loadConfigurationFile({ files: deps.files, directories, store: deps.systemStore });
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
    deps.operator.operatorMessage('NETWORK', 'TCPIP$SMTP', lines.join('\n'));

  const lookSafely = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    try {
      await look();
      lastFailure = undefined;
    } catch (error) {
      const reason = reasonOf(error);
      if (reason !== lastFailure) tell(['the configuration file of SMTP cannot be read', reason]);
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
