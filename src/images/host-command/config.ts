/**
 * `vmsmail config`: TCPIP$CONFIG as menus to choose from. What is chosen is done by SYS$MANAGER:TCPIP$CONFIG.COM, which has the
 * same menus for DCL; it also takes answers from a file or a pipe. Source: tcpip-smtp.md §8.4.
 */
import { Readable } from 'node:stream';
import { openSqliteSystemStore } from '../../adapters/sqlite/system-store/index.ts';
import type { Service } from '../../ports/system-store.ts';
import { nodeRoot, rootExists } from '../node-root.ts';
import { complain } from './display.ts';
import { openHostFile } from './host-files.ts';
import { dclSession } from './session.ts';

const PROCEDURE = '@SYS$MANAGER:TCPIP$CONFIG';
const PRODUCT = 'vmsmail TCP/IP Services for OpenVMS';
const print = (text: string): void => void process.stdout.write(`${text}\n`);

export interface ConfigOptions {
  readonly root: string;
  /** Lines of answers, as the menus of the procedure ask for them. */
  readonly answers?: string;
}

export async function config(options: ConfigOptions): Promise<number> {
  const { root } = options;
  if (!rootExists(nodeRoot(root))) {
    complain(`there is no node at ${root} yet; vmsmail start creates it`);
    return 1;
  }
  const input = options.answers === undefined ? undefined : await openHostFile(options.answers);
  if (input !== undefined || !process.stdin.isTTY) {
    return dclSession([PROCEDURE], { root, user: 'SYSTEM', input, nocommand: true });
  }
  try {
    print('\n  TCP/IP Network Configuration Procedure\n');
    await menu(`${PRODUCT} Configuration Menu`, () => mainMenu(root));
    return 0;
  } catch (error) {
    // Ctrl/C leaves the menus like E.
    if (error instanceof Error && error.name === 'ExitPromptError') return 0;
    throw error;
  }
}

interface Choice {
  readonly name: string;
  readonly run: () => Promise<unknown>;
}

/** Asks again until somebody leaves: the options may have changed. */
async function menu(
  title: string,
  choices: () => Promise<readonly Choice[]> | readonly Choice[],
): Promise<void> {
  const { default: inquirer } = await import('inquirer');
  for (;;) {
    const options = await choices();
    const { answer } = await inquirer.prompt<{ answer: number }>([
      {
        type: 'select',
        name: 'answer',
        message: title,
        choices: [
          ...options.map(({ name }, value) => ({ name, value })),
          { name: '[E] - Exit menu', value: -1 },
        ],
      },
    ]);
    if (answer === -1) return;
    await options[answer]!.run();
  }
}

/** As SYSTEM, without anything to read: what asks ends. */
const run = (root: string, words: readonly string[]): Promise<number> =>
  dclSession(words, { root, user: 'SYSTEM', input: Readable.from([]), keepsStdin: true, nocommand: true });

const mainMenu = (root: string): readonly Choice[] => [
  { name: '1 - Core environment', run: () => menu('Core environment', () => coreMenu(root)) },
  { name: '2 - Client components', run: () => menu('Client components', () => components(root, ['SMTP'])) },
  {
    name: '3 - Server components',
    run: () => menu('Server components', () => components(root, ['IMAP', 'POP'])),
  },
  { name: '5 - Shutdown', run: () => run(root, [PROCEDURE, 'ALL', 'STOP']) },
  { name: '6 - Startup', run: () => run(root, [PROCEDURE, 'ENABLED', 'START']) },
  { name: '7 - Run tests', run: () => run(root, [PROCEDURE, 'TESTS']) },
];

const coreMenu = (root: string): readonly Choice[] => [
  { name: '1 - Domain', run: () => domain(root) },
  { name: '4 - BIND Resolver', run: () => run(root, ['TCPIP', 'SHOW', 'CONFIGURATION', 'NAME_SERVICE']) },
];

async function domain(root: string): Promise<void> {
  const { default: inquirer } = await import('inquirer');
  const { name } = await inquirer.prompt<{ name: string }>([
    { type: 'input', name: 'name', message: 'Enter substitute domain (NONE takes it away):' },
  ]);
  const text = name.trim().toLowerCase();
  if (text === '') return;
  const keyword = text === 'none' ? 'NONAME' : `NAME="${text.replaceAll('"', '')}"`;
  await run(root, ['TCPIP', 'SET', 'CONFIGURATION', `SMTP/SUBSTITUTE_DOMAIN=${keyword}`]);
}

async function components(root: string, names: readonly string[]): Promise<readonly Choice[]> {
  const services = await servicesOf(root);
  return names.map((name) => {
    const service = services.find((each) => each.name === name);
    const state = `${service?.enabledAtStart ? 'Enabled ' : 'Disabled'} ${service?.enabled ? 'Started' : 'Stopped'}`;
    return {
      name: `${name.padEnd(16)} ${state}`,
      run: () => menu(`${name} configuration options:`, () => componentMenu(root, name)),
    };
  });
}

/** The options of the component's screen: tcpip-smtp.md §8.4. */
async function componentMenu(root: string, name: string): Promise<readonly Choice[]> {
  const service = (await servicesOf(root)).find((each) => each.name === name);
  const first = service?.enabledAtStart ? 'Disable' : 'Enable';
  const isStarted = service?.enabled === true;
  const second = isStarted ? 'Stop' : first === 'Enable' ? 'Enable & Start' : 'Start';
  const third = isStarted && first === 'Disable' ? ['Disable & Stop'] : [];
  return [first, second, ...third].map((words) => ({
    name: `${words} service on this node`,
    async run() {
      for (const word of words.split(' & ')) await run(root, [PROCEDURE, name, word.toUpperCase()]);
    },
  }));
}

async function servicesOf(root: string): Promise<readonly Service[]> {
  const store = openSqliteSystemStore(nodeRoot(root).systemDirectory);
  try {
    return await store.services();
  } finally {
    await store.close();
  }
}
