/** F$PARSE, F$SEARCH, F$FILE_ATTRIBUTES. They look at the disk, so they are asynchronous. Source: dcl.md §16.5. */
import { Condition } from '../../condition/index.ts';
import type { FileEntry } from '../../ports/file-system.ts';
import type { ProcessContext } from '../../system/process.ts';
import { resolveFile } from '../../system/resolve-file.ts';
import { formatTime } from '../../vms-time/index.ts';
import { badKeyword, keyword, text, truth } from './arguments.ts';
import type { LexicalFunction } from './lexical-function.ts';
import { parseLexical } from './parse.ts';
import { searchLexical } from './search.ts';

export const fileLexicals: readonly LexicalFunction[] = [
  parseLexical,
  searchLexical,
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
