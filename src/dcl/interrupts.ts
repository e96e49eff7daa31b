/**
 * Ctrl/C and Ctrl/Y. The key aborts the image or the WAIT that runs; the level takes it before its next command: an
 * ON CONTROL_Y of this level or of one around it, or the prompt in front of the procedure that stands still.
 * Source: dcl.md §7.3, §8.5.
 */
import { INHIBIT_MESSAGE } from '../condition/index.ts';
import { executeCommand } from './execute.ts';
import type { Interpreter } from './interpreter.ts';
import { Level } from './level.ts';
import { CONTROL_Y_STATUS } from './messages.ts';
import { ProcedureText } from './procedure-text.ts';
import { readCommand } from './typed-commands.ts';

export class Interrupts {
  /** Somebody wants to know of the next command: a key, or the end of the session. */
  isPending = false;
  /** What was typed at the prompt of a procedure that stands still: CONTINUE, or what it has to make room for. */
  answer: 'continue' | 'leave' | undefined;
  readonly #session: AbortSignal;
  /** Aborts the image or WAIT that runs. */
  #running: AbortController | undefined;

  constructor(session: AbortSignal) {
    this.#session = session;
  }

  press(): void {
    this.isPending = true;
    this.#running?.abort();
  }

  /** Runs work that Ctrl/C, Ctrl/Y and the end of the session abort. */
  async interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const outer = this.#running;
    // RUN within a verb: one signal is enough.
    if (outer !== undefined && !outer.signal.aborted) return work(outer.signal);
    const running = new AbortController();
    this.#running = running;
    // With the reason there is: a new one would cost a stack trace.
    const onAbort = (): void => running.abort(this.#session.reason);
    if (this.#session.aborted) onAbort();
    this.#session.addEventListener('abort', onAbort, { once: true });
    try {
      return await work(running.signal);
    } finally {
      this.#session.removeEventListener('abort', onAbort);
      this.#running = outer;
      if (this.#session.aborted) this.isPending = true;
    }
  }
}

/**
 * The level takes Ctrl/Y. Without ON CONTROL_Y here and around, the procedure stands still behind a prompt where somebody
 * types, and ends where nobody does. An ON CONTROL_Y of an outer level ends the levels within it.
 * @returns true when the interrupted command is to go on: CONTINUE
 */
export async function takeInterrupt(interpreter: Interpreter, level: Level): Promise<boolean> {
  if (interpreter.signal.aborted) {
    interpreter.abandon();
    return false;
  }
  let taker: Level | undefined = level;
  while (taker !== undefined && taker.onControlY === undefined) taker = taker.parent;
  interpreter.status = CONTROL_Y_STATUS | INHIBIT_MESSAGE;
  if (taker !== undefined && taker !== level) {
    level.end = { status: interpreter.status, displayed: true };
    return false;
  }
  interpreter.interrupts.isPending = false;
  if (taker === undefined) return standStill(interpreter, level);
  const action = taker.onControlY!;
  const before = level.position;
  await interpreter.guard(level, () => executeCommand(interpreter, level, action));
  return action.text.startsWith('CONT') && level.position === before && level.end === undefined;
}

/** The prompt in front of an interrupted procedure: its symbols are seen, CONTINUE resumes it, STOP and EXIT end it. */
async function standStill(interpreter: Interpreter, level: Level): Promise<boolean> {
  if (level.isTyped) return false;
  if (!interpreter.isAttended) {
    interpreter.stopTo = 0;
    return false;
  }
  let typed = '';
  const text = new ProcedureText({
    typed: true,
    readRecord: async (continued) => {
      const record = await readCommand(interpreter, continued);
      if (typeof record === 'string') typed = continued ? `${typed}\n${record}` : record;
      return record;
    },
  });
  const prompt = new Level({
    kind: 'interruption',
    parent: level.parent,
    depth: level.depth,
    text,
    procedure: level.procedure,
    symbols: level.symbols,
  });
  prompt.scope = level.scope;
  prompt.verbScope = level.verbScope;
  const { status } = interpreter;
  await interpreter.run(prompt);
  const { answer } = interpreter.interrupts;
  interpreter.interrupts.answer = undefined;
  if (answer === 'continue') {
    interpreter.status = status;
    return true;
  }
  interpreter.stopTo = 0;
  // What activates an image or another procedure ends this one first, and is then executed at the terminal's level.
  if (answer === 'leave') for (const record of typed.split('\n')) interpreter.terminalLevel.text.add(record);
  return false;
}

/** True where a command would take the place of a procedure that stands still: it is put off until that has ended. */
export function endsStandstill({ interrupts, status }: Interpreter, level: Level): boolean {
  if (level.kind !== 'interruption') return false;
  interrupts.answer = 'leave';
  level.end = { status, displayed: true };
  return true;
}
