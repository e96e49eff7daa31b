/** XTND: what a client calls itself, and the figures of the server for operators. Source: tcpip-smtp.md §7.1. */
import type { Session } from '../session.ts';
import { error, lines, ok, type PopVerb } from './verb.ts';

export const xtnd: PopVerb = {
  states: ['transaction'],
  parameters: [1, 2],
  keepsRest: true,
  obey(session, [keyword = '', rest = '']) {
    switch (keyword.toUpperCase()) {
      case 'CLIENT':
        session.dependencies.log.info(
          { client: rest.slice(0, 100), peer: session.peer.address },
          'POP client',
        );
        return ok('thanks');
      case 'STATS':
        if (session.login?.privileges.has('OPER') !== true)
          return error('XTND STATS requires OPER privilege');
        return ok('Statistics follow', lines(statistics(session)));
      default:
        return error(`Unknown command: "XTND ${keyword.slice(0, 30)}".`);
    }
  },
};

/** Every name is padded to 21 before the colon. */
const line = (name: string, value: string | number): string => `  ${name.padEnd(21)}: ${value}`;

function* statistics(session: Session): Generator<string> {
  const { statistics: all, clock, versionInfo, locks } = session.dependencies;
  const { user, system } = process.cpuUsage();
  const seconds = (user + system) / 1e6;
  const average = all.retrievedMessages === 0 ? 0 : Math.round(all.retrievedOctets / all.retrievedMessages);
  const cpu = `${seconds.toFixed(2).padEnd(8)} (${Math.floor(seconds / 60)} mins, ${Math.floor(seconds % 60)} secs)`;
  yield line('Version Number', versionInfo);
  // It has no levels of its own: deviations.md.
  yield line('Logging Level', 'informational');
  yield line('Current Time', dateTime(clock.now()));
  yield line('Start Time', dateTime(all.startedAt));
  yield line('CPU Seconds', cpu);
  yield line('Current Threads', all.current);
  yield line('Total Threads', all.total);
  yield line('Max Threads', all.most);
  // The auxiliary server keeps the limit: whom it refuses does not come here.
  yield line('Too Many Threads', 0);
  yield line('Normal Disconnects', all.normalEnds);
  yield line('Abnormal Disconnects', all.abnormalEnds);
  yield line('Client Timeouts', all.timeouts);
  yield line('Blocked Socket Count', all.blocked);
  yield line('Retrieved Messages', all.retrievedMessages);
  yield line('Retrieved Octets', all.retrievedOctets);
  yield line('Average Octets', average);
  yield line('Minimum Octets', all.smallest);
  yield line('Maximum Octets', all.largest);
  yield line('Auth Failures', all.authFailures);
  const users = locks.users();
  yield line('Current Users', users.length);
  for (const [index, each] of users.entries()) yield ` ${index + 1}. ${each}`;
}

/** `2015-02-12 08:44:53`, as the greeting has it. */
export function dateTime(instant: number): string {
  const date = new Date(instant);
  const two = (number: number): string => String(number).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}
