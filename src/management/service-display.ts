/** SHOW SERVICE: the brief table and the full record, column by column. Source: tcpip-smtp.md §1.5. */
import type { HostRules, Service } from '../ports/system-store.ts';
import type { ServiceState } from './deps.ts';

export const serviceHeading: readonly string[] = [
  'Service             Port  Proto    Process          Address            State',
  '',
];

const stateWord = (service: Service): string => (service.enabled ? 'Enabled' : 'Disabled');
const defined = (text: string | undefined): string =>
  text === undefined || text === '' ? 'not defined' : text;

/** Name at 0, port ending at 23, protocol at 26, process at 35, address at 52, state at 72. */
export function serviceLine(service: Service, live?: ServiceState): string {
  return [
    service.name.padEnd(18),
    String(live?.port ?? service.port).padStart(6),
    '  ',
    service.protocol.padEnd(9),
    defined(service.processName).padEnd(17),
    service.address.padEnd(20),
    stateWord(service),
  ].join('');
}

export function serviceFullLines(service: Service, live?: ServiceState): string[] {
  const port = live?.port ?? service.port;
  const head = [
    `Service: ${service.name}`,
    `${' '.repeat(27)}State:     ${stateWord(service)}`,
    fields('Port:', port, 'Protocol:', service.protocol, 'Address:', service.address),
  ];
  if (!service.enabled && service.userName === '') {
    // A service that is only named: tcpip-smtp.md §1.5.
    return [
      ...head,
      `${' '.repeat(27)}User_name: ${'not defined'.padEnd(16)}Process:  ${defined(service.processName)}`,
    ];
  }
  const accept = rulesLines('Accept', service.accept, true);
  const reject = rulesLines('Reject', service.reject, false);
  return [
    ...head,
    fields(
      'Inactivity:',
      service.inactivity,
      'User_name:',
      defined(service.userName),
      'Process:',
      defined(service.processName),
    ),
    counters(service.limit, live?.active ?? 0, live?.peak ?? 0),
    '',
    `File:         ${defined(service.file)}`,
    `Flags:        ${words(service.flags, flagWords)}`,
    '',
    `Socket Opts:  ${words(service.socketOptions, {})}`,
    ` Receive:${String(service.receiveBuffer).padStart(13)}     Send:${String(service.sendBuffer).padStart(16)}`,
    '',
    `Log Opts:     ${words(logOptions(service), logWords)}`,
    ` File:        ${defined(service.logFile)}`,
    '',
    'Security',
    ` Reject msg:  ${defined(service.reject.message)}`,
    ...accept,
    ...reject,
  ];
}

/** Label at 0, value ending at 21; label at 27, value at 38; label at 54, value at 64. */
const fields = (
  first: string,
  amount: number,
  second: string,
  value: string,
  third: string,
  last: string,
): string =>
  `${first.padEnd(12)}${String(amount).padStart(10)}     ${second.padEnd(11)}${value.padEnd(16)}${third.padEnd(10)}${last}`;

const counters = (limit: number, active: number, peak: number): string =>
  `Limit:${String(limit).padStart(16)}     Active:${String(active).padStart(9)}           Peak:${String(peak).padStart(10)}`;

function rulesLines(word: string, { hosts, networks }: HostRules, isAlways: boolean): string[] {
  if (!isAlways && hosts.length === 0 && networks.length === 0) return [];
  const shown = (list: readonly string[]): string => (list.length === 0 ? '0.0.0.0' : list.join(', '));
  return [` ${word} host: ${shown(hosts)}`, ` ${word} netw: ${shown(networks)}`];
}

const flagWords: Readonly<Record<string, string>> = {
  APPLICATION_PROXY: 'App_proxy',
  CASE_INSENSITIVE: 'Case_Insens',
  TLS: 'TLS',
};

/** Short keywords of the log options. tcpip-smtp.md §1.5 */
const logWords: Readonly<Record<string, string>> = {
  ACCEPT: 'Acpt',
  ACTIVATE: 'Actv',
  DEACTIVATE: 'Dactv',
  CONNECT: 'Conn',
  ERROR: 'Error',
  EXIT: 'Exit',
  LOGIN: 'Logi',
  LOGOUT: 'Logo',
  MODIFY: 'Mdfy',
  REJECT: 'Rjct',
  TIMEOUT: 'TimO',
  ADDRESS: 'Addr',
};
export const logOptionNames: readonly string[] = Object.keys(logWords);

/** ALL stands for every option that is not negated. */
function logOptions({ logOptions: given }: Service): readonly string[] {
  const all = given.includes('ALL') ? logOptionNames : given;
  return all.filter((name) => name !== 'ALL' && !name.startsWith('NO') && !given.includes(`NO${name}`));
}

function words(names: readonly string[], short: Readonly<Record<string, string>>): string {
  const isListed = (name: string): boolean => names.includes(name);
  const ordered = [...Object.keys(short).filter(isListed), ...names.filter((name) => !(name in short))];
  const capital = (name: string): string => name.charAt(0) + name.slice(1).toLowerCase();
  return ordered.length === 0 ? 'None' : ordered.map((name) => short[name] ?? capital(name)).join(' ');
}
