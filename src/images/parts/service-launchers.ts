/** Which processes serve which services: each server program has its own. */
import type { ActivatedService, ServiceLauncher } from '../../ports/service-launcher.ts';

/**
 * @param launchers  by the process name in the service record, `TCPIP$POP`
 * @param others  serves what no server of ours is for: the service's own procedure decides. They alone number devices themselves
 */
export function launcherByService(
  launchers: ReadonlyMap<string, ServiceLauncher>,
  others: ServiceLauncher,
): ServiceLauncher {
  const of = ({ processName }: ActivatedService): ServiceLauncher => launchers.get(processName) ?? others;
  return {
    activate: (service, socket, peer) => of(service).activate(service, socket, peer),
    accept: (service, ...where) => of(service).accept?.(service, ...where),
    acceptors: others.acceptors ?? 0,
    async close(graceMs) {
      await Promise.all([others, ...launchers.values()].map((each) => each.close(graceMs)));
    },
  };
}
