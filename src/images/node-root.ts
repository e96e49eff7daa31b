/**
 * The system disk: where each file of a node lives below its root, and how a root is made the first time.
 * The host directories are the OpenVMS ones in upper case: `DKA0:[SYSEXE]` is `<root>/SYSEXE`. DESIGN §4.
 */
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface NodeRoot {
  readonly root: string;
  readonly queueDatabase: string;
  readonly mailDatabase: string;
  /** Made by whoever needs them first: clients that were put off, policies of MTA-STS, what TLS reports count. */
  readonly greylist: string;
  readonly stsPolicies: string;
  readonly tlsReports: string;
  /** Directory of SYSUAF.DAT, TCPIP$SERVICE.DAT, TCPIP$CONFIGURATION.DAT. */
  readonly systemDirectory: string;
  readonly managerDirectory: string;
  readonly spoolDirectory: string;
  /** External files of long messages. */
  readonly mailDirectory: string;
  /** Held by whatever runs of the node: node-lock.ts. */
  readonly lockFile: string;
  /** Machine-readable logs of all processes of the node. */
  readonly nodeLog: string;
  /** What became of each message, for programs. */
  readonly messageJournal: string;
  /** Unix socket of the queue manager. */
  readonly socketPath: string;
}

/** Longest path a Unix socket may have on Linux, less a margin. */
const LONGEST_SOCKET_PATH = 100;

export const defaultRoot = (environment: Readonly<Record<string, string | undefined>>): string =>
  environment['VMSMAIL_ROOT'] || join(homedir(), '.vmsmail');

export function nodeRoot(rootDirectory: string): NodeRoot {
  const root = resolve(rootDirectory);
  const inside = join(root, 'SYSEXE', 'QUEUE_MANAGER.SOCK');
  return {
    root,
    queueDatabase: join(root, 'SYSEXE', 'QMAN$MASTER.DAT'),
    mailDatabase: join(root, 'SYSEXE', 'VMSMAIL.DAT'),
    greylist: join(root, 'SYSEXE', 'TCPIP$GREYLIST.DAT'),
    stsPolicies: join(root, 'SYSEXE', 'TCPIP$MTA_STS.DAT'),
    tlsReports: join(root, 'SYSEXE', 'TCPIP$TLS_REPORTS.DAT'),
    systemDirectory: join(root, 'SYSEXE'),
    managerDirectory: join(root, 'SYSMGR'),
    spoolDirectory: join(root, 'TCPIP$SMTP', 'SPOOL'),
    mailDirectory: join(root, 'SYSEXE', 'MAIL$TEXT'),
    lockFile: join(root, 'SYSEXE', 'JOB_CONTROL.LOCK'),
    nodeLog: join(root, 'SYSMGR', 'NODE.LOG'),
    messageJournal: join(root, 'SYSMGR', 'MESSAGES.LOG'),
    socketPath: Buffer.byteLength(inside) <= LONGEST_SOCKET_PATH ? inside : shortSocketPath(root),
  };
}

/** A root with a long path keeps its socket in a private directory of the temporary file system. */
function shortSocketPath(root: string): string {
  // Loaded here alone: a prompt would wait for it, and few roots need it.
  const { createHash } = process.getBuiltinModule('node:crypto');
  const key = createHash('sha256').update(root).digest('hex').slice(0, 16);
  return join(tmpdir(), `vmsmail-${process.geteuid?.()}`, `${key}.sock`);
}

/** In a directory that all users share somebody may have made it before us. Throws then. */
export function checkSocketDirectory(paths: NodeRoot): void {
  const directory = dirname(paths.socketPath);
  if (directory === paths.systemDirectory) return;
  const status = lstatSync(directory, { throwIfNoEntry: false });
  if (status === undefined) return;
  const isOurs = status.isDirectory() && status.uid === process.geteuid?.() && (status.mode & 0o077) === 0;
  if (!isOurs)
    throw new Error(`${directory} is not a private directory of yours; choose a root with a shorter path`);
}

const directories = [
  'SYSEXE',
  'SYSEXE/MAIL$TEXT',
  'SYSMGR',
  'SYSLIB',
  'SYSHLP',
  'SYSHLP/EXAMPLES',
  'SYS$STARTUP',
  'TCPIP$IMAP',
  'TCPIP$SMTP',
  'TCPIP$SMTP/SPOOL',
] as const;

/** Where a file of sys$system/ goes: start-up procedures and site files have directories of their own on OpenVMS too. */
function shippedDirectory(fileName: string): string {
  if (/[_$](STARTUP|SHUTDOWN|SYSTARTUP|SYSHUTDOWN)\.COM$/.test(fileName)) return 'SYS$STARTUP';
  if (/^(SYLOGIN|SYSTARTUP_VMS|TCPIP\$CONFIG)\.COM$/.test(fileName)) return 'SYSMGR';
  if (fileName.startsWith('TCPIP$IMAP_CONF.')) return 'TCPIP$IMAP';
  if (/\.(CONF|TEMPLATE|TXT|DIS)$/.test(fileName)) return 'TCPIP$SMTP';
  return 'SYSEXE';
}

/** The folder of the installed package: the nearest one above this file that has a package.json. */
export function packageDirectory(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, 'package.json'))) {
    const parent = dirname(directory);
    if (parent === directory) throw new Error('package.json of vmsmail not found');
    directory = parent;
  }
  return directory;
}

export const rootExists = (paths: NodeRoot): boolean => existsSync(join(paths.systemDirectory, 'SYSUAF.DAT'));

/**
 * With every level above it that is missing, private to the owner. Not by Node's own recursive mkdir, which never ends
 * where a file system refuses a name (/proc).
 */
function makeDirectory(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  if (dirname(path) !== path) makeDirectory(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Somebody else was faster.
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}

/** For its owner alone, as all files below the root: that of the package is everybody's. */
function copyPrivately(source: string, target: string): void {
  writeFileSync(target, readFileSync(source), { mode: 0o600 });
  chmodSync(target, 0o600);
}

function copyIfOther(source: string, target: string): void {
  if (!existsSync(target) || !readFileSync(source).equals(readFileSync(target)))
    copyPrivately(source, target);
}

/** What a lock needs before anything else is made. Throws the file system's error when the root is not writable. */
export function makeSystemDirectory(paths: NodeRoot): void {
  makeDirectory(paths.systemDirectory);
  accessSync(paths.root, constants.W_OK | constants.X_OK);
}

/**
 * Creates directories and shipped files that are not there yet; never overwrites a file of the site.
 * Throws the file system's error when the root is not writable.
 */
export function prepareRoot(paths: NodeRoot): void {
  makeSystemDirectory(paths);
  for (const directory of directories) makeDirectory(join(paths.root, directory));
  makeDirectory(dirname(paths.socketPath));
  checkSocketDirectory(paths);
  installMissing('sys$system', (fileName) => join(paths.root, shippedDirectory(fileName)));
  installMissing('dcl', () => join(paths.root, 'SYSHLP', 'EXAMPLES'));
  installHelp(paths);
}

function installMissing(folder: string, directoryFor: (fileName: string) => string): void {
  const shipped = join(packageDirectory(), folder);
  for (const entry of readdirSync(shipped, { withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const target = join(directoryFor(entry.name), entry.name);
    if (!existsSync(target)) copyPrivately(join(shipped, entry.name), target);
  }
}

/** Help is of the version that runs: a site's own libraries have names of their own, and HLP$LIBRARY names them. */
function installHelp(paths: NodeRoot): void {
  const help = join(packageDirectory(), 'dcl', 'help');
  for (const fileName of readdirSync(help))
    copyIfOther(join(help, fileName), join(paths.root, 'SYSHLP', fileName));
}
