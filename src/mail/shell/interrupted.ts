/** Ctrl/Y: out of MAIL to DCL at once, without a purge. vms-mail.md §1.5 */
export class InterruptedByControlY extends Error {
  constructor() {
    super('interrupted by Ctrl/Y');
    this.name = 'InterruptedByControlY';
  }
}
