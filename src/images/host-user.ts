/**
 * --run-as: a node that root starts runs as an unprivileged Linux user, all of its processes. Of root's rights only
 * CAP_NET_BIND_SERVICE is left to those that listen, as an ambient capability; receivers and symbiont lose that too.
 * What root-owned commands do on such a root they do as that user: nothing there is root's, and root follows no link there.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';

export interface HostUser {
  readonly uid: number;
  readonly gid: number;
  /** Undefined for an owner of files that no account of this machine has. */
  readonly name: string | undefined;
}

export const amRoot = (): boolean => process.getuid?.() === 0;

export const nameOf = ({ name, uid }: HostUser): string => name ?? `uid ${uid}`;

/** @param name  a user name, or a number; as id(1) knows it, so that directories of users count too */
export function findHostUser(name: string): HostUser | undefined {
  const { stdout, error } = spawnSync('id', ['--', name], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  if (error !== undefined) throw new Error(`the program id cannot be run: ${error.message}`);
  const match = /^uid=(\d+)\(([^)]*)\) gid=(\d+)/.exec(stdout);
  if (match === null) return undefined;
  const [, uid, userName, gid] = match;
  return { uid: Number(uid), gid: Number(gid), name: userName };
}

/** Whose directory this is; undefined when it is not there. */
export function ownerOf(directory: string): HostUser | undefined {
  const status = statSync(directory, { throwIfNoEntry: false });
  if (status === undefined) return undefined;
  if (status.uid === 0) return { uid: 0, gid: status.gid, name: 'root' };
  return findHostUser(String(status.uid)) ?? { uid: status.uid, gid: status.gid, name: undefined };
}

/** This process is the user's from now on; there is no way back. */
export function become(user: HostUser): void {
  takeGroups(user);
  posix.setgid(user.gid);
  posix.setuid(user.uid);
}

/** Does something with the user's rights, and is root again. */
export async function actingAs<T>(user: HostUser, work: () => Promise<T>): Promise<T> {
  const groups = posix.getgroups();
  takeGroups(user);
  posix.setegid(user.gid);
  posix.seteuid(user.uid);
  try {
    return await work();
  } finally {
    posix.seteuid(0);
    posix.setegid(0);
    posix.setgroups(groups);
  }
}

/** Words before a command that root starts as the user: with ports below 1024, where this machine lets root give them. */
export function startingAs(user: HostUser): readonly string[] {
  const mine = capabilities();
  const kept = mine.has(CAP_NET_BIND_SERVICE) ? '-all,+net_bind_service' : '-all';
  return [
    'setpriv',
    `--reuid=${user.name ?? user.uid}`,
    `--regid=${user.gid}`,
    user.name === undefined ? '--clear-groups' : '--init-groups',
    `--inh-caps=${kept}`,
    `--ambient-caps=${kept}`,
    ...(mine.has(CAP_SETPCAP) ? [`--bounding-set=${kept}`] : []),
    '--no-new-privs',
  ];
}

/** For `fork` of an image that listens to nothing, and so needs none of what --run-as or systemd gave to this process. */
export const withoutPorts = (): { readonly execPath?: string; readonly execArgv?: string[] } =>
  capabilities('CapAmb').size > 0
    ? {
        execPath: 'setpriv',
        execArgv: ['--inh-caps=-all', '--ambient-caps=-all', process.execPath, ...process.execArgv],
      }
    : {};

/** Node has these on every system but Windows. */
const posix = process as NodeJS.Process & {
  getgroups(): number[];
  setgroups(groups: readonly (string | number)[]): void;
  initgroups(user: string, group: number): void;
  setgid(id: number): void;
  setuid(id: number): void;
  setegid(id: number): void;
  seteuid(id: number): void;
};

/** Groups of the user alone: root's own, and those root was given by `sudo` or a container, are gone. */
function takeGroups(user: HostUser): void {
  if (user.name === undefined) posix.setgroups([user.gid]);
  else posix.initgroups(user.name, user.gid);
}

const CAP_SETPCAP = 8;
const CAP_NET_BIND_SERVICE = 10;

/** Of this process, by number. capabilities(7) */
function capabilities(set: 'CapPrm' | 'CapAmb' = 'CapPrm'): ReadonlySet<number> {
  const text = new RegExp(`^${set}:\\s*([0-9a-f]+)$`, 'm').exec(
    readFileSync('/proc/self/status', 'utf8'),
  )?.[1];
  const bits = BigInt(`0x${text ?? '0'}`);
  return new Set(
    Array.from({ length: 64 }, (_, number) => number).filter((each) => ((bits >> BigInt(each)) & 1n) === 1n),
  );
}
