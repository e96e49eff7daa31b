/**
 * `vmsmail config`: TCPIP$CONFIG as menus. It writes the service database and the settings; a running node takes up
 * services at once. Source: tcpip-smtp.md §8.4.
 */
import { openSqliteSystemStore } from '../../adapters/sqlite/system-store/index.ts';
import type { Service, SystemStore } from '../../ports/system-store.ts';
import { nodeRoot, rootExists } from '../node-root.ts';

const print = (text: string): void => void process.stdout.write(`${text}\n`);

export async function config(options: { readonly root: string }): Promise<number> {
  const paths = nodeRoot(options.root);
  if (!rootExists(paths)) {
    process.stderr.write(`vmsmail: there is no node at ${paths.root} yet; vmsmail start creates it\n`);
    return 1;
  }
  if (!process.stdin.isTTY) {
    process.stderr.write(
      'vmsmail: the menus need a terminal; in a script use: vmsmail tcpip "ENABLE SERVICE POP"\n',
    );
    return 1;
  }
  const store = openSqliteSystemStore(paths.systemDirectory);
  try {
    print('\n  TCP/IP Network Configuration Procedure\n');
    while (await serviceMenu(store)) {
      // one service a turn
    }
    return 0;
  } catch (error) {
    // Ctrl/C leaves the menus like E.
    if (error instanceof Error && error.name === 'ExitPromptError') return 0;
    throw error;
  } finally {
    await store.close();
  }
}

/** One question with numbered answers; the value of the one chosen. */
async function choose<T>(
  message: string,
  choices: readonly { readonly name: string; readonly value: T }[],
): Promise<T> {
  const { default: inquirer } = await import('inquirer');
  const { answer } = await inquirer.prompt<{ answer: number }>([
    {
      type: 'select',
      name: 'answer',
      message,
      choices: choices.map(({ name }, index) => ({ name, value: index })),
    },
  ]);
  return choices[answer]!.value;
}

const stateText = (service: Service): string =>
  `${service.name.padEnd(16)} ${service.enabledAtStart ? 'Enabled ' : 'Disabled'} ${service.enabled ? 'Started' : 'Stopped'}`;

/** False when the person leaves. */
async function serviceMenu(store: SystemStore): Promise<boolean> {
  const services = await store.services();
  const chosen = await choose<Service | undefined>('Enter configuration option:', [
    ...services.map((service) => ({ name: stateText(service), value: service })),
    { name: '[E] - Exit configuration procedure', value: undefined },
  ]);
  if (chosen === undefined) return false;
  await componentMenu(store, chosen);
  return true;
}

async function componentMenu(store: SystemStore, service: Service): Promise<void> {
  print(`\n${service.name} Configuration\n`);
  print('Service is defined in the TCPIP$SERVICE database.');
  print(`Service is ${service.enabledAtStart ? '' : 'not '}enabled.`);
  print(`Service is ${service.enabled ? 'started' : 'stopped'}.\n`);
  const change = await choose<Partial<Service> | undefined>(`${service.name} configuration options:`, [
    service.enabledAtStart
      ? { name: 'Disable service on this node', value: { enabledAtStart: false } }
      : { name: 'Enable service on this node', value: { enabledAtStart: true } },
    service.enabled
      ? { name: 'Stop service on this node', value: { enabled: false } }
      : { name: 'Start service on this node', value: { enabled: true } },
    service.enabled
      ? { name: 'Disable & Stop service on this node', value: { enabled: false, enabledAtStart: false } }
      : { name: 'Enable & Start service on this node', value: { enabled: true, enabledAtStart: true } },
    { name: `[E] - Exit ${service.name} configuration`, value: undefined },
  ]);
  if (change !== undefined) await store.putService({ ...service, ...change });
}
