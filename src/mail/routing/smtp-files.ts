/**
 * The text files that route SMTP mail: TCPIP$SMTP_LOCAL_ALIASES.TXT and lists `name.DIS`, in TCPIP$SMTP_COMMON, else in
 * SYS$SPECIFIC:[TCPIP$SMTP]. Source: tcpip-smtp.md §5.3, §5.4.
 */
import { Condition } from '../../condition/index.ts';
import type { Uic } from '../../ports/file-header.ts';
import type { FileEntry, FileSystem } from '../../ports/file-system.ts';
import { isSystemGroup } from '../../system/file-protection/access-rights.ts';

export interface SmtpFiles {
  /** Records of a file without comments (`!` in column 1), blanks trimmed; undefined when the file is not there. */
  records(fileName: string): Promise<readonly string[] | undefined>;
  /** The same of a file that only the system can change: its owner is of a system group, or `owner`. Else it is not there. */
  systemRecords(fileName: string, owner: Uic | undefined): Promise<readonly string[] | undefined>;
  /** A list; undefined when the file is not there. */
  list(fileName: string): Promise<ListFile | undefined>;
}

export interface ListFile {
  /** As `records` has them. */
  readonly members: readonly string[];
  /**
   * The address in a comment `! Owner: address`: mail that comes back from members goes to it. Ours; a comment, so that
   * OpenVMS reads the same file.
   */
  readonly owner?: string;
}

const OWNER = /^!\s*owner\s*:\s*(\S+)\s*$/i;

/** Of all records of a file, comments too. */
export function listFile(records: readonly string[]): ListFile {
  const owner = records.map((each) => OWNER.exec(each)?.[1]).find((each) => each !== undefined);
  return { members: withoutComments(records), ...(owner === undefined ? {} : { owner }) };
}

const withoutComments = (records: readonly string[]): readonly string[] =>
  records
    .filter((each) => !each.startsWith('!'))
    .map((each) => each.trim())
    .filter((each) => each !== '');

/** @param directories  full directory specifications in search order, asked for each time: a logical name may change */
export function createSmtpFiles(deps: {
  readonly fileSystem: FileSystem;
  readonly directories: () => readonly string[] | Promise<readonly string[]>;
}): SmtpFiles {
  const read = async (fileName: string): Promise<readonly string[] | undefined> => {
    for (const directory of await deps.directories()) {
      const found = await readRecords(deps.fileSystem, `${directory}${fileName}`);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return {
    async records(fileName) {
      const found = await read(fileName);
      return found && withoutComments(found);
    },
    async systemRecords(fileName, owner) {
      for (const directory of await deps.directories()) {
        const file = await lookup(deps.fileSystem, `${directory}${fileName}`);
        if (file === undefined) continue;
        if (!isOfSystem(file, owner)) return undefined;
        const found = await readRecords(deps.fileSystem, file.specification);
        return found && withoutComments(found);
      }
      return undefined;
    },
    async list(fileName) {
      const found = await read(fileName);
      return found && listFile(found);
    },
  };
}

function isOfSystem({ owner, protection }: FileEntry, also: Uic | undefined): boolean {
  const isSystem = isSystemGroup(owner.group);
  const isService = also !== undefined && owner.group === also.group && owner.member === also.member;
  return (isSystem || isService) && !/[WD]/.test(protection.group + protection.world);
}

/** Nothing there, or no name a file can have: then there is no such list. Everything else is a failure to be told. */
const absent = new Set(['FNF', 'DNF', 'FNM', 'SYN', 'TYP', 'VER', 'DIR', 'WLD']);

const lookup = (files: FileSystem, specification: string): Promise<FileEntry | undefined> =>
  unlessAbsent(() => files.lookup(specification));

const readRecords = (files: FileSystem, specification: string): Promise<string[] | undefined> =>
  unlessAbsent(async () => {
    const reader = await files.openRead(specification);
    try {
      const records: string[] = [];
      for (let record = await reader.read(); record !== undefined; record = await reader.read())
        records.push(record);
      return records;
    } finally {
      await reader.close();
    }
  });

async function unlessAbsent<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Condition && error.definition.facility === 'RMS' && absent.has(error.ident)) {
      return undefined;
    }
    throw error;
  }
}
