/** Root makes a root directory the user's it is to run as, the first time, or says what keeps it from that. */
import { spawnSync } from 'node:child_process';
import { chownSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type HostUser, nameOf, ownerOf, startingAs } from './host-user.ts';
import { packageDirectory } from './node-root.ts';

/** Undefined when the user can run a node there. Throws the file system's error when it cannot be made. */
export function claimRoot(root: string, user: HostUser): string | undefined {
  const owner = ownerOf(root);
  const name = nameOf(user);
  const giveAway = `give it away with: chown -R ${user.name ?? user.uid}: ${root}`;
  if (owner === undefined) {
    mkdirSync(dirname(root), { recursive: true });
    mkdirSync(root, { mode: 0o700 });
    chownSync(root, user.uid, user.gid);
  } else if (owner.uid !== user.uid) {
    // Made for it by hand, and nothing in it yet; anything else is not ours to give away.
    if (owner.uid !== 0 || readdirSync(root).length > 0) {
      return `the root ${root} belongs to ${nameOf(owner)}, not to ${name}; ${giveAway}`;
    }
    chownSync(root, user.uid, user.gid);
  } else {
    const foreign = foreignFile(root, user);
    if (foreign !== undefined) return `${foreign} does not belong to ${name}; ${giveAway}`;
  }
  return unreachable(root, user);
}

/** Directories whose files a node cannot do without. Texts of messages are many; they are not looked at. */
const looked = ['', 'SYSEXE', 'SYSMGR', 'TCPIP$IMAP', 'TCPIP$SMTP'] as const;

/** A file that some command left for somebody else: the node would fail on it later. */
function foreignFile(root: string, user: HostUser): string | undefined {
  for (const directory of looked) {
    const path = join(root, directory);
    if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) continue;
    for (const file of readdirSync(path)) {
      const status = lstatSync(join(path, file), { throwIfNoEntry: false });
      if (status !== undefined && status.uid !== user.uid) return join(path, file);
    }
  }
  return undefined;
}

/** Exit statuses of the script. */
const NO_ROOT = 10;
const NO_PROGRAM = 11;
const SCRIPT = `cd -- "$1" && test -w . || exit ${NO_ROOT}; test -r "$2" && test -x "$3" || exit ${NO_PROGRAM}`;

/** Permissions of the directories above count, and access lists: the user tries. */
function unreachable(root: string, user: HostUser): string | undefined {
  const program = packageDirectory();
  const [setpriv, ...words] = startingAs(user);
  const image = join(program, 'dist', 'queue-manager-image.js');
  const { status, error, stderr } = spawnSync(
    setpriv!,
    [...words, '/bin/sh', '-c', SCRIPT, 'sh', root, image, process.execPath],
    { encoding: 'utf8' },
  );
  if (error !== undefined)
    return 'the program setpriv is needed for --run-as: install the package util-linux';
  const name = nameOf(user);
  switch (status) {
    case 0:
      return undefined;
    case NO_ROOT:
      return `${name} cannot reach the root ${root}; choose one outside of private directories, such as --root /var/lib/vmsmail`;
    case NO_PROGRAM:
      return `${name} cannot read the program in ${program}; install it outside of private directories, such as in /opt/vmsmail`;
    default:
      return `${name} cannot be used: ${stderr.trim()}`;
  }
}
