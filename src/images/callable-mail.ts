/**
 * What `import 'vmsmail/mail'` gives: callable MAIL on the root of a node, in your own process. The node need not run; mail to
 * other hosts, and the notices of new mail, need its queue manager (`-JBC-E-JOBQUEDIS` otherwise).
 */
import { openSqliteSystemStore } from '../adapters/sqlite/system-store/index.ts';
import { type CallableMail, callableMail } from '../mail/callable/index.ts';
import { createProcessContext } from '../system/process-context.ts';
import { resolveFile } from '../system/resolve-file.ts';
import { openSessionNode } from './host-command/session-node.ts';
import { nodeRoot, rootExists } from './node-root.ts';

export { Condition } from '../condition/index.ts';
export type * from '../mail/callable/index.ts';
export { MAIL } from '../mail/index.ts';

export interface OpenCallableMail extends CallableMail, AsyncDisposable {}

/**
 * @param options.root  system disk of the node
 * @param options.userName  on whose behalf, with the privileges of that account. Whoever can read the root may be anybody
 * Throws an Error when there is no node at the root, or no such account.
 */
export async function openCallableMail(options: {
  readonly root: string;
  readonly userName: string;
}): Promise<OpenCallableMail> {
  const paths = nodeRoot(options.root);
  if (!rootExists(paths)) throw new Error(`there is no node at ${paths.root}`);
  const systemStore = openSqliteSystemStore(paths.systemDirectory);
  const userName = options.userName.toUpperCase();
  const account = await systemStore.account(userName);
  if (account === undefined) {
    await systemStore.close();
    throw new Error(`there is no account ${userName}`);
  }
  const { context, mail, [Symbol.asyncDispose]: close } = await openSessionNode(paths, systemStore);
  const process = await createProcessContext({
    account,
    mode: 'OTHER',
    nodeName: context.configuration.nodeName,
    clock: context.clock,
    files: context.files,
    systemStore,
    node: context.node,
  });
  const calls = callableMail(mail.mail, {
    user: { userName, privileges: process.privileges },
    logicalNames: process.logicalNames,
    files: process.files,
    resolveFile: (text, defaults) => resolveFile(process, text, defaults),
  });
  return { ...calls, [Symbol.asyncDispose]: close };
}
