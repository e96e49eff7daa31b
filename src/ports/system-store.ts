/**
 * The node's own records: SYSUAF.DAT, TCPIP$SERVICE.DAT, TCPIP$CONFIGURATION.DAT, system logical names.
 * Lookups return undefined for what is not there; a broken file is a Condition.
 */
export interface Account {
  readonly userName: string;
  readonly uic: { readonly group: number; readonly member: number };
  readonly owner: string;
  /** `DKA0:[JONES]`: login device and directory. */
  readonly device: string;
  readonly directory: string;
  /** scrypt hash in its printable form, or '' when no password has been set (no login). */
  readonly passwordHash: string;
  readonly privileges: readonly string[];
  readonly defaultPrivileges: readonly string[];
  /** DISUSER, DISMAIL, CAPTIVE, RESTRICTED, … */
  readonly flags: readonly string[];
  readonly loginCommand: string;
  readonly lastInteractive?: number;
  readonly lastNonInteractive?: number;
}

export interface HostRules {
  readonly hosts: readonly string[];
  /** `net/prefix`. */
  readonly networks: readonly string[];
}

/** One record of the service database; every field of tcpip-smtp.md §1.4. */
export interface Service {
  readonly name: string;
  readonly port: number;
  readonly address: string;
  readonly protocol: 'TCP' | 'UDP' | 'TCP,UDP';
  readonly protocolOptions: readonly string[];
  readonly processName: string;
  readonly userName: string;
  /** Command procedure run for each request. */
  readonly file: string;
  /** APPLICATION_PROXY CASE_INSENSITIVE LISTEN MULTITHREAD PROXY SEPARATE … those that are set. */
  readonly flags: readonly string[];
  /** Minutes. */
  readonly inactivity: number;
  readonly limit: number;
  readonly logOptions: readonly string[];
  readonly logFile?: string;
  readonly accept: HostRules;
  readonly reject: HostRules & { readonly message?: string };
  readonly socketOptions: readonly string[];
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

export interface SystemStore {
  account(userName: string): Promise<Account | undefined>;
  accounts(pattern?: string): Promise<readonly Account[]>;
  putAccount(account: Account): Promise<void>;
  removeAccount(userName: string): Promise<boolean>;

  service(name: string): Promise<Service | undefined>;
  services(pattern?: string): Promise<readonly Service[]>;
  putService(service: Service): Promise<void>;
  removeService(name: string): Promise<boolean>;

  /** Settings by their OpenVMS names; one table of settings defines them (DESIGN §1, configuration). */
  setting(name: string): Promise<string | undefined>;
  settings(): Promise<ReadonlyMap<string, string>>;
  putSetting(name: string, value: string | undefined): Promise<void>;

  /** LNM$SYSTEM_TABLE, shared by all processes of the node, emptied when it boots. */
  systemLogicalNames(): Promise<readonly LogicalNameRecord[]>;
  putSystemLogicalName(record: LogicalNameRecord): Promise<void>;
  removeSystemLogicalName(name: string): Promise<boolean>;
  /** Cheap: a number that differs once anybody, in any process, has changed something. */
  changeCounter(): number;

  close(): Promise<void>;
}
