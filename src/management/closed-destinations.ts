/** STOP MAIL/DESTINATION and START MAIL/DESTINATION: mail for a domain waits, until it is opened again. Ours. */
import { condition } from '../condition/index.ts';
import type { SystemStore } from '../ports/system-store.ts';
import type { VerbContext } from '../system/image.ts';
import { type ClosedDestination, changeLocalDatabase } from '../system/settings/index.ts';
import { notFound } from './deps.ts';
import { TCPIP } from './messages.ts';

/** The symbiont sees the change by itself, and tries at once what waited for an opened destination. */
export async function changeClosed(
  store: SystemStore,
  word: 'START' | 'STOP',
  given: readonly string[],
  { process }: VerbContext,
): Promise<void> {
  const destinations = given.map((each) => each.toLowerCase().replace(/\.$/, ''));
  const wrong = destinations.find((each) => !/^[a-z0-9_*%.[\]:-]+$/.test(each));
  if (wrong !== undefined) throw condition(TCPIP.MAILERROR).with(condition(TCPIP.INVQUAL, 'DESTINATION'));
  const added = (destination: string): ClosedDestination => ({
    destination,
    by: process.account.userName,
    at: process.clock.now(),
  });
  await changeLocalDatabase(store, 'closed', (closed) => {
    const isClosed = (each: string): boolean => closed.some(({ destination }) => destination === each);
    if (word === 'START' && !destinations.every(isClosed)) throw notFound(TCPIP.MAILERROR);
    const others = closed.filter(({ destination }) => !destinations.includes(destination));
    return word === 'START' ? others : [...others, ...destinations.map(added)];
  });
}
