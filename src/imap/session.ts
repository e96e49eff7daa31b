/** One IMAP session as its commands see it. Source: RFC 9051 §3. */
import type { ClientMailboxes, MailQuota } from '../mail/index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { SecureConnection, ServerTls } from '../ports/server-tls.ts';
import type { LoginAttempts } from '../system/login-door.ts';
import type { AccountWatcher } from './account-watcher.ts';
import type { ChangeWatcher } from './change-watcher.ts';
import type { ConnectionCounts } from './connection-counts.ts';
import type { ImapSettings } from './imap-settings.ts';
import type { MailboxView } from './mailbox-view.ts';

export interface ImapPeer {
  readonly address: string;
  readonly port: number;
}

export interface ImapDependencies {
  /** The folders of a user who has logged in. */
  readonly openMailboxes: (userName: string) => Promise<ClientMailboxes>;
  /** Whether users who have logged in may go on. */
  readonly accounts: AccountWatcher;
  /** The login door for one connection. */
  readonly loginDoor: (peer: ImapPeer) => LoginAttempts;
  readonly watcher: ChangeWatcher;
  /** Of all connections to the server. */
  readonly counts: ConnectionCounts;
  readonly tls: ServerTls;
  readonly clock: Clock;
  readonly log: Log;
  readonly hostName: string;
  /** `V1.0, OpenVMS V8.4 x86` */
  readonly versionInfo: string;
  /** What stands behind the `@` of users here: the substitute domain, or the host. */
  readonly domain: () => Promise<string>;
  readonly settings: () => Promise<ImapSettings>;
  /** Default: nobody has a limit. */
  readonly quota?: Pick<MailQuota, 'of'>;
  /** The node is being stopped: sessions end at the next quiet moment. */
  readonly stopping?: AbortSignal;
}

/** What a client has asked for with ENABLE, or by using it. */
export type Extension = 'CONDSTORE' | 'QRESYNC' | 'UTF8=ACCEPT' | 'IMAP4REV2';

export interface Session {
  readonly dependencies: ImapDependencies;
  readonly settings: ImapSettings;
  readonly peer: ImapPeer;
  readonly attempts: LoginAttempts;
  readonly enabled: Set<Extension>;
  tls: SecureConnection | undefined;
  /** Who has logged in: the authenticated states. */
  login:
    | {
        readonly userName: string;
        readonly mailboxes: ClientMailboxes;
        readonly domain: string;
        /** The session counts as one of the user until this is called. */
        readonly leave: () => void;
      }
    | undefined;
  /** The selected state. */
  view: MailboxView | undefined;
  /** `$`: unique identifiers of the last SEARCH that was saved, ascending. RFC 9051 §6.4.4.1 */
  saved: readonly number[];
  isCompressed: boolean;
}

/** Names of mailboxes go in UTF-8. RFC 9051 §5.1; RFC 6855 §3 */
export const speaksUtf8 = ({ enabled }: Pick<Session, 'enabled'>): boolean =>
  enabled.has('UTF8=ACCEPT') || enabled.has('IMAP4REV2');

/** FETCH answers carry MODSEQ. RFC 7162 §3.1 */
export const tellsModseq = ({ enabled }: Pick<Session, 'enabled'>): boolean =>
  enabled.has('CONDSTORE') || enabled.has('QRESYNC');
