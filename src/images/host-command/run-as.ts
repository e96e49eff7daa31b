/** Whom a node that is being started runs as: --run-as, or the owner of the root directory when root starts it. */
import { claimRoot } from '../claim-root.ts';
import { amRoot, findHostUser, type HostUser, ownerOf } from '../host-user.ts';

/**
 * The user, undefined for whoever we are; or, as text, why it cannot be. The root directory is the user's then.
 * Throws the file system's error when the root directory cannot be made.
 */
export function runningAs(root: string, runAs: string | undefined): HostUser | undefined | string {
  const user = chosen(root, runAs);
  return user === undefined || typeof user === 'string' ? user : (claimRoot(root, user) ?? user);
}

function chosen(root: string, runAs: string | undefined): HostUser | undefined | string {
  if (!amRoot()) {
    const isOurselves = runAs === undefined || findHostUser(runAs)?.uid === process.getuid?.();
    return isOurselves ? undefined : `only root can start a node that runs as ${runAs}`;
  }
  if (runAs === undefined) {
    const owner = ownerOf(root);
    return owner?.uid === 0 ? undefined : owner;
  }
  const user = findHostUser(runAs);
  if (user === undefined) {
    return `there is no Linux user ${runAs}; for example: useradd --system --shell /usr/sbin/nologin vmsmail`;
  }
  return user.uid === 0 ? '--run-as wants an unprivileged user, not root' : user;
}
