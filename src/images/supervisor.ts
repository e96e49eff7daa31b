/**
 * Keeps the processes of a node alive: starts each image, restarts one that died (with back-off) or hangs, tells OPCOM, and
 * collects what the processes report of themselves. Part of JOB_CONTROL, in the queue manager's process. DESIGN §2.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { heldDescriptor } from '../adapters/node/held-descriptor.ts';
import { howItEnded } from '../adapters/node/how-it-ended.ts';
import { RestartWait } from '../adapters/node/restart-wait.ts';
import {
  LIFE_WATCH,
  type LifeQuestion,
  type LifeSign,
  type LifeWatchOptions,
  watchChild,
  watchParent,
} from '../adapters/node/sign-of-life.ts';
import { tellParent } from '../adapters/node/tell-parent.ts';
import type { Log } from '../ports/log.ts';
import type { OperatorCommunication } from '../ports/operator-communication.ts';

export interface ProcessReport {
  readonly name: string;
  readonly image: string;
  /** None while it waits for its restart. */
  readonly pid?: number;
  readonly state: 'starting' | 'running' | 'restarting';
  /** How often it ended and was started again, since its parent started. */
  readonly restarts?: number;
}

/** What an image tells its parent over the fork channel. */
export type ChildMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'report'; readonly report: unknown }
  | LifeSign;

/** What it is told. */
export type ParentMessage = { readonly kind: 'stop'; readonly graceMs: number } | LifeQuestion;

export interface SupervisedProcess {
  readonly name: string;
  readonly image: string;
  /** JavaScript file of the image. */
  readonly file: string;
  readonly args: readonly string[];
  /** What runs the file, and its own arguments before the file; default Node, with the flags of this process. */
  readonly execPath?: string;
  readonly execArgv?: string[];
  /** Last thing it reported of itself. */
  onReport?(report: unknown): void;
}

/** Wait before the first restart; see restart-wait.ts. */
const FIRST_WAIT_MS = 250;
/** What a process may take to end once its grace is over. */
const KILL_AFTER_MS = 1_000;
/** Grace of a process that is to end and was not told how soon. */
const OWN_GRACE_MS = 5_000;

/** Job control sets it for a queue manager that it restarts, which hands it on. */
const RESTARTED = 'VMSMAIL_RESTARTED';
const environment = process.env;

export class Supervisor {
  readonly #log: Log;
  readonly #opcom: OperatorCommunication;
  readonly #running = new Map<
    string,
    { readonly child: ChildProcess; readonly process: SupervisedProcess; isReady: boolean }
  >();
  /** By name; those that wait for their restart. */
  readonly #waiting = new Map<string, SupervisedProcess>();
  /** By name. */
  readonly #restarts = new Map<string, number>();
  readonly #waits = new RestartWait(FIRST_WAIT_MS);
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #lifeWatch: LifeWatchOptions;
  #stopping = false;

  constructor(log: Log, opcom: OperatorCommunication, lifeWatch = LIFE_WATCH) {
    this.#lifeWatch = lifeWatch;
    this.#log = log;
    this.#opcom = opcom;
  }

  /** Running, starting, or waiting for their restart. */
  processes(): readonly ProcessReport[] {
    const there = [...this.#running.values()].map(({ child, process, isReady }) => ({
      name: process.name,
      image: process.image,
      ...(child.pid === undefined ? {} : { pid: child.pid }),
      state: isReady ? ('running' as const) : ('starting' as const),
      restarts: this.#restarts.get(process.name) ?? 0,
    }));
    const waiting = [...this.#waiting.values()].map(({ name, image }) => ({
      name,
      image,
      state: 'restarting' as const,
      restarts: this.#restarts.get(name) ?? 0,
    }));
    return [...there, ...waiting];
  }

  /** Resolves when the image is ready; rejects with its reason when it cannot start the first time. */
  start(process: SupervisedProcess): Promise<void> {
    return new Promise((resolve, reject) => {
      let wasReady = false;
      const launch = (): void =>
        this.#launch(process, {
          ready() {
            wasReady = true;
            resolve();
          },
          gone: (reason, livedMs) => {
            if (this.#stopping) return;
            if (wasReady) this.#restartLater(process, launch, reason, livedMs);
            else reject(Object.assign(new Error(reason), { code: 'ECHILD' }));
          },
        });
      launch();
    });
  }

  #launch(
    process: SupervisedProcess,
    tell: { ready(): void; gone(reason: string, livedMs: number): void },
  ): void {
    const startedAt = performance.now();
    const isAgain = this.#waiting.delete(process.name);
    const child = fork(process.file, [...process.args], {
      ...(isAgain ? { env: { ...environment, [RESTARTED]: 'yes' } } : {}),
      stdio: ['ignore', 'inherit', 'inherit', 'ipc', ...heldDescriptor()],
      ...(process.execPath === undefined ? {} : { execPath: process.execPath }),
      ...(process.execArgv === undefined ? {} : { execArgv: process.execArgv }),
    });
    const entry = { child, process, isReady: false };
    this.#running.set(process.name, entry);
    let failure: string | undefined;
    let isGone = false;
    const gone = (reason: string): void => {
      if (isGone) return;
      isGone = true;
      this.#running.delete(process.name);
      const early = entry.isReady ? reason : `${process.name} ended before it was ready (${reason})`;
      tell.gone(failure ?? early, performance.now() - startedAt);
    };
    let heard = (): void => {};
    child.on('message', (message: ChildMessage) => {
      if (message.kind === 'alive') heard();
      else if (message.kind === 'ready') {
        entry.isReady = true;
        heard = this.#watch(child, process.name);
        tell.ready();
      } else if (message.kind === 'failed') failure = message.reason;
      else process.onReport?.(message.report);
    });
    // Without a process id it never began (no processes or descriptors left): nothing else will say so.
    child.on('error', (error) => {
      if (child.pid === undefined) gone(error.message);
    });
    child.on('exit', (code, signal) => gone(howItEnded(code, signal)));
  }

  /** One that hangs is killed: it is restarted then, as any that ended. */
  #watch(child: ChildProcess, name: string): () => void {
    return watchChild(child, this.#lifeWatch, (seconds) => {
      // It has its own time to end.
      if (this.#stopping) return;
      this.#log.error({ process: name, seconds }, 'no sign of life, it is killed');
      this.#opcom.operatorMessage(
        'CENTRAL',
        'JOB_CONTROL',
        `Process ${name} has given no sign of life for ${seconds} seconds, it is killed`,
      );
      child.kill('SIGKILL');
    });
  }

  #restartLater(process: SupervisedProcess, launch: () => void, reason: string, livedMs: number): void {
    const wait = this.#waits.next(process.name, livedMs);
    this.#log.warn({ process: process.name, reason, wait }, 'process ended, will be restarted');
    this.#opcom.operatorMessage(
      'CENTRAL',
      'JOB_CONTROL',
      `Process ${process.name} ended (${reason}), it is restarted`,
      this.#waits.isUnwell(process.name) ? { about: `process ${process.name}` } : undefined,
    );
    this.#restarts.set(process.name, (this.#restarts.get(process.name) ?? 0) + 1);
    this.#waiting.set(process.name, process);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!this.#stopping) launch();
    }, wait);
    this.#timers.add(timer);
  }

  /** Asks one process to finish what is in hand within `graceMs` and end; kills it a little later. */
  async stop(name: string, graceMs: number): Promise<void> {
    this.#stopping = true;
    for (const timer of this.#timers) clearTimeout(timer);
    const running = this.#running.get(name);
    if (running === undefined) return;
    const { child } = running;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    if (child.connected) child.send({ kind: 'stop', graceMs } satisfies ParentMessage, () => {});
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs + KILL_AFTER_MS);
    await ended;
    clearTimeout(timer);
  }
}

/**
 * The queue manager hangs: job control starts another one when it is gone, which tells operators how it ended.
 * @param parent  as it was at the start: the number of one that has ended may be anybody's
 */
function killParent(parent: number): void {
  if (!process.connected || process.ppid !== parent) return;
  const msg = 'the queue manager has given no sign of life for a minute, it is killed';
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), msg })}\n`);
  try {
    process.kill(parent, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}

/** In a process of a node: it, or the queue manager, died before, so nobody waits to hear how its start goes. */
export const isRestarted = (): boolean => environment[RESTARTED] !== undefined;

/**
 * The child's side: tells the parent, obeys `stop`, and ends when the parent is gone.
 * @param stop  finishes what is in hand, at most `graceMs`
 */
export function superviseMe(stop: (graceMs: number) => Promise<void>): {
  ready(): void;
  failed(reason: string): void;
  report(report: unknown): void;
} {
  const send = (message: ChildMessage): void => tellParent(message);
  let stopping = false;
  const stopOnce = (graceMs: number): void => {
    if (stopping) return;
    stopping = true;
    void stop(graceMs).finally(() => process.exit(0));
  };
  const parent = process.ppid;
  const asked = watchParent(
    () => send({ kind: 'alive' }),
    () => killParent(parent),
  );
  process.on('message', (message: ParentMessage) => {
    if (message.kind === 'stop') stopOnce(message.graceMs);
    else asked(message);
  });
  process.on('disconnect', () => stopOnce(OWN_GRACE_MS));
  process.on('SIGTERM', () => stopOnce(OWN_GRACE_MS));
  // Ctrl/C at the terminal reaches the whole group: the parent decides what ends.
  process.on('SIGINT', () => {});
  return {
    ready: () => send({ kind: 'ready' }),
    failed: (reason) => send({ kind: 'failed', reason }),
    report: (report) => send({ kind: 'report', report }),
  };
}
