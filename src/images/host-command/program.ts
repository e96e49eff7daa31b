/**
 * The host command `vmsmail`: boots a node, opens sessions on it, asks and stops it. DESIGN §6.
 * Each sub-command is loaded when it is used, so that a prompt comes up fast.
 */
import { Argument, Command, Option } from 'commander';
import { defaultRoot } from '../node-root.ts';
import { packageVersion } from '../package-version.ts';
import { enterRoot } from './enter-root.ts';
import { hostErrorText } from './host-error-text.ts';
import {
  directory,
  duration,
  hostName,
  keyBits,
  nodeName,
  port,
  ports,
  selector,
  userName,
} from './option-values.ts';

const rootOption = () =>
  new Option('--root <directory>', 'system disk of the node')
    .default(defaultRoot(process.env), '~/.vmsmail')
    .argParser(directory);
const userOption = () =>
  new Option('--user <name>', 'OpenVMS user name of the session (default: your login name)').argParser(
    userName,
  );

/** Values of an option that may be given several times. */
const repeated = (value: string, before: readonly string[]): readonly string[] => [...before, value];

async function finish(status: Promise<number>): Promise<void> {
  process.exitCode = await status;
}

const program = new Command('vmsmail')
  .description('OpenVMS mail on Linux: SMTP, queues, MAIL and DCL')
  .version(`vmsmail ${packageVersion()}`, '-V, --version', 'of this program; status says that of the node')
  .showHelpAfterError('(vmsmail --help shows what there is)');

/** Those have something to do with the rights of whoever calls them. */
const entersByItself: ReadonlySet<string> = new Set(['start', 'backup', 'restore']);

// Whatever a command makes in the root belongs to the owner of the root, root's own commands included.
program.hook('preAction', async (_, command) => {
  const { root } = command.opts<{ root: string }>();
  if (!entersByItself.has(command.name())) await enterRoot(root);
});

program
  .command('start')
  .description("boot the node; on a terminal it ends in an operator's $ prompt, and stops when you leave it")
  .addOption(rootOption())
  .option('--detach', 'return when every enabled service answers')
  .option(
    '--port <SERVICE=N>',
    'listen there instead, until the node stops (repeatable; 0: any free port)',
    ports,
    {},
  )
  .option(
    '--node <name>',
    'node name, up to 6 characters (default: the one it had, or from the host name)',
    nodeName,
  )
  .option(
    '--host <name>',
    'fully qualified host name (default: the one it had, or that of this machine)',
    hostName,
  )
  .option(
    '--run-as <name>',
    'unprivileged Linux user the node runs as, when root starts it (default: owner of the root directory)',
  )
  .option(
    '--metrics <port>',
    'serve /metrics and /health on this port of 127.0.0.1; 0: no more (default: as before, at first not)',
    port,
  )
  .action((options) => finish(import('./start.ts').then((module) => module.start(options))));

program
  .command('stop')
  .description('finish what is in hand, then stop the node; nothing is lost')
  .addOption(rootOption())
  .action((options) => finish(import('./stop.ts').then((module) => module.stop(options))));

program
  .command('status')
  .description('show processes, services and queues of the node; exit status 1 where none runs')
  .addOption(rootOption())
  .option('--json', 'for programs')
  .action((options) => finish(import('./status.ts').then((module) => module.status(options))));

program
  .command('dcl')
  .description(
    'a DCL session; a command or @procedure with its parameters may follow; piped input is a procedure',
  )
  .argument('[command...]')
  .addOption(rootOption())
  .addOption(userOption())
  .option('--nocommand', 'without SYLOGIN.COM and LOGIN.COM')
  .action((words, options) =>
    finish(import('./session.ts').then((module) => module.dclSession(words, options))),
  );

program
  .command('mail')
  .description('the MAIL utility, or send a file: vmsmail mail ./file to /SUBJECT="text"')
  .argument(
    '[words...]',
    'file (here and in /ATTACHMENT, with a slash: of this machine), recipients and /qualifiers, as for the DCL command MAIL',
  )
  .addOption(rootOption())
  .addOption(userOption())
  .action((words, options) =>
    finish(import('./session.ts').then((module) => module.mailSession(words, options))),
  );

program
  .command('tcpip')
  .description('TCPIP> management, or one command of it')
  .argument('[command...]')
  .addOption(rootOption())
  .addOption(userOption())
  .action((words, options) =>
    finish(import('./session.ts').then((module) => module.tcpipSession(words, options))),
  );

program
  .command('config')
  .description('configure components and services with menus, as TCPIP$CONFIG does; answers may be piped')
  .addOption(rootOption())
  .option('--answers <file>', 'answers to its menus, a line each')
  .action((options) => finish(import('./config.ts').then((module) => module.config(options))));

const dkim = program.command('dkim').description('keys that sign mail of a domain (DKIM)');
const domainArgument = () => new Argument('<domain>', 'of the author').argParser(hostName);
const newKeyOptions = (command: Command): Command =>
  command
    .addOption(rootOption())
    .option('--selector <name>', 'name of the key below the domain (default: of the day)', selector)
    .addOption(new Option('--algorithm <name>', 'of the key').choices(['rsa', 'ed25519']))
    .option('--bits <number>', 'of an RSA key: 1024 to 4096 (default: 2048)', keyBits)
    .option('--activate-in <time>', 'when it begins to sign: 0, 12h, 2d', duration);

newKeyOptions(dkim.command('generate').description('make a key; it signs at once'))
  .addArgument(domainArgument())
  .action((domain, options) =>
    finish(import('./dkim.ts').then((module) => module.generateKey(domain, options))),
  );
newKeyOptions(
  dkim
    .command('rotate')
    .description('make the next key of a domain; it takes over in two days, or as you say'),
)
  .addArgument(domainArgument())
  .action((domain, options) =>
    finish(import('./dkim.ts').then((module) => module.rotateKey(domain, options))),
  );
dkim
  .command('list')
  .description('keys of all domains, and which of them sign')
  .addOption(rootOption())
  .action((options) => finish(import('./dkim.ts').then((module) => module.listKeys(options))));
dkim
  .command('show')
  .description('DNS records of the keys of a domain')
  .addArgument(domainArgument())
  .argument('[selector]', 'only this one')
  .addOption(rootOption())
  .action((domain, name, options) =>
    finish(import('./dkim.ts').then((module) => module.showKey(domain, name, options))),
  );
dkim
  .command('check')
  .description('whether the DNS has the records of the keys of a domain')
  .addArgument(domainArgument())
  .addOption(rootOption())
  .action((domain, options) =>
    finish(import('./dkim.ts').then((module) => module.checkKeys(domain, options))),
  );
dkim
  .command('retire')
  .description('delete the private half of a key')
  .addArgument(domainArgument())
  .argument('<selector>')
  .addOption(rootOption())
  .action((domain, name, options) =>
    finish(import('./dkim.ts').then((module) => module.retireKey(domain, name, options))),
  );

program
  .command('import')
  .description('take mail of other programs into the folders of a user; repeated, it takes what is new')
  .argument(
    '<path...>',
    'mbox file, Maildir with its folders, message, or a directory of these; - for an mbox on standard input',
  )
  .addOption(rootOption())
  .addOption(userOption())
  .option(
    '--folder <name>',
    'all messages into this folder (default: as the files are called; inbox: NEWMAIL, MAIL)',
  )
  .action((paths, options) =>
    finish(import('./import.ts').then((module) => module.importMail(paths, options))),
  );

program
  .command('export')
  .description('write the folders of a user for other programs; repeated, it writes what is new')
  .argument('<directory>', 'new or empty, or of an earlier export')
  .addOption(rootOption())
  .addOption(userOption())
  .addOption(
    new Option('--format <format>', 'a file for each folder, or a Maildir')
      .choices(['mbox', 'maildir'])
      .default('mbox'),
  )
  .option('--folder <name>', 'only this folder (repeatable)', repeated, [])
  .action((directory, options) =>
    finish(import('./export.ts').then((module) => module.exportMail(directory, options))),
  );

program
  .command('backup')
  .description('write the whole node into one new file, while it runs or not')
  .argument('<file>', 'a tar archive, readable by you alone; - for standard output')
  .addOption(rootOption())
  .action((file, options) => finish(import('./backup.ts').then((module) => module.backup(file, options))));

program
  .command('restore')
  .description('make the node of a backup again, in a directory that is new or empty')
  .argument('<file>', 'of vmsmail backup; - for standard input')
  .addOption(rootOption())
  .action((file, options) => finish(import('./restore.ts').then((module) => module.restore(file, options))));

program
  .command('compress')
  .description(
    'give back to the file system what deleted mail has left in the databases of a node that is stopped',
  )
  .addOption(rootOption())
  .action((options) => finish(import('./compress.ts').then((module) => module.compress(options))));

/** A reader that leaves (`| head`) is nobody's mistake; results that cannot be written are a failure. */
function watchOutput(): void {
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write(`vmsmail: ${hostErrorText(Object.assign(error, { path: 'standard output' }))}\n`);
    process.once('exit', () => {
      process.exitCode ||= 1;
    });
  });
}

export async function runProgram(): Promise<void> {
  watchOutput();
  try {
    await program.parseAsync();
  } catch (error) {
    // A user's mistake in an option: what is wrong, without a stack.
    process.stderr.write(`vmsmail: ${hostErrorText(error)}\n`);
    process.exitCode = 1;
  }
}
