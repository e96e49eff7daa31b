/**
 * Who runs a node on a root: a lock of the kernel on SYSEXE/JOB_CONTROL.LOCK, held by job control and by every process
 * of its node, so that it is free when the last of them has ended, however it ended. The file's one line says who job
 * control is, and what goes on; scripts/job-control.sh writes it.
 */
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { NodeRoot } from './node-root.ts';

export type JobControlState =
  /** The start command holds the lock: job control is not there yet. */
  | { readonly kind: 'preparing' }
  /** A node inside a process of somebody else's: bootNode. Nobody but that process ends it. */
  | { readonly kind: 'inside' }
  | { readonly kind: 'starting' | 'running' | 'stopping' | 'restarting' }
  /** The queue manager ended with `status`, as a shell numbers it, and is started again in about `seconds`. */
  | { readonly kind: 'waiting'; readonly seconds: number; readonly status: number };

export interface JobControl {
  /** Also the process group of the whole node, once job control is there. */
  readonly pid: number;
  /** False: it was killed, and the processes it left are about to end themselves. */
  readonly isAlive: boolean;
  readonly state: JobControlState;
}

/** Exit status by which flock(1) says that somebody else holds the lock. */
const HELD = 75;
const RECORD_LENGTH = 99;

/**
 * Takes the lock of this root.
 * @returns the descriptor that holds it, or undefined when somebody else does
 * Throws the file system's error when the file cannot be written. Whoever could take it is named in it at once; for
 * the moment between, what it says is of an earlier node, whose number is nobody's: `isAlive` is false.
 */
export function takeNodeLock(paths: NodeRoot): number | undefined {
  const descriptor = openSync(paths.lockFile, 'a', 0o600);
  try {
    if (lock(descriptor)) {
      writeRecord(paths, `${process.pid} ${instantOfBirth(process.pid)} preparing`);
      return descriptor;
    }
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  closeSync(descriptor);
  return undefined;
}

/** The job control of this root; undefined when nothing of a node runs. */
export function findJobControl(paths: NodeRoot): JobControl | undefined {
  const descriptor = openForReading(paths);
  if (descriptor === undefined) return undefined;
  try {
    return lock(descriptor) ? undefined : readRecord(paths);
  } finally {
    closeSync(descriptor);
  }
}

/** Waits until every process of the node has ended; false when some have not after `timeoutMs`. */
export async function nodeHasEnded(paths: NodeRoot, timeoutMs: number): Promise<boolean> {
  const late = performance.now() + timeoutMs;
  const descriptor = openForReading(paths);
  if (descriptor === undefined) return true;
  try {
    for (;;) {
      const status = await waitForLock(descriptor, Math.max(0, late - performance.now()));
      if (status !== null) return status === 0;
      if (performance.now() >= late) return false;
    }
  } finally {
    closeSync(descriptor);
  }
}

/** @returns exit status of flock(1); null where a signal has ended it, of a terminal that hung up, say */
function waitForLock(descriptor: number, timeoutMs: number): Promise<number | null> {
  const flock = spawn('flock', ['-E', String(HELD), '-w', String(timeoutMs / 1_000), '3'], {
    stdio: ['ignore', 'ignore', 'ignore', descriptor],
  });
  return new Promise((resolve, reject) => {
    flock.on('error', (error) => reject(withoutFlock(error)));
    flock.on('exit', (status) => resolve(status));
  });
}

/** The queue manager's own word on what goes on, beside what job control knows. */
export function tellNodeState(paths: NodeRoot, kind: 'running' | 'stopping' | 'inside'): void {
  try {
    const [pid, began] = readFileSync(paths.lockFile, 'utf8').split(' ');
    writeRecord(paths, `${pid} ${began} ${kind}`);
  } catch {
    // Only what people are told depends on it.
  }
}

/** Ends all of a node at once. Only while one of its processes holds the lock: the group is no other one's then. */
export function killNode(found: JobControl): void {
  if (found.state.kind === 'preparing' || found.state.kind === 'inside') return;
  try {
    process.kill(-found.pid, 'SIGKILL');
  } catch {
    // The last one has just gone.
  }
}

/** Over what was there, always of the same length: nobody reads half of it. */
function writeRecord(paths: NodeRoot, record: string): void {
  const descriptor = openSync(paths.lockFile, 'r+');
  try {
    writeSync(descriptor, `${record.padEnd(RECORD_LENGTH)}\n`, 0);
  } finally {
    closeSync(descriptor);
  }
}

/** A terminal that hangs up sends its signal more than once, and to flock(1), too. */
const TRIES = 5;

/** flock(1) locks what our descriptor leads to: the lock stays ours when it has ended. */
function lock(descriptor: number): boolean {
  for (let left = TRIES; ; left--) {
    const { status, signal, error, stderr } = spawnSync('flock', ['-n', '-E', String(HELD), '3'], {
      encoding: 'utf8',
      stdio: ['ignore', 'ignore', 'pipe', descriptor],
    });
    if (error !== undefined) throw withoutFlock(error);
    if (status === 0 || status === HELD) return status === 0;
    if (signal !== null && left > 1) continue;
    // That of BusyBox knows fewer options; a file system may know no locks.
    throw new Error(`flock of util-linux does not work here: ${signal ?? stderr.split('\n', 1)[0]}`);
  }
}

const withoutFlock = (error: Error): Error =>
  (error as NodeJS.ErrnoException).code === 'ENOENT'
    ? new Error('the program flock is needed: install the package util-linux')
    : error;

function openForReading(paths: NodeRoot): number | undefined {
  try {
    return openSync(paths.lockFile, 'r');
  } catch (error) {
    // Nothing is there, or nothing can be: no node either.
    if (/^(ENOENT|ENOTDIR|ENAMETOOLONG)$/.test((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

function readRecord(paths: NodeRoot): JobControl {
  const [pid = '', began = '', ...state] = readFileSync(paths.lockFile, 'utf8').trimEnd().split(' ');
  return {
    pid: Number(pid),
    isAlive: began !== '' && instantOfBirth(Number(pid)) === began,
    state: parseState(state),
  };
}

function parseState([kind, seconds, status]: readonly string[]): JobControlState {
  switch (kind) {
    case 'preparing':
    case 'inside':
    case 'running':
    case 'stopping':
    case 'restarting':
      return { kind };
    case 'waiting':
      return { kind, seconds: Number(seconds), status: Number(status) };
    default:
      return { kind: 'starting' };
  }
}

/** Field 22 of /proc/PID/stat: a number that was given to another process meanwhile has another one. */
function instantOfBirth(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : fields[18];
  } catch {
    return undefined;
  }
}
