/** The items of F$FILE_ATTRIBUTES. Source: dcl.md §16.5; DCL Dictionary, F$FILE_ATTRIBUTES. */
import { parseFileSpecification } from '../../file-specification/index.ts';
import type { FileEntry, FileSystem } from '../../ports/file-system.ts';
import type { RecordStream } from '../../ports/record-stream.ts';
import { uicText } from '../../system/accounts.ts';
import { protectionItem } from '../../system/file-protection/protection-code.ts';
import type { ProcessContext } from '../../system/process.ts';
import { formatTime } from '../../vms-time/index.ts';
import { truth } from './arguments.ts';

type Item = (file: FileEntry, process: ProcessContext) => string | number | Promise<string | number>;

const BLOCK = 512;
/** Blocks a disk gives out at a time. dcl.md §13: a file of one block is deleted with 16. */
const CLUSTER = 16;
/** VERLIMIT of a file whose versions are all kept. */
const NO_VERSION_LIMIT = 32_767;

const usedBlocks = ({ sizeBytes }: FileEntry): number => Math.ceil(sizeBytes / BLOCK);
const instant = (at: number | undefined): string => (at === undefined ? '' : formatTime(at));

const no: Item = () => truth(false);
const zero: Item = () => 0;

export const fileItems: Readonly<Record<string, Item>> = {
  CDT: ({ created }) => formatTime(created),
  RDT: ({ modified }) => formatTime(modified),
  MDT: ({ modified }) => formatTime(modified),
  EDT: ({ expires }) => instant(expires),
  BDT: ({ backup }) => instant(backup),
  EOF: usedBlocks,
  ALQ: (file) => Math.ceil(usedBlocks(file) / CLUSTER) * CLUSTER,
  FFB: ({ sizeBytes }) => sizeBytes % BLOCK,
  FILE_LENGTH_HINT: () => '(-1,-1)',
  LRL: longestRecord,
  MRS: ({ maximumRecord }) => maximumRecord,
  RFM: ({ recordFormat }) => recordFormat,
  RAT: ({ recordAttributes }) => recordAttributes,
  ORG: ({ organization }) => organization,
  FSZ: ({ recordFormat }) => (recordFormat === 'VFC' ? 2 : 0),
  UIC: async ({ owner }, { node }) => {
    const account = await node.accountOfUic(owner);
    return account === undefined ? uicText(owner) : `[${account.userName}]`;
  },
  GRP: ({ owner }) => owner.group,
  MBM: ({ owner }) => owner.member,
  PRO: ({ protection }) => protectionItem(protection),
  FID: ({ fileId }) => fileId,
  DID: async ({ specification }, { files }) => {
    const { device, directory } = parseFileSpecification(specification);
    return (await files.directoryPath(device + directory))?.at(-1)?.fileId ?? '';
  },
  DVI: ({ specification }) => `_${parseFileSpecification(specification).device.replace(/^_/, '')}`,
  VERLIMIT: ({ versionLimit }) => versionLimit || NO_VERSION_LIMIT,
  DIRECTORY: ({ isDirectory }) => truth(isDirectory),
  NOK: ({ specification, organization }, { files }) =>
    organization === 'IDX'
      ? withRecords(specification, files, async ({ definition }) => definition?.keys.length ?? 0)
      : 0,
  NOA: ({ organization }) => (organization === 'IDX' ? 1 : 0),
  RVN: () => 1,
  JOURNAL_FILE: no,
  STORED_SEMANTICS: () => '',
  ...{ AI: no, BI: no, CBT: no, CTG: no, ERASE: no, KNOWN: no, LOCKED: no, MOVE: no, NOBACKUP: no },
  ...{ RCK: no, RU: no, WCK: no },
  ...{ BKS: zero, BLS: zero, DEQ: zero, GBC: zero, GBC32: zero, GBCFLAGS: zero, MRN: zero, PVN: zero },
};

/** Nobody has noted it: the file is read for it. */
async function longestRecord(
  { specification, isDirectory, maximumRecord, recordFormat }: FileEntry,
  { files }: ProcessContext,
): Promise<number> {
  if (isDirectory || recordFormat === 'FIX') return maximumRecord;
  return withRecords(specification, files, async (stream) => {
    let longest = 0;
    for (let record = await stream.read(); record !== undefined; record = await stream.read())
      longest = Math.max(longest, Buffer.byteLength(record));
    return longest;
  });
}

async function withRecords<T>(
  specification: string,
  files: FileSystem,
  use: (stream: RecordStream) => Promise<T>,
): Promise<T> {
  const stream = await files.openRecords(specification, 'read');
  try {
    return await use(stream);
  } finally {
    await stream.close();
  }
}
