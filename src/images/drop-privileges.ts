/** --run-as: processes that face the network become an unprivileged user once what needs rights is done. DESIGN §2 */
import type { NodeConfiguration } from './node-configuration.ts';

/** Throws when the user does not exist. Does nothing where nobody was named, or where we are not root. */
export function dropPrivileges(configuration: NodeConfiguration): void {
  if (configuration.runAs === undefined || process.getuid?.() !== 0) return;
  const posix = process as NodeJS.Process & { initgroups?(user: string, group: string): void };
  posix.initgroups?.(configuration.runAs, configuration.runAs);
  process.setgid?.(configuration.runAs);
  process.setuid?.(configuration.runAs);
}
