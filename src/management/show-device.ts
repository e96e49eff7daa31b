/**
 * SHOW DEVICE_SOCKET: the sockets of the services, the BGn: devices. Procedures cut the remote host out of a line: 15
 * characters at column 55. Source: tcpip-smtp.md §1.3, §8.2.
 */
import { defineVerb, type ParsedCommand } from '../command-definition/index.ts';
import { condition, SYSTEM } from '../condition/index.ts';
import { writeListing } from '../system/command-output.ts';
import { bareName } from '../system/device-name.ts';
import type { VerbContext } from '../system/image.ts';
import { matchesNamePattern } from '../system/name-pattern.ts';
import { type ManagementDeps, notFound, type ServiceState } from './deps.ts';
import { TCPIP } from './messages.ts';

type Socket = ServiceState['sockets'][number] & { readonly service: string };

const DEFAULT_SECONDS = '4';
const text = { negatable: false, value: { required: true } } as const;

export const showDeviceVerb = (deps: ManagementDeps) =>
  defineVerb<VerbContext>({
    name: 'SHOW DEVICE_SOCKET',
    summary: 'Displays the sockets that services listen on, and their connections.',
    source: 'Management Command Reference, SHOW DEVICE_SOCKET',
    parameters: [{ label: 'DEVICE', prompt: 'Device', summary: 'BGn' }],
    qualifiers: {
      CONTINUOUS: {
        negatable: false,
        value: { type: '$NUMBER', default: DEFAULT_SECONDS },
        summary: 'again every so many seconds, 4 without a number, until Ctrl/C',
      },
      FULL: { negatable: false, summary: 'both addresses, options and state of each socket' },
      HOST: { ...text, summary: 'connections of this address' },
      LOCAL: { summary: 'connections within this host alone; with /NOLOCAL those with other hosts' },
      OUTPUT: { negatable: false, value: { type: '$OUTFILE', required: true } },
      PORT: { negatable: false, value: { required: true, type: '$NUMBER' }, summary: 'this local port' },
      SERVICE: { ...text, summary: 'this service' },
      TYPE: {
        negatable: false,
        value: { required: true, keywords: { ALL: {}, STREAM: {}, DATAGRAM: {} } },
        summary: 'ALL (the default), STREAM or DATAGRAM',
      },
    },
    disallow: ['CONTINUOUS AND OUTPUT'],
    async routine(command, context) {
      const seconds = command.present('CONTINUOUS') ? Number(command.value('CONTINUOUS')) : undefined;
      if (seconds !== undefined && seconds < 1)
        throw condition(TCPIP.DEVERROR).with(condition(TCPIP.INVQUAL, 'CONTINUOUS'));
      const show = async (): Promise<void> => {
        const found = await socketsOf(deps, command);
        if (found.length === 0) throw notFound(TCPIP.DEVERROR);
        const lines = command.present('FULL')
          ? found.flatMap(socketFullLines)
          : [...heading, ...found.map(socketLine)];
        await writeListing(context, command.value('OUTPUT'), lines);
      };
      await show();
      while (seconds !== undefined && (await waited(seconds, context))) await show();
      return SYSTEM.NORMAL.value;
    },
  });

/** @returns false when somebody wants no more */
function waited(seconds: number, { process, signal }: VerbContext): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(false);
    const stop = (): void => {
      cancel();
      resolve(false);
    };
    const cancel = process.clock.after(seconds * 1_000, () => {
      signal.removeEventListener('abort', stop);
      resolve(true);
    });
    signal.addEventListener('abort', stop, { once: true });
  });
}

async function socketsOf(deps: ManagementDeps, command: ParsedCommand): Promise<readonly Socket[]> {
  // Every socket of a service is a stream.
  if (command.value('TYPE') === 'DATAGRAM') return [];
  const device = command.value('DEVICE');
  const port = command.value('PORT');
  const host = command.value('HOST');
  const service = command.value('SERVICE');
  return (await deps.serviceStates())
    .flatMap((state) => state.sockets.map((socket) => ({ ...socket, service: state.service })))
    .filter(
      (each) =>
        (device === undefined || bareName(device) === `BG${each.unit}`) &&
        isWanted(each, command.presence('LOCAL')) &&
        (port === undefined || Number(port) === each.localPort) &&
        (host === undefined || matchesNamePattern(each.remoteAddress, host)) &&
        (service === undefined || matchesNamePattern(each.service, service)),
    )
    .sort((a, b) => a.unit - b.unit);
}

/** Whether the two ends are on one host: the manual does not say more of /LOCAL. What listens is neither. */
function isWanted(
  { remotePort, remoteAddress, localAddress }: Socket,
  local: ReturnType<ParsedCommand['presence']>,
): boolean {
  if (local === 'absent') return true;
  const isLocal = remotePort !== 0 && (remoteAddress === localAddress || /^(127\.|::1$)/.test(remoteAddress));
  return local === 'negated' ? !isLocal : isLocal;
}

const heading: readonly string[] = [
  '                          Port                         Remote',
  'Device_socket  Type    Local  Remote  Service          Host',
  '',
];

/** Local port ending at 28, remote port at 36, service at 38, host at 55. */
const socketLine = ({ unit, service, localPort, remotePort, remoteAddress }: Socket): string =>
  [
    `  bg${unit}`.padEnd(15),
    'STREAM',
    String(localPort).padStart(7),
    String(remotePort).padStart(8),
    '  ',
    service.padEnd(17),
    remoteAddress,
  ].join('');

/** A block for each; the counters of its buffers, which the product shows below, are the host's. */
const socketFullLines = (socket: Socket): readonly string[] => {
  const { unit, service, localPort, localAddress, remotePort, remoteAddress } = socket;
  const isListening = remotePort === 0;
  const ends = (label: string, here: string, there: string): string =>
    `${label.padStart(31)}${here.padStart(18)}${there.padStart(21)}`;
  return [
    '',
    `Device_socket:  ${`bg${unit}`.padEnd(12)}Type: STREAM`,
    ends('', 'LOCAL', 'REMOTE'),
    ends('Port:', String(localPort), String(remotePort)),
    ends('Host:', localAddress, remoteAddress),
    `${'Service:'.padStart(31)}  ${service}`,
    '',
    `  Options:  ${isListening ? 'ACCEPT REUSEADR' : 'None'}`,
    `  State:    ${isListening ? 'PRIV' : 'ISCON PRIV'}`,
  ];
};
