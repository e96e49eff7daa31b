/**
 * A resolver that tells operators when no name server answers questions: once, with the reason, and once when one answers again. One name that
 * nobody answers for is the trouble of its own name servers: it takes several in a row.
 */
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { AlarmMark } from '../../ports/operator-communication.ts';
import type { Resolution, Resolver } from '../../ports/resolver.ts';
import { Outage } from '../../system/outage.ts';

/** So many different names in a row, and none between them that had an answer. */
const NAMES_IN_A_ROW = 3;

export function watchedResolver(
  resolver: Resolver,
  deps: { readonly clock: Clock; readonly log: Log; readonly tell: (text: string, alarm: AlarmMark) => void },
): Resolver {
  const about = 'name servers';
  const outage = new Outage(
    deps,
    { begins: 'name servers give no answers', ends: 'name servers give answers again' },
    {
      begins: (error) => deps.tell(`Name servers give no answers: ${(error as Error).message}`, { about }),
      ends: () => deps.tell('Name servers give answers again', { about, isOver: true }),
    },
  );
  const unanswered = new Set<string>();
  const ask = async <T>(name: string, question: Promise<Resolution<T>>): Promise<Resolution<T>> => {
    const answer = await question;
    if (answer.kind !== 'temporary') {
      unanswered.clear();
      outage.worked();
      return answer;
    }
    if (unanswered.size < NAMES_IN_A_ROW) unanswered.add(name);
    if (unanswered.size >= NAMES_IN_A_ROW)
      outage.failed(Object.assign(new Error(answer.reason), { code: 'EAI_AGAIN' }));
    return answer;
  };
  return {
    mx: (domain) => ask(domain, resolver.mx(domain)),
    addresses: (host) => ask(host, resolver.addresses(host)),
    names: (address) => ask(address, resolver.names(address)),
    txt: (name) => ask(name, resolver.txt(name)),
    tlsa: (name) => ask(name, resolver.tlsa(name)),
  };
}
