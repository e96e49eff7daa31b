/**
 * What listens when a node starts: the services that SET CONFIGURATION ENABLE SERVICE names, whatever ENABLE and DISABLE SERVICE said
 * to the node that ran before. One that is only restarted after a crash goes on as it was. Source: tcpip-smtp.md §1.4.
 */
import type { SystemStore } from '../ports/system-store.ts';

/** Set once what is enabled at a start is what starts. */
const SETTING = 'SERVICES_AS_CONFIGURED';

export async function enableConfiguredServices(store: SystemStore): Promise<void> {
  const isConfigured = (await store.setting(SETTING)) !== undefined;
  for (const service of await store.services('*')) {
    const { enabled, enabledAtStart } = service;
    if (enabled === enabledAtStart) continue;
    // Before, services went on as ENABLE SERVICE had left them, and sites rely on it: that is their configuration now.
    await store.putService(
      isConfigured ? { ...service, enabled: enabledAtStart } : { ...service, enabledAtStart: enabled },
    );
  }
  if (!isConfigured) await store.putSetting(SETTING, 'TRUE');
}
