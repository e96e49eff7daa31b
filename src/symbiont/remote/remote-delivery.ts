/**
 * One message to the recipients of one domain: address after address until each recipient has an answer.
 * Source: tcpip-smtp.md §2.3 (ADDRESS_RETRIES), §5.5; RFC 5321 §5.1, §4.5.3.1.10, §4.2.5; RFC 1047.
 */

import { TlsFailure } from '../../ports/client-tls.ts';
import type { RecipientRequests } from '../../ports/delivery-requests.ts';
import { printable, type Reply, replyText } from '../../smtp/reply.ts';
import type { SymbiontSettings } from '../settings.ts';
import type { SessionCounts } from '../tls-reports/index.ts';
import { NotAuthenticated } from './authenticate.ts';
import type { ConnectionPool } from './connection-pool.ts';
import { SessionRefused, TlsMissing } from './open-smtp-client.ts';
import { ignoresPolicies, isCounted, peerOf } from './peer.ts';
import type { RecentFailures } from './recent-failures.ts';
import { errorReason, SessionLost } from './reply-reader.ts';
import type { RouteAddress, Routes } from './routes.ts';
import { type SessionTelling, sessionTelling } from './session-telling.ts';
import type { MailTransaction, RecipientResult } from './smtp-client.ts';

export type RemoteOutcome =
  | {
      readonly kind: 'relayed';
      readonly host: string;
      readonly reply: string;
      readonly tls?: string | undefined;
      /** The host sends the reports that were asked for. */
      readonly hasReports: boolean;
    }
  | { readonly kind: 'retry'; readonly reply: string; readonly isHostDown: boolean }
  | { readonly kind: 'returned'; readonly reply: string; readonly host?: string }
  /** The operator took the entry back before there was an answer. */
  | { readonly kind: 'recalled' };

export interface RemoteRequest {
  readonly domain: string;
  readonly gateway?: string | undefined;
  readonly message: Omit<MailTransaction, 'forwardPaths' | 'recipientRequests'>;
  readonly forwardPaths: readonly string[];
  /** What is asked for each. */
  readonly recipientRequests: readonly (RecipientRequests | undefined)[];
  /** The sender rather has it delivered in clear than not at all. */
  readonly isTlsOptional: boolean;
  /** A report about TLS: none is made about it. */
  readonly isTlsReport: boolean;
  readonly settings: SymbiontSettings;
  readonly signal: AbortSignal;
}

/** RFC 5321 §4.5.3.1.8: every server takes 100 recipients. */
const RECIPIENTS_PER_TRANSACTION = 100;

/** @returns one outcome per forward-path, in order. Rejects for nothing a peer or the DNS does. */
export async function deliverRemote(
  request: RemoteRequest,
  deps: {
    readonly pool: ConnectionPool;
    readonly routes: Routes;
    readonly unreachable: RecentFailures;
    /** Undefined: nobody is told of TLS. */
    readonly tlsSessions: SessionCounts | undefined;
    readonly log: (line: string) => void;
  },
): Promise<readonly RemoteOutcome[]> {
  const { domain, settings, signal } = request;
  const finding = deps.routes.route(domain, request.gateway, settings, ignoresPolicies(request));
  const route = await Promise.race([finding, aborted(signal)]);
  if (route === 'aborted') return request.forwardPaths.map(() => ({ kind: 'recalled' }));
  const telling = sessionTelling(domain, route, isCounted(request) ? deps.tlsSessions : undefined);
  if (route.kind !== 'found') {
    telling.noSession();
    const outcome: RemoteOutcome =
      route.kind === 'failed'
        ? { kind: 'returned', reply: route.reply }
        : { kind: 'retry', reply: route.reply, isHostDown: true };
    return request.forwardPaths.map(() => outcome);
  }
  const outcomes: (RemoteOutcome | undefined)[] = request.forwardPaths.map(() => undefined);
  let lastFailure: Extract<RemoteOutcome, { kind: 'retry' | 'returned' }> | undefined;
  let hasAnswered = false;
  for (const address of inOrder(route.addresses, deps.unreachable).slice(0, settings.addressRetries)) {
    const missing = indexesWithout(outcomes);
    if (missing.length === 0 || signal.aborted) break;
    const attempt = await tryAddress(address, missing, request, { pool: deps.pool, telling });
    for (const [index, outcome] of attempt.outcomes) outcomes[index] = outcome;
    if (attempt.outcomes.size > 0) hasAnswered = true;
    if (attempt.failure !== undefined) {
      deps.log(`${address.host} [${address.address}]: ${attempt.failure.reply}`);
      // One host that may take it later outweighs others that never will.
      if (lastFailure?.kind !== 'retry' || attempt.failure.kind === 'retry') lastFailure = attempt.failure;
    }
  }
  if (lastFailure !== undefined && !hasAnswered) deps.routes.forget(domain);
  return outcomes.map((each) => {
    if (each !== undefined) return each;
    if (signal.aborted) return { kind: 'recalled' };
    if (lastFailure === undefined) return { kind: 'retry', reply: '451 4.4.1 not tried', isHostDown: false };
    return lastFailure.kind === 'retry' ? { ...lastFailure, isHostDown: !hasAnswered } : lastFailure;
  });
}

interface Attempt {
  readonly outcomes: Map<number, RemoteOutcome>;
  /** Why some have no outcome: the next address is tried for them. */
  readonly failure: Extract<RemoteOutcome, { kind: 'retry' | 'returned' }> | undefined;
}

interface Delivering {
  readonly pool: ConnectionPool;
  readonly telling: SessionTelling;
}

async function tryAddress(
  target: RouteAddress,
  indexes: readonly number[],
  request: RemoteRequest,
  deps: Delivering,
): Promise<Attempt> {
  const outcomes = new Map<number, RemoteOutcome>();
  let missing = [...indexes];
  let isNew = false;
  while (missing.length > 0) {
    if (request.signal.aborted) return { outcomes, failure: undefined };
    const part = missing.slice(0, RECIPIENTS_PER_TRANSACTION);
    const attempt = await transaction(target, part, request, deps, isNew);
    if (attempt.kind === 'failed') return { outcomes, failure: attempt.failure };
    const { results, isReused, tls } = attempt;
    let hasProgress = false;
    let lost: string | undefined;
    for (const [position, index] of part.entries()) {
      const result = results[position];
      if (result === undefined) continue;
      if (result.kind === 'lost' && !result.isUncertain) {
        lost = result.reason;
        continue;
      }
      // RFC 5321 §4.5.3.1.10: too many for one transaction; the rest goes into the next one.
      if (
        result.kind === 'refused' &&
        isTooMany(result.reply) &&
        results.some((each) => each.kind === 'sent' || (each.kind === 'refused' && !isTooMany(each.reply)))
      )
        continue;
      outcomes.set(index, outcomeOf(result, target, tls));
      hasProgress = true;
    }
    missing = missing.filter((index) => !outcomes.has(index));
    if (lost !== undefined) {
      // A kept session may have been closed by the peer meanwhile: that says nothing about the host.
      if (!isReused || isNew) return { outcomes, failure: notAnswered(target, lost) };
      isNew = true;
    } else if (!hasProgress) return { outcomes, failure: notAnswered(target, 'no recipient accepted') };
  }
  return { outcomes, failure: undefined };
}

/** Not where the host says that it is the mailbox, which is full in the next transaction, too. RFC 3463 §3.3 */
const isTooMany = ({ code, lines }: Reply): boolean => code === 452 && !/^4\.2\.\d/.test(lines[0] ?? '');

async function transaction(
  target: RouteAddress,
  indexes: readonly number[],
  request: RemoteRequest,
  { pool, telling }: Delivering,
  isNew: boolean,
): Promise<
  | {
      readonly kind: 'done';
      readonly results: readonly RecipientResult[];
      readonly isReused: boolean;
      readonly tls: string | undefined;
    }
  | { readonly kind: 'failed'; readonly failure: Extract<RemoteOutcome, { kind: 'retry' | 'returned' }> }
> {
  const { settings, signal } = request;
  const peer = peerOf(request, target);
  try {
    const onTls = telling.listener(target);
    const options = { timeoutsMs: settings.sendTimeoutsMs, signal, isNew, onTls };
    const { client, isReused } = await pool.acquire(peer, options);
    const onAbort = (): void => client.destroy();
    signal.addEventListener('abort', onAbort);
    try {
      const forwardPaths = indexes.map((index) => request.forwardPaths[index] ?? '');
      const recipientRequests = indexes.map((index) => request.recipientRequests[index]);
      const results = await client.send({ ...request.message, forwardPaths, recipientRequests });
      return { kind: 'done', results, isReused, tls: client.tls?.protocol };
    } finally {
      signal.removeEventListener('abort', onAbort);
      pool.release(peer, client);
    }
  } catch (error) {
    if (error instanceof SessionRefused) {
      const reply = replyText(error.reply);
      return error.reply.code >= 500
        ? { kind: 'failed', failure: { kind: 'returned', reply, host: target.host } }
        : { kind: 'failed', failure: { kind: 'retry', reply, isHostDown: true } };
    }
    // RFC 3463 §3.8: 4.7.4 and 4.7.5, what security wants cannot be had now. It is no verdict about the recipient.
    if (error instanceof TlsMissing || error instanceof TlsFailure) {
      const code = error instanceof TlsMissing ? '4.7.4' : '4.7.5';
      const reply = `454 ${code} ${target.host} [${target.address}]: ${printable(error.message)}`;
      return { kind: 'failed', failure: { kind: 'retry', reply, isHostDown: true } };
    }
    if (error instanceof NotAuthenticated) {
      const reply = `454 4.7.0 ${target.host} [${target.address}]: ${printable(error.message)}`;
      return { kind: 'failed', failure: { kind: 'retry', reply, isHostDown: true } };
    }
    const reason = error instanceof SessionLost ? error.message : errorReason(error);
    return { kind: 'failed', failure: notAnswered(target, reason) };
  }
}

const notAnswered = (
  target: RouteAddress,
  reason: string,
): { kind: 'retry'; reply: string; isHostDown: boolean } => ({
  kind: 'retry',
  reply: `421 4.4.2 ${target.host} [${target.address}]: ${reason}`,
  isHostDown: true,
});

function outcomeOf(result: RecipientResult, target: RouteAddress, tls: string | undefined): RemoteOutcome {
  switch (result.kind) {
    case 'sent':
      return {
        kind: 'relayed',
        host: target.host,
        reply: replyText(result.reply),
        tls,
        hasReports: result.hasReports,
      };
    case 'refused':
      return result.reply.code >= 500
        ? { kind: 'returned', reply: replyText(result.reply), host: target.host }
        : { kind: 'retry', reply: replyText(result.reply), isHostDown: false };
    case 'lost':
      // RFC 1047: the peer may have taken the message; another host would make a second copy certain.
      return { kind: 'retry', reply: notAnswered(target, result.reason).reply, isHostDown: false };
  }
}

/**
 * Addresses that did not answer lately come last, so that one that swallows connections does not cost every message its time
 * limit. Nothing is skipped: when all are bad, all are tried. RFC 5321 §5.1 leaves the order of unreachable hosts to us.
 */
function inOrder(addresses: readonly RouteAddress[], unreachable: RecentFailures): readonly RouteAddress[] {
  const bad = addresses.filter(({ address }) => unreachable.has(address));
  return bad.length === 0 ? addresses : [...addresses.filter((each) => !bad.includes(each)), ...bad];
}

const aborted = (signal: AbortSignal): Promise<'aborted'> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve('aborted');
    else signal.addEventListener('abort', () => resolve('aborted'), { once: true });
  });

function indexesWithout(outcomes: readonly (RemoteOutcome | undefined)[]): number[] {
  return [...outcomes.keys()].filter((index) => outcomes[index] === undefined);
}
