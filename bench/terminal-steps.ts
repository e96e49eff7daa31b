/** Conversations with a program on a real terminal, each answer timed, by terminal-steps.py: Node alone can open none. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

export interface Step {
  readonly name: string;
  /** Typed; `\r` is the RETURN key. */
  readonly send: string;
  /** Typed after `pause` ms: the clock runs from here. */
  readonly further?: string;
  readonly pause?: number;
  /** Regular expression on what is shown from then on. */
  readonly until: string;
}
export interface Conversation {
  /** Milliseconds, a step each. */
  readonly times: readonly number[];
  /** Most memory that the program had in use, MiB. */
  readonly memoryMiB: number;
}

/** Throws when an answer does not appear within `patience` seconds. */
export function converse(
  argv: readonly string[],
  steps: readonly Omit<Step, 'name'>[],
  patience = 60,
): Conversation {
  const { stdout, stderr, status } = spawnSync('python3', [join(import.meta.dirname, 'terminal-steps.py')], {
    input: JSON.stringify({ argv, steps, patience }),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr.trim());
  const { times, memory } = JSON.parse(stdout) as {
    readonly times: readonly number[];
    readonly memory: number;
  };
  return { times, memoryMiB: memory / 1024 };
}
