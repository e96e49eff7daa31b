/** SHOW SERVICE, ENABLE SERVICE, DISABLE SERVICE, and what is enabled at the next start. Source: tcpip-smtp.md §1.4, §1.5. */
import { defineVerb, type ParsedCommand } from '../command-definition/index.ts';
import { SYSTEM } from '../condition/index.ts';
import type { Service, SystemStore } from '../ports/system-store.ts';
import { commandOutput, writeListing } from '../system/command-output.ts';
import type { VerbContext } from '../system/image.ts';
import { type ManagementDeps, notFound, requirePrivilege } from './deps.ts';
import { TCPIP } from './messages.ts';
import { serviceFullLines, serviceHeading, serviceLine } from './service-display.ts';

const serviceParameter = [{ label: 'SERVICE', prompt: 'Service' }] as const;
const output = { OUTPUT: { negatable: false, value: { type: '$OUTFILE', required: true } } } as const;

export const showServiceVerb = (deps: ManagementDeps) =>
  defineVerb<VerbContext>({
    name: 'SHOW SERVICE',
    summary: 'Displays the services and their state.',
    source: 'Management Command Reference, SHOW SERVICE',
    parameters: serviceParameter,
    qualifiers: { ...output, FULL: { negatable: false } },
    async routine(command, context) {
      const services = await named(await deps.systemStore(), command);
      const states = new Map((await deps.serviceStates()).map((state) => [state.service, state]));
      const out = await commandOutput(context, command.value('OUTPUT'));
      try {
        if (!command.present('FULL')) {
          for (const line of serviceHeading) await out.line(line);
          for (const service of services) await out.line(serviceLine(service, states.get(service.name)));
          return SYSTEM.NORMAL.value;
        }
        for (const [index, service] of services.entries()) {
          if (index > 0) await out.line('');
          for (const line of serviceFullLines(service, states.get(service.name))) await out.line(line);
        }
        return SYSTEM.NORMAL.value;
      } finally {
        await out.close();
      }
    },
  });

/** The services a command names, all without a name. Throws NORECORD when there are none. */
export async function named(store: SystemStore, command: ParsedCommand): Promise<readonly Service[]> {
  const services = await store.services(command.value('SERVICE') ?? '*');
  if (services.length === 0) throw notFound(TCPIP.SERVERROR);
  return services;
}

const switchVerb = (deps: ManagementDeps, word: 'ENABLE' | 'DISABLE') =>
  defineVerb<VerbContext>({
    name: `${word} SERVICE`,
    summary:
      word === 'ENABLE' ? 'Starts listening for a service, now.' : 'Stops listening for a service, now.',
    source: `Management Command Reference, ${word} SERVICE`,
    privilege: 'SYSPRV or BYPASS',
    parameters: serviceParameter,
    async routine(command, context) {
      requirePrivilege(context, TCPIP.SERVERROR);
      const store = await deps.systemStore();
      const enabled = word === 'ENABLE';
      // Deviation: while no node runs there is no now, and it counts for the next start.
      const isNow = await deps.queueManager().then(
        () => true,
        () => false,
      );
      for (const service of await named(store, command)) {
        const changed = { ...service, enabled, ...(isNow ? {} : { enabledAtStart: enabled }) };
        await store.putService(changed);
        await deps.applyService(service.name, changed);
      }
      return SYSTEM.NORMAL.value;
    },
  });

export const enableServiceVerb = (deps: ManagementDeps) => switchVerb(deps, 'ENABLE');
export const disableServiceVerb = (deps: ManagementDeps) => switchVerb(deps, 'DISABLE');

const startSwitchVerb = (deps: ManagementDeps, word: 'SERVICE' | 'NOSERVICE') =>
  defineVerb<VerbContext>({
    name: `SET CONFIGURATION ENABLE ${word}`,
    summary:
      word === 'SERVICE' ? 'Enables a service at the next start.' : 'Does not enable it at the next start.',
    source: 'Management Command Reference, SET CONFIGURATION ENABLE SERVICE',
    privilege: 'SYSPRV or BYPASS',
    parameters: [{ label: 'SERVICE', prompt: 'Service', required: true }],
    async routine(command, context) {
      requirePrivilege(context, TCPIP.CONFIGERROR);
      const store = await deps.systemStore();
      for (const service of await named(store, command)) {
        await store.putService({ ...service, enabledAtStart: word === 'SERVICE' });
      }
      return SYSTEM.NORMAL.value;
    },
  });

export const setEnableServiceVerbs = (deps: ManagementDeps) => [
  startSwitchVerb(deps, 'SERVICE'),
  startSwitchVerb(deps, 'NOSERVICE'),
];

export const showEnableServiceVerb = (deps: ManagementDeps) =>
  defineVerb<VerbContext>({
    name: 'SHOW CONFIGURATION ENABLE SERVICE',
    summary: 'Displays the services enabled at the next start.',
    source: 'Management Command Reference, SHOW CONFIGURATION ENABLE SERVICE',
    parameters: serviceParameter,
    qualifiers: output,
    async routine(command, context) {
      const services = await (await deps.systemStore()).services(command.value('SERVICE') ?? '*');
      const names = services.filter((each) => each.enabledAtStart).map((each) => each.name);
      await writeListing(context, command.value('OUTPUT'), ['', 'Enable service', names.join(', ')]);
      return SYSTEM.NORMAL.value;
    },
  });
