/** SET SERVICE: the command; what it makes of a service: changed-service.ts. Source: tcpip-smtp.md §1.4. */
import { defineVerb, type ParsedCommand } from '../command-definition/index.ts';
import { condition, SYSTEM } from '../condition/index.ts';
import type { Service } from '../ports/system-store.ts';
import type { VerbContext } from '../system/image.ts';
import { changedService, createdService, flagNames, socketOptionNames } from './changed-service.ts';
import { type ManagementDeps, requirePrivilege } from './deps.ts';
import { invalidQualifier } from './host-rules.ts';
import { TCPIP } from './messages.ts';
import { logOptionNames } from './service-display.ts';

const LONGEST_NAME = 16;

const requiredForNew = ['FILE', 'PORT', 'PROCESS_NAME', 'USER_NAME'] as const;
const fixedOnExisting = ['ADDRESS', 'PORT', 'PROCESS_NAME'] as const;

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
    help: '/FILE, /PORT, /PROCESS_NAME and /USER_NAME are required for a new service. A service that listens\nis changed at once, for the connections that come from then on.\n/PORT, /ADDRESS, /PROCESS_NAME and the protocols of one that is there cannot be changed: SET NOSERVICE first, and\ncreate it again. Options of its protocols can.',
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
            ...negatableKeywords(socketOptionNames),
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
      if (existing === undefined) checkRequired(command);
      else checkUnchanged(command, existing);
      checkTexts(command);
      const service = await changedService(existing ?? createdService(name, command), command, deps);
      await store.putService(service);
      // Deviation: the auxiliary server takes it up with its next look, DISABLE and ENABLE are not needed.
      return SYSTEM.NORMAL.value;
    },
  });

function checkRequired(command: ParsedCommand): void {
  const missing = requiredForNew.find((label) => !command.present(label));
  if (missing !== undefined) throw condition(TCPIP.SERVERROR).with(condition(TCPIP.MISSQUAL, missing));
}

/** A protocol that it has may be named, for its options. */
function checkUnchanged(command: ParsedCommand, { protocol }: Service): void {
  const has = protocol.split(',');
  const isNew = ['TCP', 'UDP'].some((each) => command.present(`PROTOCOL.${each}`) && !has.includes(each));
  const given = isNew ? 'PROTOCOL' : fixedOnExisting.find((label) => command.present(label));
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
