/**
 * SHOW CONFIGURATION/COMMAND (ours): a procedure that gives another node the configuration of this one. What is in force
 * counts, be it from SET CONFIGURATION SMTP or from TCPIP$SMTP.CONF; logical names are the site's own procedures' business.
 */
import { defineVerb } from '../command-definition/index.ts';
import { SYSTEM } from '../condition/index.ts';
import type { HostRules, Service } from '../ports/system-store.ts';
import { writeListing } from '../system/command-output.ts';
import type { VerbContext } from '../system/image.ts';
import {
  type LocalDatabases,
  NO_LOG_FILE,
  readLocalDatabases,
  type SettingInForce,
  settingsInForce,
} from '../system/settings/index.ts';
import { formatTime } from '../vms-time/index.ts';
import { flagNames } from './changed-service.ts';
import { type ManagementDeps, requirePrivilege } from './deps.ts';
import { TCPIP } from './messages.ts';
import { logOptionNames } from './service-display.ts';

export const showConfigurationVerb = (deps: ManagementDeps) =>
  defineVerb<VerbContext>({
    name: 'SHOW CONFIGURATION/COMMAND',
    summary: 'Writes a command procedure that configures another node like this one (ours).',
    privilege: 'SYSPRV or BYPASS',
    qualifiers: { OUTPUT: { negatable: false, value: { type: '$OUTFILE', required: true } } },
    async routine(command, context) {
      requirePrivilege(context, TCPIP.CONFIGERROR);
      const store = await deps.systemStore();
      const { nodeName, clock } = context.process;
      const lines = [
        `$! TCP/IP Services of node ${nodeName}, written ${formatTime(clock.now()).trimStart()}`,
        '$! by TCPIP SHOW CONFIGURATION/COMMAND. Run it as SYSTEM on a node that is to be configured',
        '$! like it: its services and SMTP settings are replaced. START MAIL makes as many queues.',
        '$ SET NOON',
        ...settingCommands(settingsInForce(await store.settings())),
        ...serviceCommands(await store.services()),
        ...databaseCommands(await readLocalDatabases(store)),
        '$ EXIT',
      ];
      await writeListing(context, command.value('OUTPUT'), lines);
      return SYSTEM.NORMAL.value;
    },
  });

/** `''` would begin a substitution within quotes; a blank between them is the nearest that can be said. */
const quoted = (text: string): string => `"${text.replaceAll('"', '""').replaceAll("''", "' '")}"`;
const quotedList = (texts: readonly string[]): string => `(${texts.map(quoted).join(',')})`;

function settingCommands(all: readonly SettingInForce[]): string[] {
  return [
    '$ TCPIP SET CONFIGURATION NOSMTP',
    ...all
      .filter(({ origin }) => origin !== 'default')
      .map((setting) =>
        // Somebody who may read the procedure need not be somebody who may know it.
        setting.definition.isSecret === true
          ? `$! TCPIP SET CONFIGURATION SMTP/${setting.definition.qualifier}= is not written here`
          : `$ TCPIP SET CONFIGURATION SMTP/${settingQualifier(setting)}`,
      ),
  ];
}

function settingQualifier({ definition, text }: SettingInForce): string {
  const { type, isNegated } = definition;
  const [qualifier = '', keyword] = definition.qualifier.split('.');
  if (qualifier === 'LOG' && text === NO_LOG_FILE) return 'NOLOG';
  if (keyword === 'HEADERS') {
    return `OPTIONS=${{ TOP: 'TOP_HEADERS', NONE: 'NOHEADERS' }[text.toUpperCase()] ?? 'HEADERS'}`;
  }
  const wrap = (word: string): string => (keyword === undefined ? word : `${qualifier}=(${word})`);
  const name = keyword ?? qualifier;
  if (type === 'boolean') {
    const isOn = /^(ON|TRUE|YES|1)$/i.test(text) !== (isNegated === true);
    return wrap(isOn ? name : `NO${name}`);
  }
  if (type === 'list') {
    const elements = text.split(',').flatMap((each) => each.trim() || []);
    return elements.length === 0 ? `NO${name}` : `${name}=${quotedList(elements)}`;
  }
  if (text === '') return wrap(`NO${name}`);
  return wrap(`${name}=${type === 'number' || type === 'minutes' ? text : quoted(text)}`);
}

function serviceCommands(services: readonly Service[]): string[] {
  return ['$ TCPIP SET NOSERVICE/NOCONFIRM', ...services.flatMap(oneServiceCommands)];
}

function oneServiceCommands(service: Service): string[] {
  const { name, enabled, enabledAtStart } = service;
  return [
    // Each part on a line of its own: continued lines of a procedure.
    ...serviceQualifiers(service).map((part, index, all) => {
      const start = index === 0 ? `$ TCPIP SET SERVICE ${quoted(name)}` : '  ';
      return `${start}${part}${index === all.length - 1 ? '' : ' -'}`;
    }),
    `$ TCPIP ${enabled ? 'ENABLE' : 'DISABLE'} SERVICE ${quoted(name)}`,
    `$ TCPIP SET CONFIGURATION ENABLE ${enabledAtStart ? '' : 'NO'}SERVICE ${quoted(name)}`,
  ];
}

function serviceQualifiers(service: Service): string[] {
  const { rpc, reject, logOptions, protocol, protocolOptions } = service;
  const flag = (on: readonly string[]) => (word: string) => (on.includes(word) ? word : `NO${word}`);
  const logs = logOptions.includes('ALL')
    ? logOptionNames.filter((each) => !logOptions.includes(`NO${each}`))
    : logOptions.filter((each) => !each.startsWith('NO'));
  const tcp = protocolOptions.length === 0 ? 'TCP' : `TCP=(${protocolOptions.join(',')})`;
  const protocols = { TCP: tcp, UDP: 'UDP', 'TCP,UDP': `${tcp},UDP` }[protocol];
  return [
    `/FILE=${quoted(service.file)}/PORT=${service.port}`,
    `/PROCESS_NAME=${quoted(service.processName)}/USER_NAME=${quoted(service.userName)}`,
    `/ADDRESS=${quoted(service.address)}/PROTOCOL=(${protocols})`,
    `/FLAGS=(${flagNames.map(flag(service.flags)).join(',')})`,
    `/INACTIVITY=${service.inactivity}/LIMIT=${service.limit}`,
    `/LOG_OPTIONS=(${[logs.length === 0 ? 'NONE' : logs.join(','), ...(service.logFile === undefined ? [] : [`FILE=${quoted(service.logFile)}`])].join(',')})`,
    `/SOCKET_OPTIONS=(${['KEEPALIVE', 'RCHECK', 'SCHECK'].map(flag(service.socketOptions)).join(',')},RECEIVE=${service.receiveBuffer},SEND=${service.sendBuffer})`,
    ...rules('ACCEPT', service.accept, undefined),
    ...rules('REJECT', reject, reject.message),
    ...(service.separator === undefined ? [] : [`/SEPARATOR=${quoted(service.separator)}`]),
    ...(rpc === undefined
      ? []
      : [`/RPC=(PROGRAM_NUMBER=${rpc.program},VERSION_NUMBER=(LOW=${rpc.low},HIGH=${rpc.high}))`]),
  ];
}

function rules(word: string, { hosts, networks }: HostRules, message: string | undefined): string[] {
  const parts = [
    ...(hosts.length === 0 ? [] : [`HOSTS=${quotedList(hosts)}`]),
    ...(networks.length === 0 ? [] : [`NETWORKS=${quotedList(networks)}`]),
    ...(message === undefined ? [] : [`MESSAGE=${quoted(message)}`]),
  ];
  return parts.length === 0 ? [] : [`/${word}=(${parts.join(',')})`];
}

function databaseCommands({ hosts, mx, closed }: LocalDatabases): string[] {
  return [
    ...hosts.map(({ address, names: [name, ...aliases] }) => {
      const alias = aliases.length === 0 ? '' : `/ALIAS=${quotedList(aliases)}`;
      return `$ TCPIP SET HOST ${quoted(name!)}/ADDRESS=${quoted(address)}${alias}`;
    }),
    ...mx.map(
      ({ destination, gateway, preference }) =>
        `$ TCPIP SET MX_RECORD ${quoted(destination)}/GATEWAY=${quoted(gateway)}/PREFERENCE=${preference}`,
    ),
    ...closed.map(({ destination }) => `$ TCPIP STOP MAIL/DESTINATION=${quoted(destination)}`),
  ];
}
