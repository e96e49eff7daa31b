/**
 * Mail that a stranger sent here and that goes on to another host, because its user has it forwarded: from now on it comes from us.
 * What hosts behind us send through Relay-Zones is not touched. Source: tcpip-smtp.md §5.1 (forwarding); SRS.
 */
import { rewrittenSender } from '../../mail/routing/index.ts';
import { claimsToBeFrom } from '../../message-authentication/index.ts';
import type { Job } from '../job.ts';

export interface ForwardedSenders {
  /** Of this node; made when it is first needed. */
  readonly secret: () => Promise<string>;
  readonly isLocal: (domain: string) => Promise<boolean>;
  readonly hostName: string;
  readonly now: () => number;
}

/** @param destination  domain of the recipients */
export async function senderFor(job: Job, destination: string, deps: ForwardedSenders): Promise<string> {
  const { assignment, settings, header } = job;
  const { reversePath } = assignment;
  const domain = reversePath.slice(reversePath.lastIndexOf('@') + 1).toLowerCase();
  const isOurs =
    reversePath === '' || !settings.senderRewriting || isInZone(destination, settings.relayZones);
  if (isOurs || !claimsToBeFrom(deps.hostName, header.first('authentication-results') ?? ''))
    return reversePath;
  if (await deps.isLocal(domain)) return reversePath;
  return rewrittenSender(reversePath, {
    secret: await deps.secret(),
    hostName: deps.hostName,
    now: deps.now(),
  });
}

const isInZone = (domain: string, zones: readonly string[]): boolean =>
  zones.some((zone) => {
    const name = zone.toLowerCase();
    return domain.toLowerCase() === name || domain.toLowerCase().endsWith(`.${name}`);
  });
