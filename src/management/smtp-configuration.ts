/** SET CONFIGURATION SMTP and SHOW CONFIGURATION SMTP over the table of settings. Source: tcpip-smtp.md §3.1, §3.2. */
import { defineVerb, type ParsedCommand } from '../command-definition/index.ts';
import { condition, SYSTEM } from '../condition/index.ts';
import type { QueueInfo } from '../ports/queue-manager.ts';
import type { SystemStore } from '../ports/system-store.ts';
import { commandOutput } from '../system/command-output.ts';
import type { VerbContext } from '../system/image.ts';
import {
  formatDelta,
  isValidSetting,
  NO_LOG_FILE,
  putSmtpSetting,
  readSmtpSettings,
  type SmtpSettingName,
  type SmtpSettings,
  smtpSettings,
} from '../system/settings/index.ts';
import { type ManagementDeps, requirePrivilege } from './deps.ts';
import { TCPIP } from './messages.ts';

const list = { required: true, list: true } as const;
const number = { negatable: false, value: { required: true, type: '$NUMBER' } } as const;
const minutes = { value: { required: true, type: '$NUMBER' } } as const;
/** `dddd hh:mm:ss.cc`, with a blank and quoted: not the form of DCL's delta times. */
const delta = { value: { required: true } } as const;
const name = { negatable: true, value: { required: true } } as const;
const names = { value: list } as const;

export const setSmtpVerb = (deps: ManagementDeps) =>
  defineVerb<VerbContext>({
    name: 'SET CONFIGURATION SMTP',
    summary: 'Configures SMTP. Give STOP MAIL and START MAIL afterwards.',
    source: 'Management Command Reference, SET CONFIGURATION SMTP',
    privilege: 'SYSPRV or BYPASS',
    qualifiers: {
      ADDRESS_RETRIES: number,
      BAD_CLIENTS: { ...names, summary: 'clients refused (ours)' },
      GATEWAY: {
        negatable: false,
        value: { ...list, keywords: { ALTERNATE: name, GENERAL_PURPOSE: name } },
      },
      GOOD_CLIENTS: { ...names, summary: 'clients that may relay (ours)' },
      HOP_COUNT_MAXIMUM: number,
      INTERVAL: {
        negatable: false,
        value: { ...list, keywords: { INITIAL: delta, RETRY: delta, MAXIMUM: delta } },
      },
      LOG: { value: {} },
      MESSAGE_SIZE_LIMIT: { ...number, summary: 'bytes; 0: no limit (ours)' },
      OPTIONS: {
        negatable: false,
        value: {
          ...list,
          keywords: {
            EIGHT_BIT: { negatable: true },
            RELAY: { negatable: true },
            HEADERS: { negatable: true },
            TOP_HEADERS: { negatable: true },
          },
        },
      },
      QUEUES: number,
      RECEIVE_TIMEOUT: { ...number, summary: 'minutes' },
      RELAY_ZONES: { ...names, summary: 'domains any client may relay to (ours)' },
      SEND_TIMEOUT: {
        negatable: false,
        value: {
          ...list,
          keywords: {
            INITIAL: minutes,
            MAIL: minutes,
            RECEIPT: minutes,
            DATA: minutes,
            TERMINATION: minutes,
          },
        },
      },
      SUBSTITUTE_DOMAIN: { negatable: false, value: { ...list, keywords: { NAME: name } } },
      ZONE: { value: {} },
    },
    async routine(command, context) {
      requirePrivilege(context, TCPIP.CONFIGERROR);
      const store = await deps.systemStore();
      const changes = [...changesOf(command), ...(await bareQualifiers(command, store))];
      for (const [setting, value, qualifier] of changes) {
        if (value !== undefined && !isValidSetting(setting, value)) {
          throw condition(TCPIP.CONFIGERROR).with(condition(TCPIP.INVQUAL, qualifier));
        }
      }
      for (const [setting, value] of changes) await putSmtpSetting(store, setting, value);
      return SYSTEM.NORMAL.value;
    },
  });

type Change = readonly [setting: SmtpSettingName, value: string | undefined, qualifier: string];

/** Where each value of the command goes. A negated one brings the default back. */
const places: readonly (readonly [path: string, setting: SmtpSettingName])[] = [
  ['ADDRESS_RETRIES', 'addressRetries'],
  ['BAD_CLIENTS', 'badClients'],
  ['GATEWAY.ALTERNATE', 'alternateGateway'],
  ['GATEWAY.GENERAL_PURPOSE', 'generalGateway'],
  ['GOOD_CLIENTS', 'goodClients'],
  ['HOP_COUNT_MAXIMUM', 'hopCountMaximum'],
  ['INTERVAL.INITIAL', 'initialIntervalMs'],
  ['INTERVAL.RETRY', 'retryIntervalMs'],
  ['INTERVAL.MAXIMUM', 'maximumIntervalMs'],
  ['LOG', 'logFile'],
  ['MESSAGE_SIZE_LIMIT', 'messageSizeLimit'],
  ['QUEUES', 'queues'],
  ['RECEIVE_TIMEOUT', 'receiveTimeoutMs'],
  ['RELAY_ZONES', 'relayZones'],
  ['SEND_TIMEOUT.INITIAL', 'sendTimeoutInitialMs'],
  ['SEND_TIMEOUT.MAIL', 'sendTimeoutMailMs'],
  ['SEND_TIMEOUT.RECEIPT', 'sendTimeoutReceiptMs'],
  ['SEND_TIMEOUT.DATA', 'sendTimeoutDataMs'],
  ['SEND_TIMEOUT.TERMINATION', 'sendTimeoutTerminationMs'],
  ['SUBSTITUTE_DOMAIN.NAME', 'substituteDomain'],
  ['ZONE', 'zone'],
];

function changesOf(command: ParsedCommand): readonly Change[] {
  const changes: Change[] = [];
  for (const [path, setting] of places) {
    const presence = command.presence(path);
    const qualifier = path.split('.')[0]!;
    if (presence === 'present' && command.values(path).length > 0) {
      changes.push([setting, command.values(path).join(', '), qualifier]);
    }
    // An empty list is a value of its own: nobody.
    else if (presence === 'negated') {
      const isList = smtpSettings[setting].type === 'list';
      changes.push([setting, isList ? '' : undefined, qualifier]);
    }
  }
  for (const [keyword, setting] of [
    ['EIGHT_BIT', 'eightBit'],
    ['RELAY', 'relay'],
  ] as const) {
    const presence = command.presence(`OPTIONS.${keyword}`);
    if (presence !== 'absent') {
      changes.push([setting, presence === 'negated' ? 'FALSE' : 'TRUE', 'OPTIONS']);
    }
  }
  const placement = headerPlacement(command);
  if (placement !== undefined) changes.push(['headerPlacement', placement, 'OPTIONS']);
  return changes;
}

/** Qualifiers without their value: /LOG is the default file again, /NOLOG no file, /ZONE the zone of this host. */
async function bareQualifiers(command: ParsedCommand, store: SystemStore): Promise<readonly Change[]> {
  const isBare = (label: string): boolean => command.present(label) && command.value(label) === undefined;
  return [
    ...(isBare('LOG') ? [['logFile', undefined, 'LOG'] as const] : []),
    ...(command.negated('LOG') ? [['logFile', NO_LOG_FILE, 'LOG'] as const] : []),
    ...(isBare('ZONE') ? [['zone', zoneOf((await store.setting('HOST_NAME')) ?? ''), 'ZONE'] as const] : []),
  ];
}

/**
 * One level above the local domain: that of hearts.budget.acme.com is budget.acme.com, its zone acme.com. A top-level
 * domain is no zone: there the local domain itself is. tcpip-smtp.md §3.1
 */
export function zoneOf(hostName: string): string | undefined {
  const [, ...domain] = hostName.split('.');
  const zone = domain.length > 2 ? domain.slice(1) : domain;
  return zone.length === 0 ? undefined : zone.join('.');
}

function headerPlacement(command: ParsedCommand): string | undefined {
  if (command.negated('OPTIONS.HEADERS')) return 'NONE';
  if (command.present('OPTIONS.TOP_HEADERS')) return 'TOP';
  return command.present('OPTIONS.HEADERS') || command.negated('OPTIONS.TOP_HEADERS') ? 'BOTTOM' : undefined;
}

export const setNoSmtpVerb = (deps: ManagementDeps) =>
  defineVerb<VerbContext>({
    name: 'SET CONFIGURATION NOSMTP',
    summary: 'Brings every SMTP setting back to its default.',
    source: 'Management Command Reference, SET CONFIGURATION SMTP',
    privilege: 'SYSPRV or BYPASS',
    async routine(_command, context) {
      requirePrivilege(context, TCPIP.CONFIGERROR);
      const store = await deps.systemStore();
      for (const { field } of Object.values(smtpSettings)) await store.putSetting(field, undefined);
      return SYSTEM.NORMAL.value;
    },
  });

export const showSmtpVerb = (deps: ManagementDeps) =>
  defineVerb<VerbContext>({
    name: 'SHOW CONFIGURATION SMTP',
    summary: 'Displays how SMTP is configured.',
    source: 'Management Command Reference, SHOW CONFIGURATION SMTP',
    qualifiers: {
      FULL: { negatable: false },
      OUTPUT: { negatable: false, value: { type: '$OUTFILE', required: true } },
    },
    async routine(command, context) {
      const settings = await readSmtpSettings(await deps.systemStore());
      const queues = await queuesOf(deps);
      const out = await commandOutput(context, command.value('OUTPUT'));
      try {
        for (const line of smtpConfigurationLines(settings, queues)) await out.line(line);
        if (command.present('FULL')) for (const line of policyLines(settings)) await out.line(line);
      } finally {
        await out.close();
      }
      return SYSTEM.NORMAL.value;
    },
  });

/** The configuration is shown without a running node too; its queues are not. */
async function queuesOf(deps: ManagementDeps): Promise<readonly QueueInfo[]> {
  try {
    return await (await deps.queueManager()).queues();
  } catch {
    return [];
  }
}

/** The screen of tcpip-smtp.md §3.2. */
export function smtpConfigurationLines(settings: SmtpSettings, queues: readonly QueueInfo[]): string[] {
  const options = [
    settings.eightBit ? 'EIGHT_BIT' : 'NOEIGHT_BIT',
    settings.relay ? 'RELAY' : 'NORELAY',
    { TOP: 'TOP_HEADERS', NONE: 'NOHEADERS' }[settings.headerPlacement] ?? 'NOTOP_HEADERS',
  ];
  const interval = (label: string, value: number, rest: string, option: string | undefined): string =>
    `${label.padEnd(20)}${formatDelta(value)}   ${rest.padEnd(22)}${option}`;
  const limits = settings.sendTimeoutsMs;
  const inMinutes = (value: number): number => value / 60_000;
  const send = [limits.initial, limits.mail, limits.receipt, limits.data].map((value) =>
    String(inMinutes(value)).padStart(9),
  );
  return [
    '',
    'SMTP Configuration',
    `${' '.repeat(58)}Options`,
    interval(
      'Initial interval:',
      settings.initialIntervalMs,
      `Address_max:${pad(settings.addressRetries, 7)}`,
      options[0],
    ),
    interval(
      'Retry interval:',
      settings.retryIntervalMs,
      `Hop_count_max:${pad(settings.hopCountMaximum, 5)}`,
      options[1],
    ),
    interval('Maximum interval:', settings.maximumIntervalMs, '', options[2]),
    '',
    'Timeout           Initial     Mail  Receipt     Data  Terminate',
    `  Send:         ${send.join('')}${pad(inMinutes(limits.termination), 11)}`,
    `  Receive:      ${pad(inMinutes(settings.receiveTimeoutMs), 9)}`,
    '',
    `Alternate gateway:    ${settings.alternateGateway ?? 'not defined'}`,
    `General gateway:      ${settings.generalGateway ?? 'not defined'}`,
    '',
    `Substitute domain:    ${settings.substituteDomain ?? 'not defined'}`,
    `Zone:                 ${settings.zone ?? 'not defined'}`,
    '',
    `Postmaster:           ${settings.postmaster}`,
    '',
    `Log file:             ${settings.logFile === NO_LOG_FILE ? 'not defined' : settings.logFile}`,
    '',
    'Generic queue             Queues   Participating nodes',
    ...queues
      .filter((queue) => queue.kind === 'genericServer')
      .map((queue) => `${queue.name.padEnd(26)}${pad(settings.queues, 6)}   ${queue.nodeName}`),
  ];
}

const pad = (value: number, width: number): string => String(value).padStart(width);

/** What OpenVMS keeps in TCPIP$SMTP.CONF, and our size limit: with /FULL. */
const policyLines = (settings: SmtpSettings): string[] => [
  '',
  `Good-Clients:         ${settings.goodClients.join(', ') || 'not defined'}`,
  `Bad-Clients:          ${settings.badClients.join(', ') || 'not defined'}`,
  `Relay-Zones:          ${settings.relayZones.join(', ') || 'not defined'}`,
  `Message-Size-Limit:   ${settings.messageSizeLimit === 0 ? 'none' : settings.messageSizeLimit}`,
];
