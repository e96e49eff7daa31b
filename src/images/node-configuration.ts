/** What a start of a node is told, and hands to each of its processes as one argument. */
import { hostname } from 'node:os';

export interface NodeConfiguration {
  readonly root: string;
  /** SCSNODE: up to 6 characters. */
  readonly nodeName: string;
  /** Fully qualified host name, for greetings and addresses. */
  readonly hostName: string;
  /** Ports by service name, instead of those in the service database; 0 is any free port. */
  readonly ports: Readonly<Record<string, number>>;
  /** Unprivileged user all processes of the node are, when root has started it: host-user.ts. */
  readonly runAs?: string;
  /** Loopback port of /metrics and /health; none, or 0: they are not served. */
  readonly metricsPort?: number;
  /** Port of other SMTP servers, 25 by default; tests and laboratories have their own. */
  readonly remotePort?: number;
}

/** First label of the host name, upper case, letters and digits, at most 6: what a system manager would choose. */
export function defaultNodeName(host: string = hostname()): string {
  const name = (host.split('.')[0] ?? '')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .slice(0, 6);
  return /^[A-Z]/.test(name) ? name : `N${name}`.slice(0, 6);
}

export const defaultHostName = (): string => hostname().toLowerCase() || 'localhost';

const ARGUMENT = '--node-configuration=';

export const configurationArgument = (configuration: NodeConfiguration): string =>
  ARGUMENT + JSON.stringify(configuration);

/** Reads it back in a child. A missing argument is a bug of the parent. */
export function configurationFromArguments(args: readonly string[]): NodeConfiguration {
  const argument = args.find((each) => each.startsWith(ARGUMENT));
  if (argument === undefined) throw new Error('this image is started by the queue manager, not by hand');
  return JSON.parse(argument.slice(ARGUMENT.length)) as NodeConfiguration;
}
