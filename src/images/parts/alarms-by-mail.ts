/** Alarms by mail, with the queue, the settings and the databases of a node. */
import { randomUUID } from 'node:crypto';
import type { AlarmMail, KeptAlarms } from '../../operator/alarm-mail/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { QueueManager } from '../../ports/queue-manager.ts';
import type { SystemStore } from '../../ports/system-store.ts';
import type { CurrentSettings } from './current-settings.ts';

/** What is pending, and what was told when: a node that is restarted again and again tells it once. */
const RECORD = 'OPCOM_ALARMS';

export function mailAlarms(
  alarms: AlarmMail,
  node: {
    readonly systemStore: SystemStore;
    readonly queueManager: QueueManager;
    readonly settings: CurrentSettings;
    readonly clock: Clock;
    readonly log: Log;
    readonly configuration: { readonly nodeName: string; readonly hostName: string };
  },
): Promise<void> {
  const { systemStore, settings, configuration } = node;
  return alarms.start({
    ...node,
    ...configuration,
    settings: () => settings.refresh({ isUrgent: true }),
    uniqueId: () => randomUUID().slice(0, 8).toUpperCase(),
    record: {
      async read() {
        const text = await systemStore.setting(RECORD);
        return text === undefined ? undefined : (JSON.parse(text) as KeptAlarms);
      },
      write: (kept) => systemStore.putSetting(RECORD, JSON.stringify(kept)),
    },
  });
}
