/**
 * The node's own records: SYSUAF.DAT, TCPIP$SERVICE.DAT, TCPIP$CONFIGURATION.DAT, system logical names. DESIGN §4.
 *
 * Every method is one transaction. Lookups return undefined, lists nothing and removals false for what is not there; patterns have `*`
 * and `%`, and are `*` without a word; lists are by name. Failures: Condition SYSTEM READERR or WRITEERR with the name of the file,
 * and why behind it (RMS FUL where the device is full). After one nothing of the call stands.
 * Adapters: adapters/sqlite/system-store/, adapters/memory/system-store.ts; contract: test/contract/system-store.ts.
 */
import type { IntrusionRecords } from './intrusion-records.ts';

export interface Account {
  readonly userName: string;
  readonly uic: { readonly group: number; readonly member: number };
  readonly owner: string;
  /** `DKA0:[JONES]`: login device and directory. */
  readonly device: string;
  readonly directory: string;
  /** scrypt hash in its printable form, and behind a blank what SCRAM needs; '' when no password has been set (no login). */
  readonly passwordHash: string;
  /** Those it may have, and those a process of it begins with; by their names. */
  readonly privileges: readonly string[];
  readonly defaultPrivileges: readonly string[];
  /** DISUSER, DISMAIL, CAPTIVE, RESTRICTED, … */
  readonly flags: readonly string[];
  /** File specification of the procedure that logging in runs first; '': none. */
  readonly loginCommand: string;
  /** Of the last logins; absent: none yet. */
  readonly lastInteractive?: number;
  readonly lastNonInteractive?: number;
  /** Whom the use of resources is put down to, at most 8 characters. Absent: nobody. */
  readonly accountName?: string;
  /** Absent: DCL. */
  readonly cli?: string;
  /** Absent: DCLTABLES. */
  readonly commandTables?: string;
  /** When the account ends. Absent: never. */
  readonly expiration?: number;
  /** Characters a new password has at least, of whoever sets his own. Absent: 6. */
  readonly passwordMinimum?: number;
  /** How long a password may be used. Absent: for ever. */
  readonly passwordLifetimeMs?: number;
  /** When the user or the manager set the password that is there now. */
  readonly passwordChangedAt?: number;
  /** Wrong passwords since the last login. */
  readonly loginFailures?: number;
  /** Days of the week, Monday first; absent: the first five. */
  readonly primaryDays?: readonly boolean[];
  /** Hours of the day somebody may log in, by way in. Absent: always. */
  readonly access?: Partial<Record<AccessMode, AccessHours>>;
  /** Limits by the names AUTHORIZE shows: BIOLM, WSQUO, …; those that are not the default. */
  readonly quotas?: Readonly<Record<string, number>>;
  /** Absent: no limit. */
  readonly cpuLimitMs?: number;
  /** Rights identifiers the user holds. Absent: none beside his own. */
  readonly identifiers?: readonly HeldIdentifier[];
}

export type AccessMode = 'NETWORK' | 'BATCH' | 'LOCAL' | 'DIALUP' | 'REMOTE';

/** 24 bits each; bit 0 is the hour from midnight on. */
export interface AccessHours {
  readonly primary: number;
  readonly secondary: number;
}

export interface HeldIdentifier {
  readonly name: string;
  /** RESOURCE, DYNAMIC, … */
  readonly attributes: readonly string[];
}

/** An identifier of the rights database that is not a user's own. */
export interface RightsIdentifier {
  readonly name: string;
  /** %X80010000 and up. */
  readonly value: number;
  readonly attributes: readonly string[];
}

export interface HostRules {
  readonly hosts: readonly string[];
  /** `net/prefix`. */
  readonly networks: readonly string[];
}

/** One record of the service database; every field of tcpip-smtp.md §1.4. */
export interface Service {
  /** Upper case. */
  readonly name: string;
  readonly port: number;
  /** Where it listens, IPv4 or IPv6. */
  readonly address: string;
  readonly protocol: 'TCP' | 'UDP' | 'TCP,UDP';
  /** Of TCP: NODELAY, `DROP_COUNT=n`, …; they, and what is said of sockets, the separator and RPC below, are kept and shown. */
  readonly protocolOptions: readonly string[];
  readonly processName: string;
  readonly userName: string;
  /** Command procedure run for each request. */
  readonly file: string;
  /** APPLICATION_PROXY CASE_INSENSITIVE LISTEN MULTITHREAD PROXY SEPARATE … those that are set. */
  readonly flags: readonly string[];
  /** Minutes. */
  readonly inactivity: number;
  /** Connections at a time. */
  readonly limit: number;
  readonly logOptions: readonly string[];
  readonly logFile?: string;
  readonly accept: HostRules;
  readonly reject: HostRules & { readonly message?: string };
  readonly socketOptions: readonly string[];
  /** Both in bytes. */
  readonly receiveBuffer: number;
  readonly sendBuffer: number;
  readonly separator?: string;
  readonly rpc?: { readonly program: number; readonly low: number; readonly high: number };
  /** The running system: ENABLE / DISABLE SERVICE. */
  readonly enabled: boolean;
  /** The next start: SET CONFIGURATION ENABLE SERVICE. */
  readonly enabledAtStart: boolean;
}

export interface LogicalNameRecord {
  readonly name: string;
  readonly values: readonly string[];
  readonly attributes: readonly string[];
}

export type LoginKind = 'interactive' | 'nonInteractive';

export interface SystemStore extends IntrusionRecords {
  account(userName: string): Promise<Account | undefined>;
  accounts(pattern?: string): Promise<readonly Account[]>;
  putAccount(account: Account): Promise<void>;
  /**
   * Reads and writes in one step: what others change meanwhile stays. What `change` throws changes nothing.
   * @returns the account as it is now; undefined: there is none
   */
  changeAccount(userName: string, change: (account: Account) => Account): Promise<Account | undefined>;
  removeAccount(userName: string): Promise<boolean>;
  /** Somebody has logged in: his last login is now, and failures are forgotten. Other fields are left as they are then. */
  noteLogin(userName: string, kind: LoginKind, instant: number): Promise<void>;
  /** What is kept of a password is now `to`, where it still was `from`; else false. Other fields are left as they are then. */
  replacePasswordHash(userName: string, from: string, to: string): Promise<boolean>;
  /** Somebody gave a wrong password. Other fields are left as they are then. Takes as long where there is no such account. */
  noteLoginFailure(userName: string): Promise<void>;

  /** The rights database. Who holds an identifier stands in his account. */
  identifier(name: string): Promise<RightsIdentifier | undefined>;
  identifiers(pattern?: string): Promise<readonly RightsIdentifier[]>;
  putIdentifier(identifier: RightsIdentifier): Promise<void>;
  removeIdentifier(name: string): Promise<boolean>;

  service(name: string): Promise<Service | undefined>;
  services(pattern?: string): Promise<readonly Service[]>;
  putService(service: Service): Promise<void>;
  removeService(name: string): Promise<boolean>;

  /** Settings by their OpenVMS names; one table of settings defines them (DESIGN §1, configuration). */
  setting(name: string): Promise<string | undefined>;
  settings(): Promise<ReadonlyMap<string, string>>;
  /** @param value  undefined: it is as if nobody had set it */
  putSetting(name: string, value: string | undefined): Promise<void>;
  /**
   * All of it or nothing, and nobody changes a setting meanwhile.
   * @param change  is given all settings and returns those that are new, `undefined` for one that goes; what it throws changes nothing
   */
  changeSettings(
    change: (before: ReadonlyMap<string, string>) => ReadonlyMap<string, string | undefined>,
  ): Promise<void>;

  /** LNM$SYSTEM_TABLE, shared by all processes of the node, emptied when it boots. */
  systemLogicalNames(): Promise<readonly LogicalNameRecord[]>;
  putSystemLogicalName(record: LogicalNameRecord): Promise<void>;
  removeSystemLogicalName(name: string): Promise<boolean>;
  /**
   * Cheap: a number that differs once anybody, in any process, has changed something.
   * @param isUrgent  what was changed a moment ago counts, too
   */
  changeCounter(isUrgent?: boolean): number;

  close(): Promise<void>;
}
