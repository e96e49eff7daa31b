/** DUMP: what is in files, octet for octet. Source: DCL Dictionary, DUMP. */
import type { KeywordDefinition, ParsedCommand } from '../../../command-definition/index.ts';
import type { FileEntry } from '../../../ports/file-system.ts';
import { type CommandOutput, commandOutput, outputFile } from '../../../system/command-output.ts';
import { formatTime } from '../../../vms-time/index.ts';
import type { CoreVerb } from '../core-verb.ts';
import { allocatedBlocks, BLOCK_BYTES, usedBlocks } from './blocks.ts';
import { type DumpForm, dumpLines } from './dump-lines.ts';
import { blocksOf, type DumpPiece, recordsOf } from './dump-pieces.ts';
import { FileOperation } from './file-operation.ts';
import { withReason } from './input-files.ts';
import { DUMP } from './messages.ts';

const plain = { negatable: false } as const;
const number: KeywordDefinition = { value: { required: true, type: '$NUMBER' } };
const range = {
  negatable: false,
  value: { list: true, keywords: { START: number, END: number, COUNT: number } },
};

export const dumpVerb: CoreVerb = {
  name: 'DUMP',
  summary: 'Shows what is in files, octet for octet.',
  parameters: [{ label: 'FILE', prompt: 'File', required: true, value: { list: true, type: '$FILE' } }],
  qualifiers: {
    BLOCKS: range,
    RECORDS: range,
    HEXADECIMAL: plain,
    OCTAL: plain,
    BYTE: plain,
    WORD: plain,
    LONGWORD: plain,
    OUTPUT: { value: { type: '$FILE' } },
    WIDTH: { negatable: false, value: { required: true, type: '$NUMBER' } },
  },
  disallow: ['BLOCKS AND RECORDS', 'HEXADECIMAL AND OCTAL', 'ANY2(BYTE, WORD, LONGWORD)'],
  routine: async (command, context) => {
    const operation = new FileOperation(command, context, {
      texts: command.values('FILE'),
      failure: DUMP.OPENIN,
    });
    const output = await commandOutput(context, outputFile(command));
    try {
      for await (const entry of operation.files())
        await operation.attempt(() => dump(entry, operation, output));
    } finally {
      await output.close();
    }
    return operation.status();
  },
};

async function dump(entry: FileEntry, operation: FileOperation, output: CommandOutput): Promise<void> {
  const { command, context } = operation;
  const { clock, files } = context.process;
  const { specification } = entry;
  const reader = await files.openBytes(specification).catch((error: unknown) => {
    throw withReason(DUMP.OPENIN, specification, error);
  });
  const isOfRecords = command.present('RECORDS');
  const [start, end] = rangeOf(command, isOfRecords ? 'RECORDS' : 'BLOCKS');
  try {
    for (const line of [
      `Dump of file ${specification} on ${formatTime(clock.now())}`,
      `File ID ${entry.fileId}   End of file block ${usedBlocks(entry)} / Allocated ${allocatedBlocks(entry)}`,
      '',
    ])
      await output.line(line);
    for await (const piece of isOfRecords ? recordsOf(reader) : blocksOf(reader)) {
      if (operation.isOver || piece.number > end) return;
      if (piece.number < start) continue;
      const heading = isOfRecords ? recordHeading(piece) : blockHeading(piece);
      for (const line of [heading, '', ...dumpLines(piece.bytes, formOf(command)), ''])
        await output.line(line);
    }
  } finally {
    await reader.close();
  }
}

/** The first and the last that are shown. COUNT wins over END. */
function rangeOf(command: ParsedCommand, label: string): readonly [number, number] {
  const value = (keyword: string, otherwise: number): number =>
    Number(command.value(`${label}.${keyword}`) ?? otherwise);
  const start = value('START', 1);
  const last = value('END', Number.POSITIVE_INFINITY);
  return [start, command.present(`${label}.COUNT`) ? start + value('COUNT', 0) - 1 : last];
}

/** /WIDTH: 80 or 132, of what is not said the first. */
function formOf(command: ParsedCommand): DumpForm {
  return {
    radix: command.present('OCTAL') ? 'OCTAL' : 'HEXADECIMAL',
    size: command.present('BYTE') ? 1 : command.present('WORD') ? 2 : 4,
    width: Number(command.value('WIDTH') ?? 80),
  };
}

const hexadecimal = (value: number, digits: number): string =>
  value.toString(16).toUpperCase().padStart(digits, '0');

/** `1 (00000001), 512 (0200) bytes` */
const counted = ({ number: own, bytes }: DumpPiece): string =>
  `${own} (${hexadecimal(own, 8)}), ${bytes.length} (${hexadecimal(bytes.length, 4)}) bytes`;

const blockHeading = (piece: DumpPiece): string => `Virtual block number ${counted(piece)}`;

/** The record's file address: its block in two words, and where it begins there. */
function recordHeading(piece: DumpPiece): string {
  const block = Math.floor(piece.position / BLOCK_BYTES) + 1;
  const words = [block % 0x1_0000, Math.floor(block / 0x1_0000), piece.position % BLOCK_BYTES];
  return `Record number ${counted(piece)}, RFA(${words.map((word) => hexadecimal(word, 4)).join(',')})`;
}
