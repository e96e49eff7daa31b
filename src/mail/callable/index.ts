/** Callable MAIL: MAIL$MAILFILE_, MAIL$MESSAGE_, MAIL$SEND_ and MAIL$USER_ routines. */
export { type CallableMail, callableMail } from './callable-mail.ts';
export type { NoSignal, Result, Returned } from './context.ts';
export type * from './mailfile-context.ts';
export type * from './message-context.ts';
export type * from './send-context.ts';
export type * from './user-context.ts';
