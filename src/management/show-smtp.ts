/** SHOW CONFIGURATION SMTP: the product's screen; with /FULL every other setting, too. Source: tcpip-smtp.md §3.2. */
import { defineVerb } from '../command-definition/index.ts';
import { Condition, SYSTEM } from '../condition/index.ts';
import { smtpDirectories } from '../mail/routing/index.ts';
import type { QueueInfo } from '../ports/queue-manager.ts';
import { commandOutput } from '../system/command-output.ts';
import type { VerbContext } from '../system/image.ts';
import {
  formatDelta,
  keptConfigurationFile,
  NO_LOG_FILE,
  type RefusedConfiguration,
  refusedConfigurationFile,
  type SettingInForce,
  type SmtpSettings,
  settingsInForce,
  smtpConfigurationFile,
  smtpSettingsFrom,
} from '../system/settings/index.ts';
import type { ManagementDeps } from './deps.ts';

export const showSmtpVerb = (deps: ManagementDeps) =>
  defineVerb<VerbContext>({
    name: 'SHOW CONFIGURATION SMTP',
    summary: 'Displays how SMTP is configured.',
    source: 'Management Command Reference, SHOW CONFIGURATION SMTP',
    qualifiers: {
      FULL: { negatable: false, summary: 'the other settings too, and where each one comes from (ours)' },
      OUTPUT: { negatable: false, value: { type: '$OUTFILE', required: true } },
    },
    async routine(command, context) {
      const store = await deps.systemStore();
      const stored = await store.settings();
      const logicalNames = await store.systemLogicalNames();
      const queues = await queuesOf(deps);
      const out = await commandOutput(context, command.value('OUTPUT'));
      try {
        const settings = smtpSettingsFrom(stored, logicalNames);
        for (const line of smtpConfigurationLines(settings, queues)) await out.line(line);
        const refused = await refusedFile(context);
        if (refused !== undefined) for (const line of refusedLines(refused)) await out.line(line);
        if (command.present('FULL')) {
          const file = keptConfigurationFile(smtpConfigurationFile, stored)?.specification;
          for (const line of fullLines(settingsInForce(stored, logicalNames), file)) await out.line(line);
        }
      } finally {
        await out.close();
      }
      return SYSTEM.NORMAL.value;
    },
  });

/** Not seen by who may not read it. */
async function refusedFile({ process }: VerbContext): Promise<RefusedConfiguration | undefined> {
  try {
    return await refusedConfigurationFile(
      smtpConfigurationFile,
      process.files,
      await smtpDirectories(process.logicalNames),
    );
  } catch (error) {
    if (error instanceof Condition) return undefined;
    throw error;
  }
}

/** Ours: who has written the file reads here why it does not count; operators heard of it once. */
const refusedLines = ({ specification, mistakes }: RefusedConfiguration): string[] => [
  '',
  `${specification} is refused, the settings stay as they are`,
  ...mistakes.map(({ line, reason }) => `line ${line}: ${reason}`),
];

/** The configuration is shown without a running node too; its queues are not. */
async function queuesOf(deps: ManagementDeps): Promise<readonly QueueInfo[]> {
  try {
    return await (await deps.queueManager()).queues();
  } catch {
    return [];
  }
}

/** The screen of tcpip-smtp.md §3.2. */
function smtpConfigurationLines(settings: SmtpSettings, queues: readonly QueueInfo[]): string[] {
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

const FIELD_WIDTH = 32;

/** Ours: what is not on the screen as `Field-Name: value`, and all that somebody has set, with who says so. */
function fullLines(all: readonly SettingInForce[], file: string | undefined): string[] {
  const shown = all.filter(
    ({ origin, definition }) => origin !== 'default' || !isOnScreen(definition.qualifier),
  );
  return [
    '',
    `Configuration file:   ${file ?? 'none'}`,
    '',
    ...shown.map(({ definition, text, origin }) => {
      const by = {
        default: '',
        command: '',
        file: ' (file)',
        logical: ` (TCPIP$SMTP_${definition.logical})`,
      }[origin];
      const value = definition.isSecret === true ? 'defined' : text;
      return `${`${definition.field}:`.padEnd(FIELD_WIDTH)}${text === '' ? 'not defined' : value}${by}`;
    }),
  ];
}

const isOnScreen = (qualifier: string): boolean =>
  qualifier.includes('.') ||
  /^(ADDRESS_RETRIES|HOP_COUNT_MAXIMUM|LOG|POSTMASTER|QUEUES|RECEIVE_TIMEOUT|ZONE)$/.test(qualifier);
