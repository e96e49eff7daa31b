/**
 * SET CONFIGURATION SMTP over the table of settings: the qualifiers of the product, and one for each other setting, called
 * as its field is. Source: tcpip-smtp.md §3.1, §3.3.
 */
import { defineVerb, type ParsedCommand, type QualifierDefinition } from '../command-definition/index.ts';
import { condition, SYSTEM } from '../condition/index.ts';
import { smtpDirectories } from '../mail/routing/index.ts';
import type { SystemStore } from '../ports/system-store.ts';
import type { VerbContext } from '../system/image.ts';
import {
  loadConfigurationFile,
  NO_LOG_FILE,
  type SettingDefinition,
  type SmtpSettingName,
  settingsInForce,
  smtpConfigurationFile,
  smtpSettings,
  whatIsWrong,
} from '../system/settings/index.ts';
import { type ManagementDeps, requirePrivilege } from './deps.ts';
import { TCPIP } from './messages.ts';

const list = { required: true, list: true } as const;
const number = { negatable: false, value: { required: true, type: '$NUMBER' } } as const;
const minutes = { value: { required: true, type: '$NUMBER' } } as const;
/** `dddd hh:mm:ss.cc`, with a blank and quoted: not the form of DCL's delta times. */
const delta = { value: { required: true } } as const;
const name = { negatable: true, value: { required: true } } as const;

const productQualifiers = {
  ADDRESS_RETRIES: number,
  GATEWAY: {
    negatable: false,
    value: { ...list, keywords: { ALTERNATE: name, GENERAL_PURPOSE: name } },
  },
  HOP_COUNT_MAXIMUM: number,
  INTERVAL: {
    negatable: false,
    value: { ...list, keywords: { INITIAL: delta, RETRY: delta, MAXIMUM: delta } },
  },
  LOG: { value: {} },
  OPTIONS: {
    negatable: false,
    value: {
      ...list,
      keywords: {
        EIGHT_BIT: { negatable: true },
        RELAY: { negatable: true },
        CLASSIC: { negatable: true },
        HEADERS: { negatable: true },
        TOP_HEADERS: { negatable: true },
      },
    },
  },
  QUEUES: number,
  RECEIVE_TIMEOUT: { ...number, summary: 'minutes' },
  SEND_TIMEOUT: {
    negatable: false,
    value: {
      ...list,
      keywords: { INITIAL: minutes, MAIL: minutes, RECEIPT: minutes, DATA: minutes, TERMINATION: minutes },
    },
  },
  SUBSTITUTE_DOMAIN: { negatable: false, value: { ...list, keywords: { NAME: name } } },
  ZONE: { value: {} },
} satisfies Record<string, QualifierDefinition>;

interface Place {
  readonly path: string;
  readonly setting: SmtpSettingName;
  readonly definition: SettingDefinition;
}

/** Where each value of the command goes; the bare forms of LOG and ZONE, and OPTIONS=HEADERS, are beside the table. */
const places: readonly Place[] = (Object.keys(smtpSettings) as SmtpSettingName[]).flatMap((setting) => {
  const definition: SettingDefinition = smtpSettings[setting];
  const path = definition.qualifier;
  return path === 'OPTIONS.HEADERS' ? [] : [{ path, setting, definition }];
});

/** Deviation: settings that the product has in its file or as logical names alone have a qualifier, too. */
const ownQualifiers: Readonly<Record<string, QualifierDefinition>> = Object.fromEntries(
  places
    .filter(({ path }) => !path.includes('.') && !(path in productQualifiers))
    .map(({ path, definition }) => [path, ownQualifier(definition)]),
);

function ownQualifier({ type, words, meaning, isNegated }: SettingDefinition): QualifierDefinition {
  const summary = `${isNegated ? '/NO: ' : ''}${meaning} (ours)`;
  if (type === 'boolean') return { summary };
  if (type === 'list') return { value: list, summary };
  if (type === 'number') return { ...number, summary };
  const keywords = words && { keywords: Object.fromEntries(words.map((word) => [word, {}])) };
  return { value: { required: true, ...keywords }, summary };
}

export const setSmtpVerb = (deps: ManagementDeps) =>
  defineVerb<VerbContext>({
    name: 'SET CONFIGURATION SMTP',
    summary: 'Configures SMTP. Give STOP MAIL and START MAIL afterwards where /QUEUES has changed.',
    source: 'Management Command Reference, SET CONFIGURATION SMTP',
    privilege: 'SYSPRV or BYPASS',
    qualifiers: {
      ...productQualifiers,
      ...ownQualifiers,
      FILE: {
        negatable: false,
        summary: 'take up TCPIP$SMTP.CONF now, or hear what is wrong with it (ours)',
      },
    },
    async routine(command, context) {
      requirePrivilege(context, TCPIP.CONFIGERROR);
      const store = await deps.systemStore();
      const changes = [...changesOf(command), ...(await bareQualifiers(command, store))];
      for (const { setting, value, qualifier } of changes) {
        const reason = value === undefined ? undefined : whatIsWrong(smtpSettings[setting], value);
        if (reason !== undefined) {
          throw condition(TCPIP.CONFIGERROR).with(
            condition(TCPIP.INVQUAL, qualifier),
            condition(TCPIP.BADVALUE, reason),
          );
        }
      }
      if (command.present('FILE')) await loadFile(store, context);
      if (changes.length > 0)
        await store.changeSettings(
          () => new Map(changes.map(({ setting, value }) => [smtpSettings[setting].field, value])),
        );
      await tellOverridden(store, changes, context);
      return SYSTEM.NORMAL.value;
    },
  });

interface Change {
  readonly setting: SmtpSettingName;
  /** undefined brings the default back. */
  readonly value: string | undefined;
  readonly qualifier: string;
}

function changesOf(command: ParsedCommand): readonly Change[] {
  const changes = places.flatMap(({ path, setting, definition }): Change[] => {
    const presence = command.presence(path);
    const qualifier = path.split('.')[0]!;
    if (presence === 'absent') return [];
    if (definition.type === 'boolean') {
      const isOn = (presence === 'negated') === (definition.isNegated === true);
      return [{ setting, value: isOn ? 'TRUE' : 'FALSE', qualifier }];
    }
    if (presence === 'negated') {
      // An empty list is a value of its own: nobody. Where the log goes with /NOLOG, bareQualifiers says.
      return path === 'LOG'
        ? []
        : [{ setting, value: definition.type === 'list' ? '' : undefined, qualifier }];
    }
    const values = command.values(path);
    return values.length === 0 ? [] : [{ setting, value: values.join(', '), qualifier }];
  });
  const placement = headerPlacement(command);
  return placement === undefined
    ? changes
    : [...changes, { setting: 'headerPlacement', value: placement, qualifier: 'OPTIONS' }];
}

/** Qualifiers without their value: /LOG is the default file again, /NOLOG no file, /ZONE the zone of this host. */
async function bareQualifiers(command: ParsedCommand, store: SystemStore): Promise<readonly Change[]> {
  const isBare = (label: string): boolean => command.present(label) && command.value(label) === undefined;
  const changes: Change[] = [];
  if (isBare('LOG')) changes.push({ setting: 'logFile', value: undefined, qualifier: 'LOG' });
  if (command.negated('LOG')) changes.push({ setting: 'logFile', value: NO_LOG_FILE, qualifier: 'LOG' });
  if (isBare('ZONE')) {
    const value = zoneOf((await store.setting('HOST_NAME')) ?? '');
    changes.push({ setting: 'zone', value, qualifier: 'ZONE' });
  }
  return changes;
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

/** Throws CONFIGERROR with a line for each mistake; the settings stay as they are then. */
async function loadFile(store: SystemStore, { process, output }: VerbContext): Promise<void> {
  const directories = await smtpDirectories(process.logicalNames);
  const loaded = await loadConfigurationFile({
    file: smtpConfigurationFile,
    files: process.files,
    directories,
    store,
  });
  if (loaded.kind === 'bad') {
    throw condition(TCPIP.CONFIGERROR).with(
      ...loaded.mistakes.map(({ line, reason }) =>
        condition(TCPIP.CONFLINE, loaded.specification, line, reason),
      ),
    );
  }
  const message =
    loaded.kind === 'none' ? condition(TCPIP.NOCONF) : condition(TCPIP.CONFREAD, loaded.specification);
  await output.writeLine(message.message);
}

/** What was set and does not count: the file or a logical name says something else. */
async function tellOverridden(
  store: SystemStore,
  changes: readonly Change[],
  { output }: VerbContext,
): Promise<void> {
  const all = settingsInForce(await store.settings(), await store.systemLogicalNames());
  for (const { setting } of changes) {
    const { definition, origin } = all.find((each) => each.name === setting)!;
    if (origin === 'file' || origin === 'logical') {
      const by = origin === 'file' ? 'TCPIP$SMTP.CONF' : `logical name TCPIP$SMTP_${definition.logical}`;
      await output.writeLine(condition(TCPIP.OVERRIDDEN, definition.field, by).message);
    }
  }
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
      await store.changeSettings(
        () => new Map(Object.values(smtpSettings).map(({ field }) => [field, undefined])),
      );
      return SYSTEM.NORMAL.value;
    },
  });
