/**
 * Sessions with peers that are kept open while there is mail for them. Source: DESIGN §5; RFC 5321 §4.5.4.1 (several
 * transactions in one session), RFC 7435 (in clear where TLS fails and nobody asked for more).
 */
import { isIP } from 'node:net';
import { type ClientTls, TlsFailure } from '../../ports/client-tls.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Connect } from '../../ports/network.ts';
import type { SaslLogin } from '../../sasl/index.ts';
import type { SendTimeouts } from '../settings.ts';
import type { DaneHost } from './dane.ts';
import { openSmtpClient, type PeerTls, type TlsResult } from './open-smtp-client.ts';
import { createRecentFailures, type RecentFailures } from './recent-failures.ts';
import type { SmtpClient } from './smtp-client.ts';
import type { TlsLevel } from './tls-policy.ts';

/** An idle session longer than this is only a burden for the peer. */
const IDLE_MS = 5_000;
/** RFC 5321 leaves the connection itself without a limit; nobody waits longer than this for a host that is down. */
const CONNECT_MS = 30_000;

/** Whom to talk to, and how: sessions are shared by all that want the same. */
export interface Peer {
  readonly host: string;
  readonly address: string;
  /** Default that of the pool. */
  readonly port?: number | undefined;
  readonly tls: TlsLevel;
  /** With the level `dane`. */
  readonly dane?: DaneHost | undefined;
  /** The certificate is looked at, and nothing comes of it: with `opportunistic` and `required`. */
  readonly isObserved?: boolean;
  /** TLS before the greeting. */
  readonly isImplicitTls?: boolean;
  /** What the certificate has to name; default the host. */
  readonly certificateName?: string | undefined;
  readonly login?: SaslLogin | undefined;
}

/** @param sendingAddress  ours, where it is known */
export type TlsListener = (result: TlsResult, sendingAddress: string | undefined) => void;

interface AcquireOptions {
  readonly timeoutsMs: SendTimeouts;
  readonly signal: AbortSignal;
  readonly isNew?: boolean;
  /** Called for a new session that should have TLS, once; not when it ends before that. */
  readonly onTls?: TlsListener | undefined;
}

export interface ConnectionPool {
  /** An idle session with the peer, or a new one. Throws as openSmtpClient does, or the network's error. */
  acquire(
    peer: Peer,
    options: AcquireOptions,
  ): Promise<{ readonly client: SmtpClient; readonly isReused: boolean }>;
  release(peer: Peer, client: SmtpClient): void;
  /** Takes leave of all idle peers. */
  close(): void;
}

export function createConnectionPool(deps: {
  readonly connect: Connect;
  readonly clientTls: ClientTls;
  /** Addresses; what does not answer is noted. */
  readonly unreachable: RecentFailures;
  readonly clock: Clock;
  readonly port: number;
  readonly hostName: string;
  readonly log: (line: string) => void;
  readonly trace?: (() => ((line: string) => void) | undefined) | undefined;
}): ConnectionPool {
  const { clock, hostName, trace, unreachable } = deps;
  const idle = new Map<string, { readonly client: SmtpClient; readonly cancel: () => void }[]>();
  /** Addresses whose TLS does not work. */
  const brokenTls = createRecentFailures<TlsFailure>(clock);
  let isClosed = false;

  const takeIdle = (key: string): SmtpClient | undefined => {
    const waiting = idle.get(key);
    for (let entry = waiting?.pop(); entry !== undefined; entry = waiting?.pop()) {
      entry.cancel();
      if (entry.client.isUsable) return entry.client;
      entry.client.destroy();
    }
    idle.delete(key);
    return undefined;
  };

  const open = async (
    { address, port, login }: Peer,
    tls: PeerTls | undefined,
    { timeoutsMs, signal, onTls }: AcquireOptions,
    before?: TlsFailure,
  ): Promise<SmtpClient> => {
    const timeoutMs = Math.min(CONNECT_MS, timeoutsMs.initial);
    const stream = await deps
      .connect(address, port ?? deps.port, { timeoutMs, signal })
      .catch((error: unknown) => {
        if (!signal.aborted) unreachable.note(address);
        throw error;
      });
    unreachable.forget(address);
    const onAbort = (): void => {
      stream.destroy();
    };
    signal.addEventListener('abort', onAbort);
    const told = (result: TlsResult): void => {
      if (!signal.aborted) onTls?.(result, stream.localAddress);
    };
    if (before !== undefined) told({ kind: 'failed', failure: before });
    try {
      return await openSmtpClient({ stream, clock, hostName, timeoutsMs, trace, tls, onTls: told, login });
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  };

  return {
    async acquire(peer, options) {
      const known = options.isNew === true ? undefined : takeIdle(keyOf(peer));
      if (known !== undefined) return { client: known, isReused: true };
      const isOptional = peer.tls === 'opportunistic';
      const before = isOptional ? brokenTls.what(peer.address) : undefined;
      const tls = before === undefined ? peerTls(peer, deps.clientTls) : undefined;
      try {
        return { client: await open(peer, tls, options, before), isReused: false };
      } catch (error) {
        if (!(error instanceof TlsFailure) || !isOptional || options.signal.aborted) throw error;
        // RFC 7435 §3: some protection where it can be had, mail in any case.
        deps.log(`${peer.host} [${peer.address}]: TLS failed, going on without: ${error.message}`);
        brokenTls.note(peer.address, error);
        return { client: await open(peer, undefined, options), isReused: false };
      }
    },
    release(peer, client) {
      if (!client.isUsable) return client.destroy();
      if (isClosed) return client.quit();
      const key = keyOf(peer);
      const entry = {
        client,
        cancel: clock.after(IDLE_MS, () => {
          const waiting = idle.get(key);
          const index = waiting?.indexOf(entry) ?? -1;
          if (index !== -1) waiting?.splice(index, 1);
          if (waiting?.length === 0) idle.delete(key);
          client.quit();
        }),
      };
      const waiting = idle.get(key);
      if (waiting === undefined) idle.set(key, [entry]);
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

/** A session whose certificate was looked at for one name is not one with another. */
const keyOf = ({ host, address, tls, certificateName, port, login }: Peer): string =>
  [
    address,
    tls,
    tls === 'verified' || tls === 'dane' ? (certificateName ?? host) : '',
    port,
    login?.userName,
  ].join(' ');

function peerTls(
  { host, tls, isImplicitTls, isObserved, certificateName = host, dane }: Peer,
  clientTls: ClientTls,
): PeerTls | undefined {
  const isName = isIP(certificateName) === 0 && !certificateName.startsWith('[');
  const serverName = isName ? certificateName : undefined;
  const must = isImplicitTls === true ? 'first' : 'must';
  switch (tls) {
    case 'none':
      return undefined;
    case 'opportunistic':
    case 'required':
      return {
        clientTls,
        serverName,
        how: tls === 'required' || isImplicitTls === true ? must : 'try',
        ...(isObserved === true
          ? { verification: { kind: 'names', names: [certificateName] }, isOnlyObserved: true }
          : { verification: { kind: 'none' } }),
      };
    case 'dane':
      return {
        clientTls,
        serverName: dane!.baseDomain,
        how: must,
        verification: { kind: 'dane', records: dane!.records, names: dane!.names },
      };
    case 'verified':
      return { clientTls, serverName, how: must, verification: { kind: 'names', names: [certificateName] } };
  }
}
