/** F$PARSE, F$SEARCH, F$FILE_ATTRIBUTES. They look at the disk, so they are asynchronous. Source: dcl.md §16.5. */
import { Condition } from '../../condition/index.ts';
import {
  type FileSpecification,
  formatFileSpecification,
  hasWildcard,
  parseFileSpecification,
} from '../../file-specification/index.ts';
import type { FileEntry } from '../../ports/file-system.ts';
import type { ProcessContext } from '../../system/process.ts';
import { resolveFile } from '../../system/resolve-file.ts';
import { formatTime } from '../../vms-time/index.ts';
import { completeAll } from '../specification.ts';
import { type Arguments, badKeyword, integer, keyword, text, truth } from './arguments.ts';
import type { LexicalContext, LexicalFunction } from './lexical-function.ts';

export const fileLexicals: readonly LexicalFunction[] = [
  {
    name: 'F$PARSE',
    minimum: 1,
    maximum: 5,
    asynchronous: true,
    evaluate: (args, { process }) => parse(args, process),
  },
  { name: 'F$SEARCH', minimum: 1, maximum: 2, asynchronous: true, evaluate: search },
  {
    name: 'F$FILE_ATTRIBUTES',
    minimum: 2,
    maximum: 2,
    asynchronous: true,
    evaluate: async (args, { process }) => {
      const item = keyword(args, 1);
      const answer = Object.hasOwn(attributes, item) ? attributes[item] : undefined;
      if (answer === undefined) throw badKeyword(item);
      const specification = await resolveFile(process, text(args, 0));
      try {
        return answer(await process.files.lookup(specification), process);
      } catch (error) {
        if (!(error instanceof Condition)) throw error;
        throw new Condition(error.definition, error.args, { token: text(args, 0).toUpperCase() });
      }
    },
  },
];

const FIELDS: Readonly<Record<string, keyof FileSpecification>> = {
  NODE: 'node',
  DEVICE: 'device',
  DIRECTORY: 'directory',
  NAME: 'name',
  TYPE: 'type',
  VERSION: 'version',
};

/** An invalid specification is '', and so is one whose directory is not there. */
async function parse(args: Arguments, process: ProcessContext): Promise<string> {
  const field = keyword(args, 3);
  if (field !== '' && !Object.hasOwn(FIELDS, field)) throw badKeyword(field);
  const how = keyword(args, 4)
    .split(',')
    .map((each) => each.trim());
  for (const word of how) if (!['', 'SYNTAX_ONLY', 'NO_CONCEAL'].includes(word)) throw badKeyword(word);
  try {
    const whole = parsed(args, process);
    if (!how.includes('SYNTAX_ONLY')) {
      const place = `${whole.device}${whole.directory}`;
      if (!hasWildcard(whole) && !(await process.files.directoryExists(place))) return '';
    }
    return field === '' ? formatFileSpecification(whole) : whole[FIELDS[field]!];
  } catch (error) {
    if (error instanceof Condition) return '';
    throw error;
  }
}

/** Primary, default, related, then the process default; F$PARSE gives every field. */
function parsed(args: Arguments, process: ProcessContext): FileSpecification {
  const complete = completeAll([text(args, 0), text(args, 1), text(args, 2)], process);
  return { ...complete, type: complete.type || '.', version: complete.version || ';' };
}

interface Stream {
  readonly specification: string;
  readonly found: readonly string[];
  next: number;
}

/** A stream goes on as long as it is asked for the same specification; without a wildcard it never ends. */
async function search(args: Arguments, context: LexicalContext): Promise<string> {
  const { process } = context;
  const key = `F$SEARCH ${integer(args, 1)}`;
  try {
    const given = text(args, 0);
    let stream = context.contexts.get(key) as Stream | undefined;
    const resolved = await resolveFile(process, given, '*.*;');
    if (stream?.specification !== resolved || !hasWildcard(parseFileSpecification(resolved))) {
      const entries = await process.files.search(resolved);
      stream = { specification: resolved, found: entries.map((each) => each.specification), next: 0 };
      context.contexts.set(key, stream);
    }
    const found = stream.found[stream.next] ?? '';
    stream.next += 1;
    if (found === '') context.contexts.delete(key);
    return found;
  } catch (error) {
    if (error instanceof Condition) return '';
    throw error;
  }
}

const blocks = (bytes: number): number => Math.ceil(bytes / 512);
const octal = (value: number): string => value.toString(8);

const attributes: Readonly<Record<string, (entry: FileEntry, process: ProcessContext) => string | number>> = {
  CDT: (entry) => formatTime(entry.created),
  RDT: (entry) => formatTime(entry.modified),
  EDT: () => '',
  BDT: () => '',
  EOF: (entry) => blocks(entry.sizeBytes),
  ALQ: (entry) => blocks(entry.sizeBytes),
  FFB: (entry) => entry.sizeBytes % 512,
  LRL: () => 0,
  MRS: () => 0,
  RFM: () => 'STMLF',
  ORG: () => 'SEQ',
  RAT: () => 'CR',
  UIC: (_entry, { account }) => `[${octal(account.uic.group)},${octal(account.uic.member)}]`,
  PRO: () => 'SYSTEM=RWED, OWNER=RWED, GROUP=RE, WORLD=',
  FID: () => '',
  DID: () => '',
  DVI: (entry) => `_${entry.specification.split(':')[0]}:`,
  RVN: () => 1,
  DIRECTORY: (entry) => truth(entry.isDirectory),
  LOCKED: () => 'FALSE',
  KNOWN: () => 'FALSE',
  CTG: () => 'FALSE',
  CBT: () => 'FALSE',
  ERASE: () => 'FALSE',
  NOBACKUP: () => 'FALSE',
};
