/** `vmsmail status`: the node at a glance, for people and (--json) for programs. */
import { howItEndedInShell } from '../../adapters/node/how-it-ended.ts';
import { findJobControl, type JobControl } from '../node-lock.ts';
import { type NodeRoot, nodeRoot } from '../node-root.ts';
import type { NodeStatus } from '../node-status.ts';
import { complain, print } from './display.ts';
import { connectToNode } from './node-connection.ts';

export async function fetchStatus(paths: NodeRoot): Promise<NodeStatus | undefined> {
  const client = await connectToNode(paths);
  if (client === undefined) return undefined;
  try {
    return (await client.call('status', {})) as NodeStatus;
  } finally {
    await client.close();
  }
}

/** What is known of a node whose queue manager does not answer, or that is not to be started a second time. */
export function whatGoesOn(root: string, { pid, isAlive, state }: JobControl): string {
  if (!isAlive) return `the node on ${root} has lost its job control and is ending`;
  switch (state.kind) {
    case 'preparing':
    case 'starting':
      return `a node is already being started on ${root}`;
    case 'inside':
      return `a node runs on ${root} inside process ${pid}`;
    case 'running':
      return `a node is already running on ${root}`;
    case 'stopping':
      return `the node on ${root} is stopping`;
    case 'restarting':
      return `a node is already running on ${root}; job control (pid ${pid}) is restarting its queue manager`;
    case 'waiting':
      return (
        `a node is already running on ${root}; its queue manager ended (${howItEndedInShell(state.status)}), ` +
        `job control (pid ${pid}) restarts it within ${state.seconds} s`
      );
    default:
      return state satisfies never;
  }
}

const table = (rows: readonly (readonly string[])[]): string => {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

/** The services a client can use now, one line each. */
export function servicesText(status: NodeStatus): string {
  return status.services
    .filter((each) => each.listening)
    .map((each) => `  ${each.service.padEnd(16)} ${each.address}:${each.port}`)
    .join('\n');
}

export async function status(options: { readonly root: string; readonly json?: boolean }): Promise<number> {
  const paths = nodeRoot(options.root);
  const found = await fetchStatus(paths).catch(() => undefined);
  if (found === undefined) return statusOfJobControl(paths, options.json === true);
  if (options.json) {
    process.stdout.write(`${JSON.stringify(found, null, 2)}\n`);
    return 0;
  }
  const { default: chalk } = await import('chalk');
  const processes = [['Process', 'Image', 'Pid', 'State']].concat(
    found.processes.map((each) => [each.name, each.image, String(each.pid ?? ''), each.state]),
  );
  const services = [['Service', 'Address', 'Port', 'State', 'Active']].concat(
    found.services.map((each) => [
      each.service,
      each.address,
      String(each.port),
      each.enabled ? 'enabled' : 'disabled',
      String(each.active),
    ]),
  );
  const queues = [['Queue', 'State', 'Pending', 'Holding', 'Executing', 'Retained']].concat(
    found.queues.map((each) => [
      each.name,
      each.state,
      String(each.pending),
      String(each.holding),
      String(each.executing),
      String(each.retained),
    ]),
  );
  const stopped =
    'The queue manager is stopped: mail is refused for now, and what is queued waits. $ START/QUEUE/MANAGER starts it.';
  process.stdout.write(
    `${chalk.bold(`Node ${found.node}`)}, vmsmail ${found.version}, root ${found.root}\n\n` +
      `${table(processes)}\n\n${table(services)}\n\n${found.queueManager === 'stopped' ? stopped : table(queues)}\n`,
  );
  return 0;
}

/** The queue manager does not answer: what job control has left word of. */
function statusOfJobControl(paths: NodeRoot, isJson: boolean): number {
  const found = findJobControl(paths);
  if (isJson) {
    const known = found === undefined ? {} : { root: paths.root, jobControl: found };
    print(JSON.stringify(known, null, 2));
  }
  if (found === undefined) return complain(`no node is running on ${paths.root}`);
  return complain(whatGoesOn(paths.root, found).replace('a node is already', 'a node is'));
}
