/** For tests: a DCL session on a system disk of its own, with what it writes kept as lines. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { hostFileSystem } from '../../adapters/node/host-file-system.ts';
import { directoryComponents, parseFileSpecification } from '../../file-specification/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FileSystem } from '../../ports/file-system.ts';
import type { SessionInput, SessionOutput, Terminal } from '../../ports/session-io.ts';
import { loginHeader, newAccount } from '../../system/accounts.ts';
import { createProcessContext } from '../../system/process-context.ts';
import { createDclSession, type DclSession, type DclSessionOptions } from '../session.ts';

export interface Fixture {
  readonly session: DclSession;
  readonly lines: string[];
  readonly files: TestFiles;
}

/** 7-OCT-2026 00:45:56.39, local time; WAIT ends at once. */
export const fixedClock: Clock = {
  now: () => new Date(2026, 9, 7, 0, 45, 56, 390).getTime(),
  steadyMs: () => 0,
  at: (_instant, callback) => atOnce(callback),
  after: (_ms, callback) => atOnce(callback),
};

function atOnce(callback: () => void): () => void {
  const timer = setImmediate(callback);
  return () => clearImmediate(timer);
}

export function linesInput(lines: readonly string[], isTerminal = false): SessionInput {
  let next = 0;
  return {
    isTerminal,
    read: async () => {
      const text = lines[next];
      next += 1;
      return text === undefined ? { kind: 'endOfFile' } : { kind: 'record', text };
    },
  };
}

export function linesOutput(lines: string[]): SessionOutput {
  return {
    isTerminal: false,
    columns: 80,
    rows: 24,
    writeLine: (text) => void lines.push(text),
    writeRaw() {},
  };
}

export async function openSession(
  options: Partial<Omit<DclSessionOptions, 'process'>> & {
    readonly files?: Readonly<Record<string, string>>;
    readonly mode?: 'INTERACTIVE' | 'BATCH' | 'NETWORK' | 'OTHER';
    readonly privileges?: readonly string[];
    /** UAF flags. */
    readonly flags?: readonly string[];
    readonly terminal?: Terminal;
    readonly clock?: Clock;
  } = {},
): Promise<Fixture> {
  const files = await TestFiles.create(options.clock ?? fixedClock);
  for (const [name, text] of Object.entries(options.files ?? {})) files.put(name, text);
  const privileges = options.privileges ?? ['NETMBX', 'TMPMBX'];
  const process = await createProcessContext({
    account: newAccount('JONES', uic, {
      privileges,
      defaultPrivileges: privileges,
      flags: options.flags ?? [],
    }),
    mode: options.mode ?? 'OTHER',
    nodeName: 'NODE1',
    clock: options.clock ?? fixedClock,
    files: files.fileSystem,
    ...(options.terminal === undefined ? {} : { terminal: options.terminal }),
  });
  const lines: string[] = [];
  const session = createDclSession({
    input: linesInput([]),
    onBug: (error) => {
      throw error;
    },
    output: linesOutput(lines),
    ...options,
    process,
  });
  return { session, lines, files };
}

/** Runs text as the procedure DKA0:[JONES]T.COM; what it writes. */
export async function runText(
  text: string,
  options: Parameters<typeof openSession>[0] = {},
  parameters: readonly string[] = [],
): Promise<readonly string[]> {
  const { session, lines } = await openSession({
    ...options,
    files: { ...options.files, 'DKA0:[JONES]T.COM;1': text },
  });
  await session.procedure('T', parameters);
  await session.close();
  return lines;
}

/** What one command or several, typed one after the other, write. */
export async function typed(...commands: readonly string[]): Promise<readonly string[]> {
  const { session, lines } = await openSession();
  for (const command of commands) await session.execute(command);
  await session.close();
  return lines;
}

const uic = { group: 0o200, member: 1 };

let prepared: Promise<string> | undefined;

/** Made once and copied: to make a database waits for the disk. */
async function prepareRoot(): Promise<string> {
  const root = temporaryRoot();
  for (const directory of ['SYSEXE', 'SYSMGR']) mkdirSync(join(root, directory));
  const files = hostFileSystem({ root });
  await files.createDirectory('DKA0:[JONES]', loginHeader({ uic }));
  files.close();
  return root;
}

/** Goes with the other temporary files of the run. */
const temporaryRoot = (): string => mkdtempSync(join(tmpdir(), 'dcl-'));

/** The system disk of a test: a directory of its own. */
class TestFiles {
  readonly fileSystem: FileSystem;
  readonly #root: string;

  static async create(clock: Clock): Promise<TestFiles> {
    prepared ??= prepareRoot();
    const root = temporaryRoot();
    cpSync(await prepared, root, { recursive: true });
    return new TestFiles(root, clock);
  }

  private constructor(root: string, clock: Clock) {
    this.#root = root;
    this.fileSystem = hostFileSystem({ root, clock });
  }

  /** `DKA0:[JONES]A.TXT;1` is this text now. */
  put(specification: string, text: string): void {
    const path = this.#path(specification);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text.endsWith('\n') ? text : `${text}\n`);
  }

  text(specification: string): string | undefined {
    const path = this.#path(specification);
    return existsSync(path) ? readFileSync(path, 'utf8').replace(/\n$/, '') : undefined;
  }

  #path(specification: string): string {
    const { directory, name, type, version } = parseFileSpecification(specification);
    return join(this.#root, ...(directoryComponents(directory) ?? []), name + type + version);
  }
}
