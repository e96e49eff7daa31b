/** Headers as the file system shows them: what INDEXF.SYS has, and what files without a header are. */
import { directoryComponents, formatDirectory } from '../../../file-specification/index.ts';
import type { FileHeader } from '../../../ports/file-header.ts';
import type { NewFileHeader } from '../../../ports/file-system.ts';
import { placeOf } from '../../../system/file-protection/file-place.ts';
import { installedDirectory, installedFile } from '../../../system/file-protection/installed-protection.ts';
import type { FileHeaders } from '../../sqlite/file-headers/index.ts';

/** Of a file that a Linux program wrote. */
const streamFile = {
  organization: 'SEQ',
  recordFormat: 'STMLF',
  recordAttributes: 'CR',
  maximumRecord: 0,
  versionLimit: 0,
} as const satisfies NewFileHeader;

/** Of one that was made here: lines on the disk all the same. */
export const variableFile = { ...streamFile, recordFormat: 'VAR' } as const satisfies NewFileHeader;

const directoryFile = {
  ...variableFile,
  recordAttributes: '',
  maximumRecord: 512,
} as const satisfies NewFileHeader;

export type DirectoryHeader = Omit<FileHeader, 'created'> & Pick<NewFileHeader, 'created'>;

/** Headers of `[000000]` and of every level down to `directory`. */
export function directoryHeaders(
  headers: FileHeaders,
  device: string,
  directory: string,
): readonly DirectoryHeader[] {
  const components = directoryComponents(directory) ?? [];
  const found: DirectoryHeader[] = [];
  for (let length = 0; length <= components.length; length += 1) {
    const name = device + formatDirectory(components.slice(0, length));
    const { owner, protection } = installedDirectory(placeOf(name)!) ?? found.at(-1)!;
    found.push({ ...directoryFile, owner, protection, ...headers.get(name) });
  }
  return found;
}

/**
 * @param name  `DKA0:[JONES]A.TXT;3`
 * @param record  what INDEXF.SYS has of the file
 */
export function fileHeader(
  name: string,
  record: NewFileHeader | undefined,
  directory: DirectoryHeader,
  born: number,
): FileHeader {
  const protection = record?.protection ?? installedFile(placeOf(name)!);
  return { ...streamFile, created: born, owner: directory.owner, ...record, protection };
}
