/** How long a procedure keeps the process before other procedures and connections get their turn. */

/** Commands of a turn; fewer where they take long. */
const MOST_COMMANDS = 1_000;
const LONGEST_MS = 5;
/** The time is looked at each so many commands: a power of two. */
const COMMANDS_A_LOOK = 8;

export class Turn {
  #commands = 0;
  #began = performance.now();

  /** Counts a command. True when it is time to let others work. */
  isOver(): boolean {
    this.#commands += 1;
    if (this.#commands >= MOST_COMMANDS) return true;
    return (this.#commands & (COMMANDS_A_LOOK - 1)) === 0 && performance.now() - this.#began >= LONGEST_MS;
  }

  /** Resolves when the others have had theirs. */
  async pass(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#commands = 0;
    this.#began = performance.now();
  }
}
