/** Opens files by their specification, as far as those who have them open already allow it. */
import { constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { RMS, signal } from '../../../condition/index.ts';
import { parseFileSpecification } from '../../../file-specification/index.ts';
import type { FileHeader } from '../../../ports/file-header.ts';
import type { FileSharing, RecordAccess } from '../../../ports/record-stream.ts';
import type { FileHeaders } from '../../sqlite/file-headers/index.ts';
import type { IndexedFiles, IndexedStream } from '../../sqlite/indexed-file/index.ts';
import type { OpenFileLock, OpenFiles } from '../../sqlite/open-files/index.ts';
import type { Entries } from './entries.ts';
import { variableFile } from './header-view.ts';
import type { HostDevices } from './host-devices.ts';
import { type FileIdentity, fileKey } from './locking-stream.ts';
import { atPlace, nameOfVersion } from './place.ts';
import { chooseVersion } from './versions.ts';

/** A link is no file; a pipe somebody put there is not waited for. */
const GUARDS = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const NEW_FILE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | GUARDS;

/** Open flags by what is done with the records. */
const accessFlags = {
  read: constants.O_RDONLY,
  append: constants.O_WRONLY | constants.O_APPEND,
  update: constants.O_RDWR,
} as const satisfies Record<RecordAccess, number>;

/** Sharing that is asked for, and the lock that is given. */
export interface LockRequest extends FileSharing {
  readonly locked: { lock?: OpenFileLock };
}

export interface OpenedFile {
  readonly file: FileHandle;
  readonly specification: string;
  /** When it was opened. */
  readonly size: number;
  readonly header: Pick<FileHeader, 'recordFormat' | 'maximumRecord'>;
}

export interface FileOpeningParts {
  readonly devices: HostDevices;
  readonly headers: FileHeaders;
  readonly entries: Entries;
  readonly indexed: IndexedFiles;
  readonly locks: OpenFiles;
}

/** One that is not there yet, for its owner alone. */
export const openNewFile = (hostPath: string): Promise<FileHandle> => open(hostPath, NEW_FILE, 0o600);

export class FileOpening {
  readonly #parts: FileOpeningParts;

  constructor(parts: FileOpeningParts) {
    this.#parts = parts;
  }

  /** Throws RMS FNF, PRV, FLK. Without sharing it is only asked whether others allow it. */
  async open(text: string, access: RecordAccess, sharing?: LockRequest): Promise<OpenedFile | IndexedStream> {
    const { devices, headers, entries, indexed } = this.#parts;
    const specification = parseFileSpecification(text);
    return atPlace(devices, specification, async (place) => {
      const version = chooseVersion(place.versions, specification.version);
      if (version === undefined)
        return signal((await entries.directoryFile(specification)) === undefined ? RMS.FNF : RMS.PRV);
      const hostPath = join(place.hostDirectory, version.hostName);
      const name = nameOfVersion(place, version.version);
      const header = headers.get(name);
      if (header?.organization === 'IDX') {
        this.#lock(await stat(hostPath), access, sharing);
        try {
          return await indexed.stream(hostPath, name, access);
        } catch (error) {
          sharing?.locked.lock?.release();
          throw error;
        }
      }
      const file = await open(hostPath, accessFlags[access] | GUARDS);
      let size: number;
      try {
        const status = await file.stat();
        if (!status.isFile()) signal(RMS.PRV);
        this.#lock(status, access, sharing);
        size = status.size;
      } catch (error) {
        await file.close();
        throw error;
      }
      return { file, specification: name, size, header: { ...variableFile, ...header } };
    });
  }

  #lock(status: FileIdentity, access: RecordAccess, sharing: LockRequest | undefined): void {
    const { locks } = this.#parts;
    const writes = access !== 'read';
    if (sharing === undefined) locks.check(fileKey(status), writes);
    else sharing.locked.lock = locks.open(fileKey(status), writes, sharing);
  }
}
