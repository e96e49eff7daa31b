/** Message-Log and Message-Log-Versions, as the journal of messages asks for them. */
import type { JournalPolicy } from '../../adapters/node/message-journal.ts';
import type { CurrentSettings } from './current-settings.ts';

/** Synchronous: a change counts the next time. */
export const journalPolicy =
  (settings: CurrentSettings): (() => JournalPolicy) =>
  () => {
    // While the store fails, what was read last counts.
    settings.refresh().catch(() => {});
    const { messageLog, messageLogVersions } = settings.now();
    return { isKept: messageLog, versions: messageLogVersions };
  };
