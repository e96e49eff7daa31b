/** One POP session as its commands see it. Source: RFC 1939 §3. */
import type { MailService } from '../mail/index.ts';
import type { Turn } from '../mail-access/turn.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { SecureConnection, ServerTls } from '../ports/server-tls.ts';
import type { LoginAttempts } from '../system/login-door.ts';
import type { Maildrop } from './maildrop.ts';
import type { MaildropLocks } from './maildrop-locks.ts';
import type { PopSettings } from './pop-settings.ts';
import type { PopStatistics } from './pop-statistics.ts';

export interface PopPeer {
  readonly address: string;
  readonly port: number;
}

export interface PopDependencies {
  readonly mail: MailService;
  /** The login door for one connection. */
  readonly loginDoor: (peer: PopPeer) => LoginAttempts;
  /** Whether there is an account of that name: TCPIP$POP_SECURITY FRIENDLY tells. */
  readonly isUser: (userName: string) => Promise<boolean>;
  /** Whether the user has a secret for APOP, and the digest is that of stamp and secret. */
  readonly isApopDigest: (userName: string, stamp: string, digest: string) => Promise<boolean>;
  readonly locks: MaildropLocks;
  readonly statistics: PopStatistics;
  readonly tls: ServerTls;
  readonly clock: Clock;
  readonly log: Log;
  readonly hostName: string;
  /** `V1.0, OpenVMS V8.4 x86` */
  readonly versionInfo: string;
  /** Eight hexadecimal digits, of the server process. */
  readonly pid: string;
  /** What stands behind the `@` of users here: the substitute domain, or the host. */
  readonly domain: () => Promise<string>;
  readonly settings: () => Promise<PopSettings>;
  /** The node is being stopped: sessions end at the next quiet moment. */
  readonly stopping?: AbortSignal;
}

export interface Session {
  readonly dependencies: PopDependencies;
  readonly settings: PopSettings;
  readonly peer: PopPeer;
  readonly attempts: LoginAttempts;
  /** `<20400434.2@host>`, for APOP. RFC 1939 §7 */
  readonly stamp: string;
  tls: SecureConnection | undefined;
  /** Named by USER. */
  userName: string | undefined;
  /** Whose maildrop is open: the TRANSACTION state. */
  login: { readonly userName: string; readonly privileges: ReadonlySet<string> } | undefined;
  maildrop: Maildrop | undefined;
  /** Attempts to log in that failed. */
  failures: number;
  /** Sessions of the same process. */
  readonly others: Turn;
}
