/** Root reads and makes a root directory with the rights of its owner: it follows no link there, and leaves nothing of its own. */
import { actingAs, amRoot, ownerOf } from '../../host-user.ts';
import { enterRoot } from '../enter-root.ts';

/** Rejects with what to tell a person who may not look into it. */
export async function asOwner<T>(root: string, work: () => Promise<T>): Promise<T> {
  const owner = amRoot() ? ownerOf(root) : undefined;
  if (owner !== undefined && owner.uid !== 0) return actingAs(owner, work);
  await enterRoot(root);
  return work();
}
