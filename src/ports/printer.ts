/** Where an output queue prints: what the system manager gave its device. Source: queues.md §1, §7. */

export interface Printer {
  /** Text as it goes to the paper. */
  write(text: string): Promise<void>;
  /** Resolves when all of it is there. Throws when the printer did not take it. */
  close(): Promise<void>;
  /** Gives it up: what is there so far may stay. */
  cancel(): Promise<void>;
}

export interface PrinterCommand {
  /** Absolute path of a program of this machine, and its arguments: no shell looks at them. */
  readonly program: string;
  readonly arguments: readonly string[];
}
