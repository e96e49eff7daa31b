/** Outgoing TCP connections over node:net. */
import { connect as netConnect } from 'node:net';
import type { Connect } from '../../ports/network.ts';

/** @param localAddress  address to connect from; default the system's choice */
export function createConnect(localAddress?: string): Connect {
  return (address, port, { timeoutMs, signal }) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(new Error('broken off'));
      const socket = netConnect({
        host: address,
        port,
        noDelay: true,
        ...(localAddress === undefined ? {} : { localAddress }),
      });
      const fail = (error: Error): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        socket.destroy();
        reject(error);
      };
      const onAbort = (): void => fail(new Error('broken off'));
      const timer = setTimeout(
        () => fail(Object.assign(new Error('connection timed out'), { code: 'ETIMEDOUT' })),
        timeoutMs,
      );
      signal?.addEventListener('abort', onAbort, { once: true });
      socket.once('error', fail);
      socket.once('connect', () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        socket.off('error', fail);
        resolve(socket);
      });
    });
}
