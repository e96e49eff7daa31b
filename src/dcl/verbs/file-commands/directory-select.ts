/** /SELECT=(SIZE=(MINIMUM=n,MAXIMUM=n),VERSION=(…)): files of some size. Source: DCL Dictionary, DIRECTORY/SELECT. */
import type { ParsedCommand } from '../../../command-definition/index.ts';
import type { FileEntry } from '../../../ports/file-system.ts';
import { usedBlocks } from './blocks.ts';

export function sizeSelection(command: ParsedCommand): (entry: FileEntry) => boolean {
  const size = range(command, 'SELECT.SIZE');
  const version = range(command, 'SELECT.VERSION');
  return (entry) =>
    size(usedBlocks(entry)) &&
    version(Number(entry.specification.slice(entry.specification.lastIndexOf(';') + 1)));
}

function range(command: ParsedCommand, label: string): (value: number) => boolean {
  const minimum = Number(command.value(`${label}.MINIMUM`) ?? 0);
  const maximum = Number(command.value(`${label}.MAXIMUM`) ?? Number.POSITIVE_INFINITY);
  return (value) => value >= minimum && value <= maximum;
}
