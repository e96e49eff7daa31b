/** For tests: a DCL session on files in memory, with what it writes kept as lines. */
import { Condition, RMS } from '../../condition/index.ts';
import {
  formatFileSpecification,
  matchesWildcard,
  parseFileSpecification,
} from '../../file-specification/index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { FileEntry, FileSystem } from '../../ports/file-system.ts';
import type { SessionInput, SessionOutput, Terminal } from '../../ports/session-io.ts';
import { newAccount } from '../../system/accounts.ts';
import { createProcessContext } from '../../system/process-context.ts';
import { createDclSession, type DclSession, type DclSessionOptions } from '../session.ts';

export interface Fixture {
  readonly session: DclSession;
  readonly lines: string[];
  readonly files: MemoryFiles;
}

/** 7-OCT-2026 00:45:56.39, local time; WAIT ends at once. */
export const fixedClock: Clock = {
  now: () => new Date(2026, 9, 7, 0, 45, 56, 390).getTime(),
  at: (_instant, callback) => {
    const timer = setImmediate(callback);
    return () => clearImmediate(timer);
  },
};

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
  options: Partial<Omit<DclSessionOptions, 'process' | 'output'>> & {
    readonly files?: Readonly<Record<string, string>>;
    readonly mode?: 'INTERACTIVE' | 'BATCH' | 'NETWORK' | 'OTHER';
    readonly privileges?: readonly string[];
    /** UAF flags. */
    readonly flags?: readonly string[];
    readonly terminal?: Terminal;
    readonly clock?: Clock;
  } = {},
): Promise<Fixture> {
  const files = new MemoryFiles(options.clock ?? fixedClock);
  for (const [name, text] of Object.entries(options.files ?? {})) files.put(name, text);
  const privileges = options.privileges ?? ['NETMBX', 'TMPMBX'];
  const process = await createProcessContext({
    account: newAccount(
      'JONES',
      { group: 0o200, member: 1 },
      {
        privileges,
        defaultPrivileges: privileges,
        flags: options.flags ?? [],
      },
    ),
    mode: options.mode ?? 'OTHER',
    nodeName: 'NODE1',
    clock: options.clock ?? fixedClock,
    files,
    ...(options.terminal === undefined ? {} : { terminal: options.terminal }),
  });
  const lines: string[] = [];
  const session = createDclSession({
    input: linesInput([]),
    onBug: (error) => {
      throw error;
    },
    ...options,
    process,
    output: linesOutput(lines),
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

export class MemoryFiles implements FileSystem {
  readonly #files = new Map<string, { records: string[]; created: number; modified: number }>();
  readonly #directories = new Set(['DKA0:[000000]', 'DKA0:[JONES]', 'DKA0:[SYSEXE]', 'DKA0:[SYSMGR]']);
  readonly #clock: Clock;
  #changes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  put(specification: string, text: string): void {
    const { device, directory } = parseFileSpecification(specification);
    this.#directories.add(device + directory);
    const records = text.replace(/\n$/, '').split('\n');
    this.#changes += 1;
    const now = this.#clock.now();
    this.#files.set(specification, { records, created: now, modified: now + this.#changes });
  }

  text(specification: string): string | undefined {
    return this.#files.get(this.#find(specification) ?? '')?.records.join('\n');
  }

  async lookup(specification: string): Promise<FileEntry> {
    return this.#entry(this.#existing(specification));
  }

  async search(specification: string): Promise<readonly FileEntry[]> {
    const wanted = parseFileSpecification(specification);
    if (!/[*%]|\.\.\./.test(wanted.directory) && !this.#directories.has(wanted.device + wanted.directory)) {
      throw new Condition(RMS.DNF);
    }
    const found = [...this.#files.keys()].filter((each) => {
      const file = parseFileSpecification(each);
      return (
        file.device === wanted.device &&
        sameDirectory(file.directory, wanted.directory) &&
        matchesWildcard(wanted.name, file.name) &&
        matchesWildcard(wanted.type.slice(1), file.type.slice(1)) &&
        (wanted.version === ';*' || wanted.version === file.version || this.#find(nameOf(each)) === each)
      );
    });
    return found.sort(byName).map((each) => this.#entry(each));
  }

  async openRead(specification: string) {
    const { records } = this.#files.get(this.#existing(specification))!;
    let next = 0;
    return {
      read: async () => {
        next += 1;
        return records[next - 1];
      },
      close: async () => {},
    };
  }

  async create(specification: string) {
    const { device, directory } = parseFileSpecification(specification);
    if (!this.#directories.has(device + directory)) throw new Condition(RMS.DNF);
    const base = nameOf(specification);
    const old = this.#find(base);
    const version = old === undefined ? 1 : versionOf(old) + 1;
    return this.#writer(`${base};${version}`, []);
  }

  async openAppend(specification: string) {
    const name = this.#existing(specification);
    return this.#writer(name, this.#files.get(name)!.records);
  }

  async remove(specification: string): Promise<void> {
    this.#files.delete(this.#existing(specification));
  }

  async rename(from: string, to: string): Promise<string> {
    const old = this.#existing(from);
    const writer = await this.create(to);
    this.#files.set(writer.specification, this.#files.get(old)!);
    this.#files.delete(old);
    return writer.specification;
  }

  async createDirectory(specification: string): Promise<void> {
    this.#directories.add(specification);
  }

  async directoryExists(specification: string): Promise<boolean> {
    const { device, directory } = parseFileSpecification(specification);
    return this.#directories.has(device + directory);
  }

  async hostPathForCreate(specification: string) {
    return { hostPath: `/nowhere/${specification}`, specification };
  }

  #writer(specification: string, records: string[]) {
    const now = this.#clock.now();
    this.#changes += 1;
    this.#files.set(specification, { records, created: now, modified: now + this.#changes });
    return {
      specification,
      write: async (record: string) => void records.push(record),
      close: async () => {},
    };
  }

  #existing(specification: string): string {
    const { device, directory } = parseFileSpecification(specification);
    if (!this.#directories.has(device + directory)) throw new Condition(RMS.DNF);
    const found = this.#find(specification);
    if (found === undefined) throw new Condition(RMS.FNF);
    return found;
  }

  #find(specification: string): string | undefined {
    if (this.#files.has(specification)) return specification;
    const base = nameOf(specification);
    if (!/;?$/.test(specification.slice(base.length)) || /;\d/.test(specification)) return undefined;
    return [...this.#files.keys()].filter((each) => nameOf(each) === base).sort(byName)[0];
  }

  #entry(specification: string): FileEntry {
    const file = this.#files.get(specification)!;
    return {
      specification,
      sizeBytes: file.records.reduce((sum, each) => sum + each.length + 1, 0),
      created: file.created,
      modified: file.modified,
      isDirectory: false,
      hostPath: '/nowhere',
    };
  }
}

/** Without version; the type has its dot. */
function nameOf(specification: string): string {
  const parsed = parseFileSpecification(specification);
  return formatFileSpecification({ ...parsed, type: parsed.type || '.', version: '' });
}

const versionOf = (specification: string): number => Number(/;(\d+)$/.exec(specification)?.[1] ?? 0);

const byName = (one: string, other: string): number =>
  nameOf(one) === nameOf(other) ? versionOf(other) - versionOf(one) : nameOf(one) < nameOf(other) ? -1 : 1;

const sameDirectory = (directory: string, pattern: string): boolean =>
  directory === pattern || (pattern.endsWith('...]') && directory.startsWith(pattern.slice(0, -4)));
