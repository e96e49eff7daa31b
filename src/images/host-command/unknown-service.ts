/** --port of a service that this node does not have would change nothing, and nobody would notice. */
import { openSqliteSystemStore } from '../../adapters/sqlite/system-store/index.ts';
import { defaultServices } from '../../auxiliary-server/index.ts';
import { type NodeRoot, rootExists } from '../node-root.ts';

/** The first name that is no service, neither of the root's database nor as shipped. */
export async function unknownService(
  paths: NodeRoot,
  ports: Readonly<Record<string, number>>,
): Promise<string | undefined> {
  const shipped = new Set(defaultServices().map(({ name }) => name));
  const strange = Object.keys(ports).filter((name) => !shipped.has(name));
  if (strange.length === 0 || !rootExists(paths)) return strange[0];
  const store = openSqliteSystemStore(paths.systemDirectory);
  try {
    for (const name of strange) if ((await store.service(name)) === undefined) return name;
    return undefined;
  } finally {
    await store.close();
  }
}
