/**
 * Callable MAIL: the routines of the MAIL utility as a library, in contexts and item lists of the same names. It is a face of
 * MailService, as the MAIL utility, POP and IMAP are: one implementation of folders, addresses and profiles.
 *
 * Item lists are objects, `{ MAIL$_MESSAGE_FOLDER: 'NEWMAIL' }`; what a routine returns are its output items and `status`.
 * Dates are Date, flags are lists of names, texts are strings of at most 255 characters (lines 998), or INVITMLEN.
 * Failures are thrown as Condition; with `MAIL$_NOSIGNAL: true` they come back as `status`. A caller has at most 31 contexts.
 * Source: vms-mail.md §8.
 */
import type { AddressContext, MailService } from '../mail-service.ts';
import { ContextBlocks } from './context.ts';
import { MailfileContext } from './mailfile-context.ts';
import { type SendBeginItems, SendContext } from './send-context.ts';
import { UserContext } from './user-context.ts';

export interface CallableMail {
  /** MAIL$MAILFILE_BEGIN. NOMORECTX. */
  mailfileBegin(): MailfileContext;
  /** MAIL$SEND_BEGIN. NOMORECTX, CONITMCOD. */
  sendBegin(items?: SendBeginItems): SendContext;
  /** MAIL$USER_BEGIN. NOMORECTX. */
  userBegin(): UserContext;
}

/** @param caller  on whose behalf, with the logical names and files of that process */
export function callableMail(mail: MailService, caller: AddressContext): CallableMail {
  const blocks = new ContextBlocks();
  return {
    mailfileBegin: () => new MailfileContext(mail, caller.user, blocks),
    sendBegin: (items) => new SendContext(mail, caller, blocks, items),
    userBegin: () => new UserContext(mail, caller.user, blocks),
  };
}
