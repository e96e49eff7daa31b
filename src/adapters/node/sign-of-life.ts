/**
 * Processes that live and hang: each side of a fork channel hears of the other every few seconds, as long as its event loop
 * turns. Silences are counted in one's own turns, not by the clock: whoever was asleep himself accuses nobody.
 */
import type { ChildProcess } from 'node:child_process';
import { HANGS_AFTER_MS } from '../../ports/hanging.ts';

/** What a parent asks, and how often it will. */
export interface LifeQuestion {
  readonly kind: 'alive?';
  readonly everyMs: number;
}
export interface LifeSign {
  readonly kind: 'alive';
}

export interface LifeWatchOptions {
  readonly everyMs: number;
  /** Questions without an answer after which a process hangs. */
  readonly silences: number;
  /** While it says true, silence is what was asked for. */
  readonly isExcused?: () => boolean;
}

const SILENCES = 7;

/** Nothing a process of a node does takes that long without a turn of its event loop. */
export const LIFE_WATCH: LifeWatchOptions = { everyMs: HANGS_AFTER_MS / SILENCES, silences: SILENCES };

/**
 * The parent's side: asks a child, from now until it has ended.
 * @param onSilent  hears once that it hangs, and for how many seconds it has given no sign
 * @returns what to call with each sign of life
 */
export function watchChild(
  child: ChildProcess,
  { everyMs, silences, isExcused = () => false }: LifeWatchOptions,
  onSilent: (seconds: number) => void,
): () => void {
  let unanswered = 0;
  const ask = (): void => {
    unanswered++;
    if (child.connected) child.send({ kind: 'alive?', everyMs } satisfies LifeQuestion, () => {});
  };
  // At once: from the first question on it watches its parent, too.
  ask();
  const timer = setInterval(() => {
    if (isExcused()) {
      unanswered = 0;
      return;
    }
    if (unanswered >= silences) {
      clearInterval(timer);
      onSilent(Math.round((silences * everyMs) / 1_000));
      return;
    }
    ask();
  }, everyMs);
  timer.unref();
  child.once('exit', () => clearInterval(timer));
  return () => {
    unanswered = 0;
  };
}

/** A parent that asks no more hangs, too. It has more to do than its children: it is given more time. */
const PARENT_SILENCES = 20;

/**
 * The child's side.
 * @param answer  sends a sign of life
 * @param onSilent  the parent has not asked for a minute
 * @returns what to call with each question
 */
export function watchParent(answer: () => void, onSilent: () => void): (question: LifeQuestion) => void {
  let silences = 0;
  let timer: NodeJS.Timeout | undefined;
  return ({ everyMs }) => {
    silences = 0;
    answer();
    timer ??= setInterval(() => {
      silences++;
      if (silences < PARENT_SILENCES) return;
      clearInterval(timer);
      onSilent();
    }, everyMs).unref();
  };
}
