/**
 * The processes of one login: the main process and what SPAWN and PIPE create. One of them has the terminal; the others wait
 * for it, or run without. Source: dcl.md §15.
 */
import { Condition, SYSTEM } from '../condition/index.ts';
import { quotaOf } from '../system/account-quotas.ts';
import type { ProcessContext } from '../system/process.ts';
import type { Interpreter } from './interpreter.ts';
import { TerminalCharacteristics } from './terminal-characteristics.ts';

interface Member {
  readonly interpreter: Interpreter;
  readonly parent: Interpreter | undefined;
  /** Ends it, whatever it does. */
  readonly end: () => void;
  /** Resolves when it has ended and closed its files. */
  done: Promise<unknown>;
}

export class Job {
  readonly #members: Member[] = [];
  readonly #waiting = new Map<Interpreter, () => void>();
  #foreground: Interpreter | undefined;
  #terminal: TerminalCharacteristics | undefined;

  /** The process that reads from the terminal and gets its control keys. */
  get foreground(): Interpreter | undefined {
    return this.#foreground;
  }

  /** Of the terminal of the job; undefined without one. */
  get terminal(): TerminalCharacteristics | undefined {
    const terminal = this.#members[0]?.interpreter.process.terminal;
    if (terminal !== undefined) this.#terminal ??= new TerminalCharacteristics(terminal);
    return this.#terminal;
  }

  /** The main process first. */
  get processes(): readonly ProcessContext[] {
    return this.#members.map(({ interpreter }) => interpreter.process);
  }

  /** Throws EXQUOTA. */
  add(interpreter: Interpreter, parent: Interpreter | undefined, end: () => void): Member {
    // PRCLM: subprocesses a job may have at a time.
    if (this.#members.length > quotaOf(interpreter.process.account, 'PRCLM'))
      throw new Condition(SYSTEM.EXQUOTA);
    const member = { interpreter, parent, end, done: Promise.resolve() };
    this.#members.push(member);
    this.#foreground ??= interpreter;
    return member;
  }

  /** By process name, or by 8 hexadecimal digits. */
  find(nameOrPid: string): Interpreter | undefined {
    return this.#members.find(
      ({ interpreter: { process } }) => process.processName === nameOrPid || process.pid === nameOrPid,
    )?.interpreter;
  }

  has(interpreter: Interpreter): boolean {
    return this.#members.some((each) => each.interpreter === interpreter);
  }

  parentOf(interpreter: Interpreter): Interpreter | undefined {
    return this.#members.find((each) => each.interpreter === interpreter)?.parent;
  }

  /** `JONES_1`, `JONES_2`: the first that is free. */
  nextName(userName: string): string {
    for (let number = 1; ; number += 1) {
      const name = `${userName.slice(0, 12)}_${number}`;
      if (this.find(name) === undefined) return name;
    }
  }

  /** The terminal goes to another process. */
  attach(interpreter: Interpreter): void {
    this.#foreground = interpreter;
    const wake = this.#waiting.get(interpreter);
    this.#waiting.delete(interpreter);
    wake?.();
  }

  /** Waits until the terminal comes back, or the process is ended. */
  async untilForeground(interpreter: Interpreter): Promise<void> {
    if (this.#foreground === interpreter) return;
    const { signal } = interpreter;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.set(interpreter, wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  /** A subprocess has ended: the terminal, if it had it, goes to its parent, or to the nearest that lives. */
  remove(interpreter: Interpreter): void {
    const member = this.#members.find((each) => each.interpreter === interpreter);
    if (member === undefined) return;
    this.#members.splice(this.#members.indexOf(member), 1);
    this.#waiting.delete(interpreter);
    if (this.#foreground !== interpreter) return;
    const heir = this.#members.find((each) => each.interpreter === member.parent) ?? this.#members[0];
    if (heir !== undefined) this.attach(heir.interpreter);
  }

  /** STOP name: the subprocess ends, whatever it does. @returns when it has; at once where it ends whoever asks, too */
  async stop(target: Interpreter, asker: Interpreter): Promise<void> {
    const member = this.#members.find((each) => each.interpreter === target);
    if (member === undefined) return;
    member.end();
    if (asker.signal.aborted || target === asker) return;
    const { signal } = asker;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        signal.removeEventListener('abort', wake);
        resolve();
      };
      signal.addEventListener('abort', wake, { once: true });
      void member.done.then(wake, wake);
    });
  }

  /** What this process has created goes with it, each with its own subprocesses. Resolves when they have ended. */
  async endSubprocesses(parent: Interpreter): Promise<void> {
    const children = this.#members.filter((each) => each.parent === parent);
    for (const each of children) each.end();
    await Promise.allSettled(children.map((each) => each.done));
  }
}
