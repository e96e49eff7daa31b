/** What SET SERVICE makes of a service: a new one, or one that was there. Source: tcpip-smtp.md §1.4. */
import { isIP } from 'node:net';
import type { ParsedCommand } from '../command-definition/index.ts';
import type { Service } from '../ports/system-store.ts';
import { newService } from '../system/new-service.ts';
import type { ManagementDeps } from './deps.ts';
import { changedRules, invalidQualifier } from './host-rules.ts';
import { logOptionNames } from './service-display.ts';

const LONGEST_PROCESS_NAME = 15;
const LONGEST_MESSAGE = 63;

export const flagNames = [
  'APPLICATION_PROXY',
  'CASE_INSENSITIVE',
  'LISTEN',
  'LMTP',
  'MULTITHREAD',
  'PROXY',
  'SEPARATE',
  'SUBMISSION',
  'TLS',
];
export const socketOptionNames = ['KEEPALIVE', 'RCHECK', 'SCHECK'];

/** Its texts have been checked, and those that are required are there. Throws INVQUAL. */
export function createdService(name: string, command: ParsedCommand): Service {
  const address = command.value('ADDRESS') ?? '0.0.0.0';
  if (isIP(address) === 0) throw invalidQualifier('ADDRESS');
  const udp = command.present('PROTOCOL.UDP');
  const tcp = command.present('PROTOCOL.TCP') || !udp;
  return newService({
    name,
    port: numberIn(command, 'PORT', 1, 65_535),
    address: address.toLowerCase(),
    protocol: tcp && udp ? 'TCP,UDP' : udp ? 'UDP' : 'TCP',
    processName: command.value('PROCESS_NAME')!.slice(0, LONGEST_PROCESS_NAME),
    userName: command.value('USER_NAME')!.toUpperCase(),
    file: command.value('FILE')!,
  });
}

/** What is not named stays. Throws INVQUAL. */
export async function changedService(
  before: Service,
  command: ParsedCommand,
  deps: Pick<ManagementDeps, 'resolveHost'>,
): Promise<Service> {
  const number = (label: string, old: number, low: number, high: number): number =>
    command.present(label) ? numberIn(command, label, low, high) : old;
  const given = (label: string, old: string): string => command.value(label) ?? old;
  const accept = await changedRules(command, 'ACCEPT', before.accept, deps.resolveHost);
  const reject = await changedRules(command, 'REJECT', before.reject, deps.resolveHost);
  const message = rejectMessage(command, before.reject.message);
  const logFile = command.value('LOG_OPTIONS.FILE') ?? before.logFile;
  const separator = command.value('SEPARATOR') ?? before.separator;
  return {
    ...before,
    file: given('FILE', before.file),
    userName: given('USER_NAME', before.userName).toUpperCase(),
    flags: changedKeywords(command, 'FLAGS', flagNames, before.flags),
    inactivity: number('INACTIVITY', before.inactivity, 0, 65_535),
    limit: number('LIMIT', before.limit, 1, 65_535),
    logOptions: changedLogOptions(command, before.logOptions),
    protocolOptions: changedProtocolOptions(command, before.protocolOptions),
    accept,
    reject: { ...reject, ...(message === undefined ? {} : { message }) },
    socketOptions: changedKeywords(command, 'SOCKET_OPTIONS', socketOptionNames, before.socketOptions),
    receiveBuffer: number('SOCKET_OPTIONS.RECEIVE', before.receiveBuffer, 0, 1_048_576),
    sendBuffer: number('SOCKET_OPTIONS.SEND', before.sendBuffer, 0, 1_048_576),
    ...(logFile === undefined ? {} : { logFile }),
    ...(separator === undefined ? {} : { separator }),
    ...(command.present('RPC') ? { rpc: rpcNumbers(command, before.rpc) } : {}),
  };
}

function numberIn(command: ParsedCommand, label: string, low: number, high: number): number {
  const value = Number(command.value(label));
  if (!Number.isInteger(value) || value < low || value > high) throw invalidQualifier(label.split('.')[0]!);
  return value;
}

/** Keywords given are set, negated ones cleared, others stay. */
function changedKeywords(
  command: ParsedCommand,
  label: string,
  names: readonly string[],
  before: readonly string[],
): readonly string[] {
  return names.filter((name) =>
    command.presence(`${label}.${name}`) === 'absent'
      ? before.includes(name)
      : command.present(`${label}.${name}`),
  );
}

function changedLogOptions(command: ParsedCommand, before: readonly string[]): readonly string[] {
  if (command.present('LOG_OPTIONS.NONE')) return [];
  const start = command.present('LOG_OPTIONS.ALL')
    ? logOptionNames
    : before.includes('ALL')
      ? logOptionNames
      : before;
  return changedKeywords(command, 'LOG_OPTIONS', logOptionNames, start);
}

function changedProtocolOptions(command: ParsedCommand, before: readonly string[]): readonly string[] {
  const path = 'PROTOCOL.TCP';
  const kept = before.filter(
    (option) => command.presence(`${path}.${option.replace(/^NO|=.*$/g, '')}`) === 'absent',
  );
  return [
    ...kept,
    ...(command.negated(`${path}.DELAY`) ? ['NODELAY'] : []),
    ...['DROP_COUNT', 'PROBE_TIMER']
      .filter((name) => command.present(`${path}.${name}`))
      .map((name) => `${name}=${command.value(`${path}.${name}`)}`),
  ];
}

/** Kept as typed, the caret of `"421^TOO MANY SMTP CHANNELS ACTIVE"` too. tcpip-smtp.md §1.4 */
function rejectMessage(command: ParsedCommand, before: string | undefined): string | undefined {
  if (command.negated('REJECT.MESSAGE')) return undefined;
  const message = command.value('REJECT.MESSAGE');
  if (message === undefined) return before;
  if (message.length > LONGEST_MESSAGE || /[^\x20-\x7e]/.test(message)) throw invalidQualifier('REJECT');
  return message;
}

function rpcNumbers(command: ParsedCommand, before: Service['rpc']): NonNullable<Service['rpc']> {
  const number = (label: string, old: number): number => Number(command.value(`RPC.${label}`) ?? old);
  return {
    program: number('PROGRAM_NUMBER', before?.program ?? 0),
    low: number('VERSION_NUMBER.LOW', before?.low ?? 1),
    high: number('VERSION_NUMBER.HIGH', before?.high ?? 1),
  };
}
