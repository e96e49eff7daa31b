/**
 * Sessions with peers that are kept open while there is mail for them. Source: DESIGN §5; RFC 5321 §4.5.4.1 (several
 * transactions in one session).
 */
import type { Clock } from '../../ports/clock.ts';
import type { Connect } from '../../ports/network.ts';
import type { SendTimeouts } from '../settings.ts';
import { openSmtpClient, type SmtpClient } from './smtp-client.ts';
import type { UnreachableAddresses } from './unreachable-addresses.ts';

/** An idle session longer than this is only a burden for the peer. */
const IDLE_MS = 5_000;
/** RFC 5321 leaves the connection itself without a limit; nobody waits longer than this for a host that is down. */
const CONNECT_MS = 30_000;

export interface ConnectionPool {
  /** An idle session with the address, or a new one. Throws SessionLost, SessionRefused or the network's error. */
  acquire(
    address: string,
    options: { readonly timeoutsMs: SendTimeouts; readonly signal: AbortSignal; readonly isNew?: boolean },
  ): Promise<{ readonly client: SmtpClient; readonly isReused: boolean }>;
  release(address: string, client: SmtpClient): void;
  /** Takes leave of all idle peers. */
  close(): void;
}

export function createConnectionPool(deps: {
  readonly connect: Connect;
  readonly unreachable: UnreachableAddresses;
  readonly clock: Clock;
  readonly port: number;
  readonly hostName: string;
  readonly trace?: (() => ((line: string) => void) | undefined) | undefined;
}): ConnectionPool {
  const idle = new Map<string, { readonly client: SmtpClient; readonly cancel: () => void }[]>();
  let isClosed = false;

  const takeIdle = (address: string): SmtpClient | undefined => {
    const waiting = idle.get(address);
    for (let entry = waiting?.pop(); entry !== undefined; entry = waiting?.pop()) {
      entry.cancel();
      if (entry.client.isUsable) return entry.client;
      entry.client.destroy();
    }
    idle.delete(address);
    return undefined;
  };

  return {
    async acquire(address, { timeoutsMs, signal, isNew }) {
      const known = isNew === true ? undefined : takeIdle(address);
      if (known !== undefined) return { client: known, isReused: true };
      const timeoutMs = Math.min(CONNECT_MS, timeoutsMs.initial);
      const stream = await deps.connect(address, deps.port, { timeoutMs, signal }).catch((error: unknown) => {
        if (!signal.aborted) deps.unreachable.failed(address);
        throw error;
      });
      deps.unreachable.answered(address);
      const onAbort = (): void => {
        stream.destroy();
      };
      signal.addEventListener('abort', onAbort);
      try {
        const { clock, hostName, trace } = deps;
        const client = await openSmtpClient({ stream, clock, hostName, timeoutsMs, trace });
        return { client, isReused: false };
      } finally {
        signal.removeEventListener('abort', onAbort);
      }
    },
    release(address, client) {
      if (!client.isUsable) return client.destroy();
      if (isClosed) return client.quit();
      const entry = {
        client,
        cancel: deps.clock.at(deps.clock.now() + IDLE_MS, () => {
          const waiting = idle.get(address);
          const index = waiting?.indexOf(entry) ?? -1;
          if (index !== -1) waiting?.splice(index, 1);
          if (waiting?.length === 0) idle.delete(address);
          client.quit();
        }),
      };
      const waiting = idle.get(address);
      if (waiting === undefined) idle.set(address, [entry]);
      else waiting.push(entry);
    },
    close() {
      isClosed = true;
      for (const entry of [...idle.values()].flat()) {
        entry.cancel();
        entry.client.quit();
      }
      idle.clear();
    },
  };
}
