/** MAIL over stores in memory, with users, files and a clock that tests set up: what transcripts and stories run on. */
import { createMemoryMailStore } from '../../src/adapters/memory/mail-store.ts';
import { type ManualClock, manualClock } from '../../src/adapters/memory/manual-clock.ts';
import { createMemorySystemStore } from '../../src/adapters/memory/system-store.ts';
import { RMS, signal } from '../../src/condition/index.ts';
import {
  completeSpecification,
  formatFileSpecification,
  parseFileSpecification,
} from '../../src/file-specification/index.ts';
import { createMail, type MailService } from '../../src/mail/index.ts';
import type { MailShellDependencies } from '../../src/mail/shell/index.ts';
import type { FileSystem } from '../../src/ports/file-system.ts';
import { silentLog } from '../../src/ports/log.ts';
import type { MailStore } from '../../src/ports/mail-store.ts';
import type { Submission } from '../../src/ports/queue-manager.ts';
import type { SessionInput, SessionOutput, Terminal } from '../../src/ports/session-io.ts';
import type { Account } from '../../src/ports/system-store.ts';
import type { ImageContext } from '../../src/system/image.ts';
import type { ProcessContext, ResolveFile } from '../../src/system/process.ts';

export interface MailRig {
  readonly mail: MailService;
  readonly store: MailStore;
  readonly clock: ManualClock;
  readonly shell: MailShellDependencies;
  /** Records by full specification without version. */
  readonly files: Map<string, string[]>;
  /** Mail that went to other hosts. */
  readonly submissions: Submission[];
  readonly bugs: unknown[];
  addUser(userName: string, privileges?: readonly string[]): Promise<void>;
  /** A message of local MAIL, as if it had been delivered then. */
  deliver(message: {
    readonly user: string;
    readonly from: string;
    readonly subject: string;
    readonly text: string;
    readonly at: number;
    readonly folder?: string | undefined;
    readonly to?: string | undefined;
  }): Promise<void>;
  /** An image's surroundings: `userName` at this input and output. */
  context(
    userName: string,
    io: { readonly input: SessionInput; readonly output: SessionOutput },
  ): Promise<ImageContext>;
}

export function createMailRig(): MailRig {
  const clock = manualClock(new Date(2026, 9, 8, 12).getTime());
  const store = createMemoryMailStore();
  const systemStore = createMemorySystemStore();
  const submissions: Submission[] = [];
  const files = new Map<string, string[]>();
  const bugs: unknown[] = [];
  const mail = createMail({
    store,
    systemStore,
    clock,
    log: silentLog,
    nodeName: 'VAX1',
    hostName: 'vax1.example',
    queueManager: {
      submit: async (submission) => {
        submissions.push(submission);
        return { entry: submissions.length, jobName: `JOB_${submissions.length}` };
      },
    },
  });
  const shell: MailShellDependencies = {
    mail,
    resolveFile: resolver,
    onBug: (error) => bugs.push(error),
  };
  return {
    mail,
    store,
    clock,
    shell,
    files,
    submissions,
    bugs,
    addUser: (userName, privileges = []) => systemStore.putAccount(account(userName, privileges)),
    deliver: async ({ user, folder = 'NEWMAIL', text, at, ...header }) => {
      await store.deliver([
        {
          ...header,
          owner: user,
          folder,
          isNew: folder === 'NEWMAIL',
          receivedAt: at,
          to: header.to ?? user,
          cc: '',
          format: 'records',
          text: { kind: 'inline', bytes: new TextEncoder().encode(text === '' ? '' : `${text}\n`) },
        },
      ]);
    },
    context: async (userName, { input, output }) => {
      const found = await systemStore.account(userName);
      if (found === undefined) throw new Error(`no user ${userName}`);
      return {
        process: processOf(found, clock, memoryFiles(files), terminalOf(input)),
        input,
        command: input,
        output,
        error: output,
        commandLine: '',
        setSymbol: () => undefined,
        signal: new AbortController().signal,
      };
    },
  };
}

const terminalOf = (input: SessionInput): Terminal | undefined =>
  'onControlKey' in input ? (input as Terminal) : undefined;

const account = (userName: string, privileges: readonly string[]): Account => ({
  userName,
  uic: { group: 0o200, member: 1 },
  owner: userName,
  device: 'DKA0:',
  directory: `[${userName}]`,
  passwordHash: '',
  privileges: ['TMPMBX', 'NETMBX', ...privileges],
  defaultPrivileges: ['TMPMBX', 'NETMBX', ...privileges],
  flags: [],
  loginCommand: '',
});

function processOf(
  owner: Account,
  clock: ManualClock,
  files: FileSystem,
  terminal: Terminal | undefined,
): ProcessContext {
  return {
    pid: '2020011C',
    processName: owner.userName,
    mode: terminal === undefined ? 'OTHER' : 'INTERACTIVE',
    nodeName: 'VAX1',
    account: owner,
    privileges: new Set(owner.privileges),
    logicalNames: {
      lookup: () => undefined,
      translate: (name) => name,
      translateAll: (name) => [name],
      define: async () => false,
      deassign: async () => false,
      list: () => [],
      forSubprocess: () => {
        throw new Error('no subprocesses here');
      },
      imageRundown: () => undefined,
      refresh: async () => undefined,
    },
    files,
    defaultDirectory: `${owner.device}${owner.directory}`,
    terminal,
    clock,
    startedAt: clock.now(),
  };
}

/** Defaults filled in; no logical names here. */
const resolver =
  (process: ProcessContext): ResolveFile =>
  async (text, defaults = '') =>
    formatFileSpecification(
      completeSpecification(
        completeSpecification(parseFileSpecification(text), parseFileSpecification(defaults)),
        parseFileSpecification(process.defaultDirectory),
      ),
    );

/** Files in directories of the users; one version each. */
function memoryFiles(files: Map<string, string[]>): FileSystem {
  const unversioned = (specification: string): string => specification.replace(/;\d*$/, '');
  const existing = (specification: string): string[] => {
    const records = files.get(unversioned(specification));
    return records ?? signal(RMS.FNF);
  };
  const writer = (specification: string, records: string[]) => ({
    specification: `${unversioned(specification)};1`,
    write: async (record: string) => void records.push(record),
    close: async () => undefined,
  });
  const unused = async (): Promise<never> => {
    throw new Error('not used by MAIL');
  };
  return {
    lookup: async (specification) => {
      existing(specification);
      return {
        specification: `${unversioned(specification)};1`,
        sizeBytes: 0,
        created: 0,
        modified: 0,
        isDirectory: false,
        hostPath: '',
      };
    },
    openRead: async (specification) => {
      const records = [...existing(specification)];
      return { read: async () => records.shift(), close: async () => undefined };
    },
    create: async (specification) => {
      if (specification.includes('[NOWHERE]')) signal(RMS.DNF);
      const records: string[] = [];
      files.set(unversioned(specification), records);
      return writer(specification, records);
    },
    openAppend: async (specification) => writer(specification, existing(specification)),
    search: unused,
    remove: unused,
    rename: unused,
    createDirectory: unused,
    directoryExists: async () => true,
    hostPathForCreate: unused,
  };
}
