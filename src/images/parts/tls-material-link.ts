/** Hands certificate and key to the processes of the node that serve connections, over its socket: both ends. */
import type { NodeClient, NodePeer } from '../../adapters/node/node-link/index.ts';
import type { TlsMaterial, TlsMaterialSource } from '../../ports/server-tls.ts';

const NAME = 'tlsMaterial';

/** For `serveNode`: who asks once hears of each change. */
export function tlsMaterialHandlers(source: TlsMaterialSource) {
  const asked = new Set<NodePeer>();
  source.onChange((material) => {
    for (const peer of asked) peer.notify(NAME, material ?? null);
  });
  return {
    async [NAME](_params: never, peer: NodePeer): Promise<TlsMaterial | null> {
      asked.add(peer);
      void peer.closed.then(() => asked.delete(peer));
      return (await source.current()) ?? null;
    },
  };
}

export const linkedTlsMaterial = (client: NodeClient): TlsMaterialSource => ({
  current: async () => ((await client.call(NAME, {})) as TlsMaterial | null) ?? undefined,
  onChange: (listener) =>
    client.onNotification(NAME, (material: TlsMaterial | null) => listener(material ?? undefined)),
});
