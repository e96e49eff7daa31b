/** OPERATOR.LOG as OPCOM sees it: open or closed, and with the classes that REPLY/LOG chose. Source: queues.md §15. */
import { type OperatorClass, operatorClasses } from '../ports/operator-communication.ts';
import type { OperatorLog } from './opcom.ts';

export class ClassedLog {
  readonly #log: OperatorLog;
  #isOpen = true;
  #classes: ReadonlySet<OperatorClass> = new Set(operatorClasses);

  constructor(log: OperatorLog) {
    this.#log = log;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** As operators read it. */
  get name(): string {
    return `SYS$SYSROOT:[SYSMGR]OPERATOR.LOG;${this.#log.version}`;
  }

  /** @param classes  of the message; one of none is always logged */
  append(text: string, classes?: readonly OperatorClass[]): void {
    const isWanted = classes === undefined || classes.some((each) => this.#classes.has(each));
    if (this.#isOpen && isWanted) this.#log.append(text);
  }

  /** Throws the file system's error. */
  begin(classes: readonly OperatorClass[]): void {
    this.#log.beginVersion();
    this.#isOpen = true;
    this.#classes = new Set(classes);
  }

  close(): void {
    this.#isOpen = false;
  }

  /** Goes on with the version there is. */
  reopen(): void {
    this.#isOpen = true;
  }
}
