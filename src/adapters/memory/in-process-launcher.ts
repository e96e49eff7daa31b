/** Serves the connections of all services in this very process: `bootNode`, and tests. */
import type { Duplex } from 'node:stream';
import type { ActivatedService, ConnectionPeer, ServiceLauncher } from '../../ports/service-launcher.ts';

export function inProcessLauncher(
  activate: (service: ActivatedService, connection: Duplex, peer: ConnectionPeer) => Promise<void>,
): ServiceLauncher {
  const inHand = new Map<Duplex, Promise<unknown>>();
  return {
    activate(service, socket, peer) {
      const ended = activate(service, socket, peer).then(
        () => 'served' as const,
        () => 'lost' as const,
      );
      inHand.set(socket, ended);
      void ended.then(() => inHand.delete(socket));
      return { ended };
    },
    async close(graceMs) {
      if (inHand.size === 0) return;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, graceMs);
      });
      await Promise.race([Promise.all(inHand.values()), late]);
      clearTimeout(timer);
      for (const socket of inHand.keys()) socket.destroy();
      await Promise.all(inHand.values());
    },
  };
}
