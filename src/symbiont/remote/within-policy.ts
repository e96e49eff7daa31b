/** A route to those hosts alone that the domain's policy names, with what may be told of each. Source: RFC 8461 §5; RFC 8460 §4. */
import { isStsHost } from '../../smtp/sts-policy.ts';
import type { StsLook } from './mta-sts.ts';
import { type JudgedBy, judgedBy, notInPolicy } from './reported-policies.ts';
import type { Route, RouteAddress } from './routes.ts';

type Found = Extract<Route, { kind: 'found' }>;

/** @param options.isReported  the domain may hear of sessions with its hosts */
export function withinPolicy(
  domain: string,
  route: Found,
  sts: StsLook,
  { isReported, log }: { readonly isReported: boolean; readonly log: (line: string) => void },
): Route {
  const { policy } = sts;
  const addresses = isReported ? route.addresses.map((each) => reported(each, sts)) : route.addresses;
  if (policy?.mode !== 'enforce') return { ...route, addresses };
  const named = addresses.filter(({ host }) => isStsHost(host, policy));
  const unnamed = [...new Set(addresses.filter((each) => !named.includes(each)).map(({ host }) => host))];
  for (const host of unnamed) log(`${host} is not in the MTA-STS policy of ${domain}`);
  const leftOut = isReported
    ? [...(route.leftOut ?? []), ...unnamed.map((host) => notInPolicy(host, domain, policy))]
    : [];
  if (named.length > 0) {
    const promised = named.map((each) => ({ ...each, isPromised: true as const }));
    return { kind: 'found', addresses: promised, ...orNothing(leftOut) };
  }
  const reply = `454 4.7.5 ${domain}: none of its hosts is in its MTA-STS policy`;
  return { kind: 'retry', reply, ...orNothing(leftOut) };
}

export const orNothing = (leftOut: readonly JudgedBy[]): Pick<Found, 'leftOut'> =>
  leftOut.length === 0 ? {} : { leftOut };

const reported = (each: RouteAddress, sts: StsLook): RouteAddress => ({
  ...each,
  isObserved: sts.policy?.mode === 'testing',
  judgedBy: judgedBy(each.host, { domain: each.nextHop, dane: each.dane, sts }),
});
