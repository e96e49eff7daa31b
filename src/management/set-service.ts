/** SET SERVICE and SET NOSERVICE. Source: tcpip-smtp.md §1.4. */
import { isIP } from 'node:net';
import { defineVerb, type ParsedCommand } from '../command-definition/index.ts';
import { condition, SYSTEM } from '../condition/index.ts';
import type { Service } from '../ports/system-store.ts';
import type { VerbContext } from '../system/image.ts';
import { newService } from '../system/new-service.ts';
import { ask } from '../system/utility-loop.ts';
import { type ManagementDeps, requirePrivilege } from './deps.ts';
import { changedRules, invalidQualifier } from './host-rules.ts';
import { TCPIP } from './messages.ts';
import { logOptionNames, serviceHeading, serviceLine } from './service-display.ts';
import { named } from './show-service.ts';

const LONGEST_NAME = 16;
const LONGEST_PROCESS_NAME = 15;
const LONGEST_MESSAGE = 63;

const requiredForNew = ['FILE', 'PORT', 'PROCESS_NAME', 'USER_NAME'] as const;
const fixedOnExisting = ['ADDRESS', 'PORT', 'PROCESS_NAME'] as const;

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
const negatableKeywords = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, { negatable: true }]));
const list = { required: true, list: true } as const;
const number = { negatable: false, value: { required: true, type: '$NUMBER' } } as const;
const text = { negatable: false, value: { required: true } } as const;
const rules = {
  HOSTS: { value: list },
  NETWORKS: { value: list },
  NOHOSTS: { value: { default: '*', list: true } },
  NONETWORKS: { value: { default: '*', list: true } },
} as const;

export const setServiceVerb = (deps: ManagementDeps) =>
  defineVerb<VerbContext>({
    name: 'SET SERVICE',
    summary: 'Defines a service, or changes one.',
    source: 'Management Command Reference, SET SERVICE',
    help: '/FILE, /PORT, /PROCESS_NAME and /USER_NAME are required for a new service. What changes a service that\nlistens counts after DISABLE SERVICE and ENABLE SERVICE.',
    privilege: 'SYSPRV or BYPASS',
    parameters: [{ label: 'SERVICE', prompt: 'Service', required: true }],
    qualifiers: {
      ACCEPT: {
        negatable: false,
        value: { ...list, keywords: rules },
        summary: 'hosts and networks allowed',
      },
      ADDRESS: { ...text, summary: 'local address to listen on' },
      FILE: { ...text, summary: 'command procedure run for each request' },
      FLAGS: { negatable: false, value: { ...list, keywords: negatableKeywords(flagNames) } },
      INACTIVITY: { ...number, summary: 'minutes an idle connection is kept' },
      LIMIT: { ...number, summary: 'connections at a time' },
      LOG_OPTIONS: {
        negatable: false,
        value: {
          ...list,
          keywords: {
            ...negatableKeywords(logOptionNames),
            ALL: {},
            NONE: {},
            FILE: { value: { required: true } },
          },
        },
      },
      PORT: number,
      PROCESS_NAME: text,
      PROTOCOL: {
        negatable: false,
        value: {
          ...list,
          keywords: {
            TCP: {
              value: {
                list: true,
                keywords: {
                  DELAY: { negatable: true },
                  DROP_COUNT: { value: { required: true, type: '$NUMBER' } },
                  PROBE_TIMER: { value: { required: true, type: '$NUMBER' } },
                },
              },
            },
            UDP: {},
          },
        },
      },
      REJECT: {
        negatable: false,
        value: {
          ...list,
          keywords: { ...rules, MESSAGE: { negatable: true, value: { required: true } } },
        },
        summary: 'hosts and networks refused, and what they are told',
      },
      RPC: {
        negatable: false,
        value: {
          ...list,
          keywords: {
            PROGRAM_NUMBER: { value: { required: true, type: '$NUMBER' } },
            VERSION_NUMBER: {
              value: {
                ...list,
                keywords: {
                  LOW: { value: { required: true, type: '$NUMBER' } },
                  HIGH: { value: { required: true, type: '$NUMBER' } },
                },
              },
            },
          },
        },
      },
      SEPARATOR: text,
      SOCKET_OPTIONS: {
        negatable: false,
        value: {
          ...list,
          keywords: {
            ...negatableKeywords(['KEEPALIVE', 'RCHECK', 'SCHECK']),
            RECEIVE: { value: { required: true, type: '$NUMBER' } },
            SEND: { value: { required: true, type: '$NUMBER' } },
          },
        },
      },
      USER_NAME: { ...text, summary: 'account of the process' },
    },
    async routine(command, context) {
      requirePrivilege(context, TCPIP.SERVERROR);
      const name = command.value('SERVICE')!.toUpperCase();
      if (name.length > LONGEST_NAME || !/^[A-Z0-9$_]+$/.test(name)) {
        throw condition(TCPIP.SERVERROR).with(condition(TCPIP.INVNAME, name));
      }
      const store = await deps.systemStore();
      const existing = await store.service(name);
      checkQualifiers(command, existing !== undefined);
      checkTexts(command);
      const service = await changed(existing ?? createdService(name, command), command, deps);
      await store.putService(service);
      // Deviation: the auxiliary server takes it up with its next look, DISABLE and ENABLE are not needed.
      return SYSTEM.NORMAL.value;
    },
  });

function checkQualifiers(command: ParsedCommand, isExisting: boolean): void {
  if (!isExisting) {
    const missing = requiredForNew.find((label) => !command.present(label));
    if (missing !== undefined) throw condition(TCPIP.SERVERROR).with(condition(TCPIP.MISSQUAL, missing));
    return;
  }
  const given = fixedOnExisting.find((label) => command.present(label));
  if (given !== undefined) throw condition(TCPIP.SERVERROR).with(condition(TCPIP.NOTCHANGE, given));
}

/** A service without procedure, account or process name could never run. */
function checkTexts(command: ParsedCommand): void {
  for (const label of ['FILE', 'USER_NAME', 'PROCESS_NAME']) {
    if (command.present(label) && !/^[\x20-\x7e]*[\x21-\x7e][\x20-\x7e]*$/.test(command.value(label)!)) {
      throw invalidQualifier(label);
    }
  }
}

function createdService(name: string, command: ParsedCommand): Service {
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

async function changed(before: Service, command: ParsedCommand, deps: ManagementDeps): Promise<Service> {
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
    socketOptions: changedKeywords(
      command,
      'SOCKET_OPTIONS',
      ['KEEPALIVE', 'RCHECK', 'SCHECK'],
      before.socketOptions,
    ),
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

export const setNoServiceVerb = (deps: ManagementDeps) =>
  defineVerb<VerbContext>({
    name: 'SET NOSERVICE',
    summary: 'Removes a service, or without a name every service you agree to.',
    source: 'Management Command Reference, SET SERVICE',
    privilege: 'SYSPRV or BYPASS',
    parameters: [{ label: 'SERVICE', prompt: 'Service' }],
    qualifiers: { CONFIRM: { default: true, summary: 'ask before each; /NOCONFIRM: do not (ours)' } },
    async routine(command, context) {
      requirePrivilege(context, TCPIP.SERVERROR);
      const store = await deps.systemStore();
      for (const service of await named(store, command)) {
        const answer = command.present('CONFIRM') ? await askToRemove(service, context) : 'yes';
        if (answer === 'end') break;
        if (answer !== 'yes') continue;
        await store.removeService(service.name);
        await deps.applyService(service.name, undefined);
      }
      return SYSTEM.NORMAL.value;
    },
  });

async function askToRemove(service: Service, context: VerbContext): ReturnType<typeof ask> {
  for (const line of [...serviceHeading, serviceLine(service)]) await context.output.writeLine(line);
  return ask(context, 'Remove? [N]:');
}
