/**
 * A process for each job, `BATCH_n` or the print symbiont `SYMBIONT_n`: what a job does to its process, it does to nobody else, and one that does not stop
 * can be killed. The other end: batch-image.ts. Part of JOB_CONTROL. queues.md §11, DESIGN §2.
 */
import { fork } from 'node:child_process';
import { heldDescriptor } from '../adapters/node/held-descriptor.ts';
import {
  LIFE_WATCH,
  type LifeQuestion,
  type LifeSign,
  type LifeWatchOptions,
  watchChild,
} from '../adapters/node/sign-of-life.ts';
import type { BatchProcesses, JobEnd, JobPhase, PrintPosition, StartedJob } from '../ports/batch.ts';
import type { Log } from '../ports/log.ts';
import { batchProcessName } from '../system/batch-process-name.ts';

/** What a batch process is told. The first message is the job. */
export type BatchOrder =
  | { readonly kind: 'run'; readonly job: StartedJob }
  | { readonly kind: 'abort'; readonly status: number }
  // A print job waits between two pages. A batch job waits for a byte on its standard input: suspended.ts.
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume'; readonly position?: PrintPosition | undefined }
  | LifeQuestion;
/** What it tells. */
export type BatchReport =
  | { readonly kind: 'ended'; readonly end: JobEnd }
  | { readonly kind: 'phase'; readonly phase: JobPhase }
  | LifeSign;

export interface BatchProcessesOptions {
  readonly log: Log;
  /** JavaScript file of the image. */
  readonly file: string;
  readonly args: readonly string[];
  readonly execPath?: string;
  readonly execArgv?: string[];
  /** Hears of a job whose process is killed because it hangs. Default: the log alone does. */
  readonly onHung?: (processName: string, seconds: number) => void;
  /** Default LIFE_WATCH. */
  readonly lifeWatch?: LifeWatchOptions;
  /** How long a process may take to its first sign of life. Default START_GRACE_MS. */
  readonly startGraceMs?: number;
}

/** `BATCH_12`, or `SYMBIONT_12` of a print job. */
export const jobProcessName = ({ entry, output }: Pick<StartedJob, 'entry' | 'output'>): string =>
  output === undefined ? batchProcessName(entry) : `SYMBIONT_${entry}`;

/** A queue may start a hundred jobs at once, which share the processors while they load. */
const START_GRACE_MS = 120_000;

/** What a job may take to write its log to the end. */
const ABORT_GRACE_MS = 5_000;

export const createBatchProcesses = (options: BatchProcessesOptions): BatchProcesses => ({
  run(job, onPhase) {
    const { file, args, execPath, execArgv, log, onHung, lifeWatch = LIFE_WATCH } = options;
    const { startGraceMs = START_GRACE_MS } = options;
    onPhase('starting');
    const child = fork(file, [...args], {
      stdio: ['pipe', 'inherit', 'inherit', 'ipc', ...heldDescriptor()],
      ...(execPath === undefined ? {} : { execPath }),
      ...(execArgv === undefined ? {} : { execArgv }),
    });
    child.stdin?.on('error', () => {});
    let isSuspended = false;
    const goOn = (): void => {
      if (!isSuspended) return;
      isSuspended = false;
      child.stdin?.write('\n');
      onPhase('running');
    };
    const tell = (order: BatchOrder): void => {
      if (child.connected) child.send(order, () => {});
    };
    const ended = new Promise<JobEnd>((resolve) => {
      let end: JobEnd = { kind: 'died' };
      // A process that is suspended by STOP/QUEUE stands still because it was told to.
      let isLoading = startGraceMs > 0;
      const hasBegun = (): void => {
        isLoading = false;
        clearTimeout(loading);
      };
      const loading = setTimeout(hasBegun, startGraceMs);
      loading.unref();
      const isExcused = (): boolean => isSuspended || isLoading;
      const isAlive = watchChild(child, { ...lifeWatch, isExcused }, (seconds) => {
        log.error({ entry: job.entry, seconds }, 'a batch process gives no sign of life, it is killed');
        onHung?.(jobProcessName(job), seconds);
        child.kill('SIGKILL');
      });
      child.on('message', (report: BatchReport) => {
        hasBegun();
        isAlive();
        if (report.kind === 'ended') end = report.end;
        if (report.kind === 'phase' && !isSuspended) onPhase(report.phase);
      });
      child.once('exit', (code, signal) => {
        hasBegun();
        if (end.kind === 'died')
          log.warn({ entry: job.entry, reason: signal ?? code }, 'a batch process died');
        resolve(end);
      });
      // Without a process id it never began: nothing else will say so.
      child.on('error', (error) => {
        log.warn({ err: error, entry: job.entry }, 'a batch process');
        if (child.pid === undefined) resolve({ kind: 'died' });
      });
    });
    tell({ kind: 'run', job });
    return {
      ended,
      pause() {
        if (isSuspended) return;
        isSuspended = job.output === undefined;
        if (isSuspended) onPhase('suspended');
        tell({ kind: 'pause' });
      },
      resume(position) {
        if (job.output === undefined) goOn();
        else tell({ kind: 'resume', position });
      },
      abort(status) {
        // A process that is suspended hears nothing.
        goOn();
        tell({ kind: 'abort', status });
        const timer = setTimeout(() => child.kill('SIGKILL'), ABORT_GRACE_MS);
        void ended.then(() => clearTimeout(timer));
      },
    };
  },
});
