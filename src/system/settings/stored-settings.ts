/** SMTP settings as they are stored: a typed snapshot for receiver and symbiont, and checked changes. */
import type { SystemStore } from '../../ports/system-store.ts';
import { parseSetting } from './setting-values.ts';
import { type SettingDefinition, smtpSettings } from './smtp-settings.ts';

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

/** What the store says, the default where it says nothing, or nothing that makes sense. */
export function smtpSettingsFrom(stored: ReadonlyMap<string, string>): SmtpSettings {
  const values: Record<string, unknown> = {};
  for (const [name, definition] of Object.entries<SettingDefinition>(smtpSettings)) {
    const value = settingValue(definition, stored.get(definition.field.toUpperCase()));
    if (value !== undefined) values[name] = value;
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
  smtpSettingsFrom(await store.settings());

export const defaultSmtpSettings: SmtpSettings = smtpSettingsFrom(new Map());

/**
 * Checks and stores one setting; undefined brings the default back.
 * @returns false when the text is no value of the setting: nothing is stored then
 */
export async function putSmtpSetting(
  store: SystemStore,
  name: SmtpSettingName,
  text: string | undefined,
): Promise<boolean> {
  const definition: SettingDefinition = smtpSettings[name];
  if (text !== undefined && !isValidSetting(name, text)) return false;
  await store.putSetting(definition.field, text);
  return true;
}

export function isValidSetting(name: SmtpSettingName, text: string): boolean {
  const definition: SettingDefinition = smtpSettings[name];
  if (text === '' && (definition.type === 'text' || definition.type === 'list')) return true;
  return inRange(definition, text) !== undefined;
}

function settingValue(definition: SettingDefinition, text: string | undefined): unknown {
  if (text === '' && definition.type === 'text') return undefined;
  const value = text === undefined ? undefined : inRange(definition, text);
  return value ?? parseSetting(definition.type, definition.default);
}

function inRange(definition: SettingDefinition, text: string): ReturnType<typeof parseSetting> {
  const value = parseSetting(definition.type, text);
  if (typeof value !== 'number' || definition.type === 'delta') return value;
  const amount = definition.type === 'minutes' ? value / 60_000 : value;
  const { minimum = 0, maximum = Number.MAX_SAFE_INTEGER } = definition;
  return amount >= minimum && amount <= maximum ? value : undefined;
}
