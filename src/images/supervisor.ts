/**
 * Keeps the processes of a node alive: starts each image, restarts one that died (with back-off), tells OPCOM, and
 * collects what the processes report of themselves. Part of JOB_CONTROL, in the queue manager's process. DESIGN §2.
 */
import { type ChildProcess, fork } from 'node:child_process';
import type { Log } from '../ports/log.ts';
import type { OperatorCommunication } from '../ports/operator-communication.ts';

export interface ProcessReport {
  readonly name: string;
  readonly image: string;
  readonly pid: number;
  readonly state: string;
}

/** What an image tells its parent over the fork channel. */
export type ChildMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'report'; readonly report: unknown };

export interface SupervisedProcess {
  readonly name: string;
  readonly image: string;
  /** JavaScript file of the image. */
  readonly file: string;
  readonly args: readonly string[];
  /** Last thing it reported of itself. */
  onReport?(report: unknown): void;
}

/** First and longest wait before a restart; the wait doubles, and starts anew after a minute of health. */
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 30_000;
const HEALTHY_AFTER_MS = 60_000;

export class Supervisor {
  readonly #log: Log;
  readonly #opcom: OperatorCommunication;
  readonly #running = new Map<
    string,
    { readonly child: ChildProcess; readonly process: SupervisedProcess }
  >();
  readonly #waits = new Map<string, number>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #stopping = false;

  constructor(log: Log, opcom: OperatorCommunication) {
    this.#log = log;
    this.#opcom = opcom;
  }

  processes(): readonly ProcessReport[] {
    return [...this.#running.values()].map(({ child, process }) => ({
      name: process.name,
      image: process.image,
      pid: child.pid ?? 0,
      state: 'running',
    }));
  }

  /** Resolves when the image is ready; rejects with its reason when it cannot start the first time. */
  start(process: SupervisedProcess): Promise<void> {
    return new Promise((resolve, reject) => {
      let wasReady = false;
      const launch = (): void => {
        const startedAt = Date.now();
        const child = fork(process.file, [...process.args], {
          stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        });
        this.#running.set(process.name, { child, process });
        child.on('message', (message: ChildMessage) => {
          if (message.kind === 'ready') {
            wasReady = true;
            resolve();
          } else if (message.kind === 'failed') {
            reject(new Error(message.reason));
          } else {
            process.onReport?.(message.report);
          }
        });
        child.on('error', (error) =>
          this.#log.error({ err: error, process: process.name }, 'process failed'),
        );
        child.on('exit', (code, signal) => {
          this.#running.delete(process.name);
          if (this.#stopping) return;
          if (!wasReady) {
            reject(
              new Error(`${process.name} ended before it was ready (${signal ?? `exit status ${code}`})`),
            );
            return;
          }
          if (Date.now() - startedAt > HEALTHY_AFTER_MS) this.#waits.delete(process.name);
          this.#restartLater(process, launch, signal ?? `exit status ${code}`);
        });
      };
      launch();
    });
  }

  #restartLater(process: SupervisedProcess, launch: () => void, reason: string): void {
    const wait = this.#waits.get(process.name) ?? FIRST_WAIT_MS;
    this.#waits.set(process.name, Math.min(wait * 2, LONGEST_WAIT_MS));
    this.#log.warn({ process: process.name, reason, wait }, 'process ended, will be restarted');
    this.#opcom.operatorMessage(
      'CENTRAL',
      'JOB_CONTROL',
      `Process ${process.name} ended (${reason}), it is restarted`,
    );
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!this.#stopping) launch();
    }, wait);
    this.#timers.add(timer);
  }

  /** Asks one process to finish what is in hand and end; kills it after `graceMs`. */
  async stop(name: string, graceMs: number): Promise<void> {
    this.#stopping = true;
    for (const timer of this.#timers) clearTimeout(timer);
    const running = this.#running.get(name);
    if (running === undefined) return;
    const { child } = running;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    if (child.connected) child.send({ kind: 'stop' });
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await ended;
    clearTimeout(timer);
  }
}

/** The child's side: tells the parent, obeys `stop`, and ends when the parent is gone. */
export function superviseMe(stop: () => Promise<void>): {
  ready(): void;
  failed(reason: string): void;
  report(report: unknown): void;
} {
  const send = (message: ChildMessage): void => {
    if (process.connected) process.send?.(message);
  };
  let stopping = false;
  const stopOnce = (): void => {
    if (stopping) return;
    stopping = true;
    void stop().finally(() => process.exit(0));
  };
  process.on('message', (message: { kind?: string }) => {
    if (message.kind === 'stop') stopOnce();
  });
  process.on('disconnect', stopOnce);
  process.on('SIGTERM', stopOnce);
  // Ctrl/C at the terminal reaches the whole group: the parent decides what ends.
  process.on('SIGINT', () => {});
  return {
    ready: () => send({ kind: 'ready' }),
    failed: (reason) => send({ kind: 'failed', reason }),
    report: (report) => send({ kind: 'report', report }),
  };
}
