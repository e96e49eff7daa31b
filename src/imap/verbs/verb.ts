/** A command of IMAP: when it may be given, what it reads of its line, and what it answers. Source: RFC 9051 §6. */

import type { ClientMailboxes } from '../../mail/index.ts';
import type { ClientLine } from '../../mail-access/client-connection.ts';
import type { MailboxView } from '../mailbox-view.ts';
import type { Session } from '../session.ts';
import type { Cursor } from '../syntax/cursor.ts';

/** The tagged response. */
export interface Answer {
  readonly status: 'OK' | 'NO' | 'BAD';
  /** Behind the code. */
  readonly text: string;
  /** `TRYCREATE`, `APPENDUID 38505 3955`: without brackets. RFC 9051 §7.1 */
  readonly code?: string | undefined;
  readonly next?: 'close' | 'startTls' | 'compress' | undefined;
}

export const ok = (text: string, code?: string): Answer => ({ status: 'OK', text, code });
export const no = (text: string, code?: string): Answer => ({ status: 'NO', text, code });
export const bad = (text: string, code?: string): Answer => ({ status: 'BAD', text, code });

/** What a command says before its answer, and hears. */
export interface Dialogue {
  readonly tag: string;
  /** Behind `UID`: numbers are unique identifiers. */
  readonly byUid: boolean;
  /** Aborted when the client has gone. What a client still waits for when the node stops may come to its end. */
  readonly gone: AbortSignal;
  /** Text, with its CRLF; it goes out when enough has gathered, or the command ends. */
  say(text: string): void;
  /** Octets; returns when the client has room for more. */
  send(octets: Uint8Array): Promise<void>;
  /** What was said is on its way when it returns, and others have had their turn: between parts of what takes long. */
  flush(): Promise<void>;
  /** `+ text`, and the client's line. */
  ask(text: string): Promise<ClientLine>;
  /** At once, where an answer that has begun cannot be ended. */
  breakOff(): void;
}

export type State = 'notAuthenticated' | 'authenticated' | 'selected';

export interface ImapVerb {
  /** The states it may be given in. */
  readonly states: readonly State[];
  /** May stand behind `UID`. */
  readonly allowsUid?: boolean;
  /**
   * What has vanished may be told before its answer. Not where the client may have sent sequence numbers already.
   * RFC 9051 §7.5.1. Default true; behind `UID` always.
   */
  readonly tellsExpunge?: boolean;
  /** Throws SyntaxFault: BAD, and nothing was done. */
  obey(session: Session, cursor: Cursor, dialogue: Dialogue): Answer | Promise<Answer>;
}

export const notAuthenticated: readonly State[] = ['notAuthenticated'];
export const authenticated: readonly State[] = ['authenticated', 'selected'];
export const selected: readonly State[] = ['selected'];
export const always: readonly State[] = ['notAuthenticated', 'authenticated', 'selected'];

/** For verbs of the authenticated states. */
export const mailboxesOf = ({ login }: Session): ClientMailboxes => {
  if (login === undefined) throw new Error('Nobody has logged in.');
  return login.mailboxes;
};
/** For verbs of the selected state. */
export const viewOf = ({ view }: Session): MailboxView => {
  if (view === undefined) throw new Error('No mailbox is selected.');
  return view;
};
