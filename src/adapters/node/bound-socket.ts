/**
 * A socket that is bound to a port and on which this process does not listen: processes that get it do, and may die and be
 * replaced meanwhile; clients wait in its backlog. net.Server cannot be had without accepting from it, so this is what
 * node:cluster takes for its workers, a function of node:net without documentation.
 */
import * as net from 'node:net';
import { getSystemErrorName } from 'node:util';

/** What child.send() passes on. */
export interface BoundSocket {
  readonly port: number;
  readonly handle: net.Server;
  close(): void;
}

interface Handle {
  /** 0, or the code of the system. */
  getsockname(name: { port?: number }): number;
  close(): void;
}
type CreateServerHandle = (
  address: string,
  port: number,
  family: number,
  fd: undefined,
  flags: number,
) => Handle | number;

/**
 * Binds a port, 0 for any free one. Throws an Error with the code of the system.
 * @param address  an address, no name
 * @returns undefined where this Node does not have the function
 */
export function bindSocket(address: string, port: number): BoundSocket | undefined {
  const create = (net as { _createServerHandle?: CreateServerHandle })._createServerHandle;
  if (create === undefined) return undefined;
  const handle = create(address, port, net.isIP(address), undefined, 0);
  if (typeof handle === 'number') throw failure(handle);
  // A port that is taken shows here, not before.
  const name: { port?: number } = {};
  const code = handle.getsockname(name);
  if (code !== 0) {
    handle.close();
    throw failure(code);
  }
  return { port: name.port ?? port, handle: handle as unknown as net.Server, close: () => handle.close() };
}

const failure = (code: number): Error =>
  Object.assign(new Error(`bind: ${getSystemErrorName(code)}`), { code: getSystemErrorName(code) });
