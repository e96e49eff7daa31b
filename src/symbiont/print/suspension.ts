/** STOP/QUEUE and START/QUEUE of a job that is being printed: it waits between two pages. Source: queues.md §4.2, §10. */
import { condition, JBC } from '../../condition/index.ts';
import type { JobPhase, PrintPosition } from '../../ports/batch.ts';

export class PrintSuspension {
  readonly #onPhase: (phase: JobPhase) => void;
  #goOn: ((position: PrintPosition | undefined) => void) | undefined;
  #waiting: Promise<PrintPosition | undefined> | undefined;

  /** @param onPhase  hears when the job begins to wait, and when it goes on */
  constructor(onPhase: (phase: JobPhase) => void = () => {}) {
    this.#onPhase = onPhase;
  }

  pause(): void {
    this.#waiting ??= new Promise((resolve) => {
      this.#goOn = resolve;
    });
  }

  resume(position?: PrintPosition): void {
    this.#goOn?.(position);
    this.#goOn = undefined;
    this.#waiting = undefined;
  }

  /**
   * Between two pages: waits while suspended; where to go on, if somebody said so.
   * Throws JBC JOBABORT when the job is given up.
   */
  async point(signal: AbortSignal): Promise<PrintPosition | undefined> {
    if (signal.aborted) throw condition(JBC.JOBABORT);
    if (this.#waiting === undefined) return undefined;
    let abort = (): void => {};
    const aborted = new Promise<never>((_, reject) => {
      abort = () => reject(condition(JBC.JOBABORT));
      signal.addEventListener('abort', abort, { once: true });
    });
    try {
      this.#onPhase('suspended');
      const position = await Promise.race([this.#waiting, aborted]);
      this.#onPhase(position?.kind === 'align' ? 'aligning' : 'running');
      return position;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }
}
