/**
 * A file that OPEN has open, among others that have it open: the record that was read last belongs to who may change it, until
 * the next one, and the file is let go of when it is closed. Source: dcl.md §10.2 (/NOLOCK), §19.3 (RLK).
 */
import type { RecordWriter } from '../../../ports/file-system.ts';
import type { KeyedRead, ReadRecord, RecordStream } from '../../../ports/record-stream.ts';
import type { OpenFileLock } from '../../sqlite/open-files/index.ts';

/** A stream that says which record is the current one. */
export interface IdentifiedStream extends RecordStream {
  readonly currentRecord: number | undefined;
}

/** @param locks  others may write: records are held */
export function lockingStream(
  stream: IdentifiedStream,
  lock: OpenFileLock,
  locks: { readonly records: boolean; readonly isUpdate: boolean },
): RecordStream {
  const taken = <T>(record: T, noLock: boolean | undefined): T => {
    const { currentRecord } = stream;
    if (!locks.records || currentRecord === undefined) return record;
    if (noLock === true) lock.free();
    else if (locks.isUpdate) lock.hold(currentRecord);
    else lock.look(currentRecord);
    return record;
  };
  const freed = async (work: Promise<void>): Promise<void> => {
    await work;
    if (locks.records) lock.free();
  };
  return {
    specification: stream.specification,
    organization: stream.organization,
    ...(stream.definition === undefined ? {} : { definition: stream.definition }),
    read: async (options?: ReadRecord) => taken(await stream.read(), options?.noLock),
    readKey: async (request: KeyedRead) => taken(await stream.readKey(request), request.noLock),
    write: (record) => freed(stream.write(record)),
    update: (record) => freed(stream.update(record)),
    remove: () => freed(stream.remove()),
    async close() {
      try {
        await stream.close();
      } finally {
        lock.release();
      }
    },
  };
}

/** A new file: it is only written, and let go of when it is closed. */
export const releasing = (writer: RecordWriter, lock: OpenFileLock): RecordWriter => ({
  specification: writer.specification,
  write: (record) => writer.write(record),
  writeBytes: (bytes) => writer.writeBytes(bytes),
  async close() {
    try {
      await writer.close();
    } finally {
      lock.release();
    }
  },
});

export interface FileIdentity {
  readonly dev: number;
  readonly ino: number;
}

/** A file whatever it is called: names change. */
export const fileKey = ({ dev, ino }: FileIdentity): string => `${dev}:${ino}`;
