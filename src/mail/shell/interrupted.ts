/** Ctrl/Y: out of MAIL to DCL at once, without a purge. vms-mail.md §1.5 */
export class InterruptedByControlY extends Error {
  constructor() {
    super('interrupted by Ctrl/Y');
    this.name = 'InterruptedByControlY';
  }
}

/** Ctrl/C while a command looks for something: nothing is said, and nothing has changed. vms-mail.md §1.5 */
export class StoppedByControlC extends Error {
  constructor() {
    super('stopped by Ctrl/C');
    this.name = 'StoppedByControlC';
  }
}
