/**
 * SMTP settings as they are in force: a typed snapshot for receiver and symbiont, and checked changes.
 * A logical name wins over TCPIP$SMTP.CONF, the file over SET CONFIGURATION SMTP, that over the default. The file is read
 * by one process, which stores what it says here: everybody sees the same, and the last good file outlives a bad one.
 */
import type { LogicalNameRecord, SystemStore } from '../../ports/system-store.ts';
import { fileValues } from './kept-configuration-file.ts';
import { whatIsWrong } from './setting-check.ts';
import type { SettingDefinition } from './setting-definition.ts';
import { parseSetting } from './setting-values.ts';
import { smtpConfigurationFile } from './smtp-configuration-file.ts';
import { smtpSettings } from './smtp-settings.ts';

export type SmtpSettingName = keyof typeof smtpSettings;

type Definitions = typeof smtpSettings;
interface ValueTypes {
  boolean: boolean;
  number: number;
  minutes: number;
  delta: number;
  text: string;
  list: readonly string[];
}
/** Texts that are undefined by default may be missing. */
type OptionalName = {
  [K in SmtpSettingName]: Definitions[K] extends { type: 'text'; default: '' } ? K : never;
}[SmtpSettingName];

/** A snapshot, typed: intervals and time limits in milliseconds, lists as arrays. */
export type SmtpSettings = {
  readonly [K in Exclude<SmtpSettingName, OptionalName>]: ValueTypes[Definitions[K]['type']];
} & { readonly [K in OptionalName]?: string } & {
  /** The five send time limits together, as the symbiont uses them. */
  readonly sendTimeoutsMs: {
    readonly initial: number;
    readonly mail: number;
    readonly receipt: number;
    readonly data: number;
    readonly termination: number;
  };
};

/** Who says what a setting is. */
export type SettingOrigin = 'default' | 'command' | 'file' | 'logical';

export interface SettingInForce {
  readonly name: SmtpSettingName;
  readonly definition: SettingDefinition;
  /** As it would be written. */
  readonly text: string;
  readonly origin: SettingOrigin;
}

const names = Object.keys(smtpSettings) as readonly SmtpSettingName[];
const noLogicalNames: readonly LogicalNameRecord[] = [];

/** Every setting with what it is and who says so, in the order of the table. What makes no sense is passed over. */
export function settingsInForce(
  stored: ReadonlyMap<string, string>,
  logicalNames: readonly LogicalNameRecord[] = noLogicalNames,
): readonly SettingInForce[] {
  const file = fileValues(smtpConfigurationFile, stored);
  return names.map((name) => {
    const definition: SettingDefinition = smtpSettings[name];
    const candidates: readonly (readonly [SettingOrigin, string | undefined])[] = [
      ['logical', logicalValue(definition, logicalNames)],
      ['file', file.get(definition.field)],
      ['command', stored.get(definition.field.toUpperCase())],
    ];
    const found = candidates.find(
      ([, text]) => text !== undefined && whatIsWrong(definition, text) === undefined,
    );
    return found === undefined
      ? { name, definition, text: definition.default, origin: 'default' }
      : { name, definition, text: found[1]!, origin: found[0] };
  });
}

function logicalValue(
  { logical, type, isLogicalValued }: SettingDefinition,
  logicalNames: readonly LogicalNameRecord[],
): string | undefined {
  if (logical === undefined) return undefined;
  const found = logicalNames.find((each) => each.name.toUpperCase() === `TCPIP$SMTP_${logical}`);
  return found && (type === 'boolean' && isLogicalValued !== true ? 'TRUE' : found.values[0]);
}

export function smtpSettingsFrom(
  stored: ReadonlyMap<string, string>,
  logicalNames?: readonly LogicalNameRecord[],
): SmtpSettings {
  const values: Record<string, unknown> = {};
  for (const { name, definition, text } of settingsInForce(stored, logicalNames)) {
    if (text === '' && definition.type === 'text') continue;
    values[name] = parseSetting(definition.type, definition.words === undefined ? text : text.toUpperCase());
  }
  const settings = values as Omit<SmtpSettings, 'sendTimeoutsMs'>;
  return {
    ...settings,
    sendTimeoutsMs: {
      initial: settings.sendTimeoutInitialMs,
      mail: settings.sendTimeoutMailMs,
      receipt: settings.sendTimeoutReceiptMs,
      data: settings.sendTimeoutDataMs,
      termination: settings.sendTimeoutTerminationMs,
    },
  } as SmtpSettings;
}

/** Throws what the store throws. */
export const readSmtpSettings = async (store: SystemStore): Promise<SmtpSettings> =>
  smtpSettingsFrom(await store.settings(), await store.systemLogicalNames());

export const defaultSmtpSettings: SmtpSettings = smtpSettingsFrom(new Map());
