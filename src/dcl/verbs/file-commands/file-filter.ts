/**
 * /BEFORE, /SINCE with /CREATED, /MODIFIED, /EXPIRED, /BACKUP; /BY_OWNER; /EXCLUDE: which of the files that match are
 * meant. Common to all commands that select files. Source: dcl.md §13; DCL Dictionary.
 */
import type { ParsedCommand, QualifierDefinition } from '../../../command-definition/index.ts';
import {
  directoryComponents,
  type FileSpecification,
  matchesDirectory,
  matchesWildcard,
  parseFileSpecification,
  resolveDirectory,
} from '../../../file-specification/index.ts';
import type { Uic } from '../../../ports/file-header.ts';
import type { FileEntry } from '../../../ports/file-system.ts';
import { isSameUic, uicOf } from '../../../system/owner-uic.ts';
import type { ProcessContext } from '../../../system/process.ts';
import { parseVmsTime } from '../../../vms-time/index.ts';

const plain: QualifierDefinition = { negatable: false };
const time: QualifierDefinition = { negatable: false, value: { type: '$DATETIME', default: 'TODAY' } };

export const filterQualifiers: Readonly<Record<string, QualifierDefinition>> = {
  BEFORE: time,
  SINCE: time,
  CREATED: plain,
  MODIFIED: plain,
  EXPIRED: plain,
  BACKUP: plain,
  BY_OWNER: { negatable: false, value: {} },
  EXCLUDE: { negatable: false, value: { required: true, list: true, type: '$FILE' } },
};

/** The four kinds of date exclude each other. */
export const filterDisallow = 'ANY2(CREATED, MODIFIED, EXPIRED, BACKUP)';

export type FileFilter = (entry: FileEntry) => boolean;

export async function fileFilter(command: ParsedCommand, process: ProcessContext): Promise<FileFilter> {
  const before = await instantOf(command, 'BEFORE', process);
  const since = await instantOf(command, 'SINCE', process);
  const dateOf = dateMeant(command);
  const owner = await ownerOf(command, process);
  const excluded = command.values('EXCLUDE').map(parseFileSpecification);
  return (entry) => {
    if (before !== undefined && !isEarlier(dateOf(entry), before)) return false;
    if (since !== undefined && !isSince(dateOf(entry), since)) return false;
    if (owner !== undefined && !isSameUic(entry.owner, owner)) return false;
    return !excluded.some((each) => isExcluded(entry, each, process));
  };
}

/** Also since the login, or since the node was started. dcl.md §5 */
async function instantOf(
  command: ParsedCommand,
  label: string,
  { clock, startedAt, node }: ProcessContext,
): Promise<number | undefined> {
  if (!command.present(label)) return undefined;
  const named = { LOGIN: startedAt, BOOT: await node.bootedAt() };
  return parseVmsTime(command.value(label)!, clock.now(), named);
}

function dateMeant(command: ParsedCommand): (entry: FileEntry) => number | undefined {
  if (command.present('MODIFIED')) return ({ modified }) => modified;
  if (command.present('EXPIRED')) return ({ expires }) => expires;
  if (command.present('BACKUP')) return ({ backup }) => backup;
  return ({ created }) => created;
}

/** A date that was never set is before everything. */
const isEarlier = (date: number | undefined, limit: number): boolean => (date ?? 0) < limit;
const isSince = (date: number | undefined, limit: number): boolean => date !== undefined && date >= limit;

async function ownerOf(command: ParsedCommand, process: ProcessContext): Promise<Uic | undefined> {
  if (!command.present('BY_OWNER')) return undefined;
  const given = command.value('BY_OWNER');
  return given === undefined ? process.account.uic : uicOf(given, process);
}

/** Directory, name and type, and the version where one is given. */
function isExcluded(
  { specification }: FileEntry,
  pattern: FileSpecification,
  { defaultDirectory }: ProcessContext,
): boolean {
  const file = parseFileSpecification(specification);
  const matches = (wanted: string, text: string): boolean => wanted === '' || matchesWildcard(wanted, text);
  if (!matches(pattern.name, file.name) || !matches(pattern.type.slice(1), file.type.slice(1))) return false;
  if (pattern.version !== '' && pattern.version !== ';*' && pattern.version !== file.version) return false;
  if (pattern.directory === '') return true;
  const base = parseFileSpecification(defaultDirectory).directory;
  const wanted = directoryComponents(resolveDirectory(pattern.directory, base) ?? '[000000]') ?? [];
  return matchesDirectory(wanted, directoryComponents(file.directory) ?? []);
}
