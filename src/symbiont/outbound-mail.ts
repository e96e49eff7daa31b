/**
 * How mail leaves for other hosts: routes, connections, streams, and the counts of TLS sessions that are told. What is sent for
 * one domain of a job is remote-groups.ts.
 */

import type { Job } from './job.ts';
import { createConnectionPool } from './remote/connection-pool.ts';
import { senderFor } from './remote/forwarded-sender.ts';
import { createStsPolicies } from './remote/mta-sts.ts';
import { withOutgoingFields } from './remote/outgoing-fields.ts';
import { createRecentFailures } from './remote/recent-failures.ts';
import { createRoutes } from './remote/routes.ts';
import { createStreams } from './remote/streams.ts';
import type { LeavingMessage, RemoteDependencies } from './remote-groups.ts';
import type { SymbiontDependencies } from './symbiont.ts';
import type { SymbiontLog } from './symbiont-log.ts';
import { createTlsReports } from './tls-reports/index.ts';

export interface OutboundMail {
  readonly remote: RemoteDependencies;
  /** What was known of destinations counts no more. */
  settingsChanged(): void;
  /** Reports of TLS sessions leave from now on. */
  start(): void;
  /** Takes leave of peers; nothing may be under way. */
  stop(): Promise<void>;
}

export function createOutboundMail(deps: SymbiontDependencies, symbiontLog: SymbiontLog): OutboundMail {
  const { clock, spool } = deps;
  const now = (): number => clock.now();
  const detail = (line: string): void => symbiontLog.block(2, () => [line]);
  const port = deps.remotePort ?? 25;
  const routes = createRoutes({
    stsPolicies:
      deps.stsPolicies &&
      createStsPolicies({ ...deps.stsPolicies, resolver: deps.resolver, clock, log: detail }),
    port,
    resolver: deps.resolver,
    clock,
    // On another port than SMTP's own an address of this machine may well be another mail server.
    isLocal: async (domain) => (domain.startsWith('[') && port !== 25 ? false : deps.isLocalDomain(domain)),
    random: deps.random ?? Math.random,
    log: detail,
  });
  const unreachable = createRecentFailures(clock);
  const pool = createConnectionPool({
    connect: deps.connect,
    clientTls: deps.clientTls,
    log: detail,
    unreachable,
    clock,
    port,
    hostName: deps.hostName,
    trace: () => (deps.settings().symbiontTrace ? symbiontLog.line : undefined),
  });
  const tlsReports =
    deps.tlsReports &&
    createTlsReports({
      ...deps,
      ...deps.tlsReports,
      outgoing: deps.outgoing,
      random: deps.random ?? Math.random,
      log: detail,
    });
  const streams = createStreams({
    clock,
    streams: deps.streams ?? 100,
    perDestination: () => deps.settings().destinationStreams,
  });
  const leaving = async (job: Job, message: LeavingMessage, domain: string): Promise<LeavingMessage> => {
    const { outgoing, rewritingSecret: secret, isLocalDomain: isLocal, hostName, log } = deps;
    const signed =
      outgoing === undefined ? message : await withOutgoingFields(job, message, { outgoing, log });
    if (secret === undefined) return signed;
    return { ...signed, reversePath: await senderFor(job, domain, { secret, isLocal, hostName, now }) };
  };
  return {
    remote: {
      pool,
      routes,
      streams,
      unreachable,
      tlsSessions: tlsReports?.sessions,
      spool,
      now,
      log: detail,
      leaving,
    },
    settingsChanged: () => streams.forget(),
    start: () => tlsReports?.start(),
    async stop() {
      pool.close();
      await tlsReports?.stop();
    },
  };
}
