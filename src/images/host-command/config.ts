/**
 * `vmsmail config`: TCPIP$CONFIG, at a terminal or with answers from a file or a pipe. SYS$MANAGER:TCPIP$CONFIG.COM has the menus and
 * does what is chosen. Source: tcpip-smtp.md §8.4.
 */
import { nodeRoot, rootExists } from '../node-root.ts';
import { complain } from './display.ts';
import { openHostFile } from './host-files.ts';
import { dclSession } from './session.ts';

const PROCEDURE = '@SYS$MANAGER:TCPIP$CONFIG';

export interface ConfigOptions {
  readonly root: string;
  /** Lines of answers, as the menus of the procedure ask for them. */
  readonly answers?: string;
}

export async function config({ root, answers }: ConfigOptions): Promise<number> {
  if (!rootExists(nodeRoot(root)))
    return complain(`there is no node at ${root} yet; vmsmail start creates it`);
  const input = answers === undefined ? undefined : await openHostFile(answers);
  return dclSession([PROCEDURE], { root, user: 'SYSTEM', input, nocommand: true });
}
