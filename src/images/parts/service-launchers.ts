/** Which processes serve which services: each server program has its own. */
import type { ServiceLauncher } from '../../ports/service-launcher.ts';

/**
 * @param launchers  by the process name in the service record, `TCPIP$POP`
 * @param others  serves what no server of ours is for: the service's own procedure decides
 */
export function launcherByService(
  launchers: ReadonlyMap<string, ServiceLauncher>,
  others: ServiceLauncher,
): ServiceLauncher {
  return {
    activate: (service, socket, peer) =>
      (launchers.get(service.processName) ?? others).activate(service, socket, peer),
    async close(graceMs) {
      await Promise.all([others, ...launchers.values()].map((each) => each.close(graceMs)));
    },
  };
}
