/** Files opened by OPEN, by logical name: what READ, WRITE and CLOSE work on. Source: dcl.md §10. */
import { RMS, signal } from '../condition/index.ts';
import type { RecordWriter } from '../ports/file-system.ts';
import type { RecordStream } from '../ports/record-stream.ts';
import type { SessionInput, SessionOutput } from '../ports/session-io.ts';

export type OpenFile = OpenRecords | OpenDevice;

export interface OpenRecords {
  /** `DKA0:[JONES]A.TXT;1` */
  readonly specification: string;
  readonly records: RecordStream;
  readonly device?: undefined;
}

/** `OPEN/READ/WRITE T TT:`: a stream of the session instead of a file. */
export interface OpenDevice {
  readonly specification: string;
  readonly device: { readonly input: SessionInput; readonly output: SessionOutput };
}

export async function closeFile(file: OpenFile): Promise<void> {
  if (file.device === undefined) await file.records.close();
}

/** OPEN/WRITE: a new file is only written. */
export const newRecords = (writer: RecordWriter): RecordStream => ({
  specification: writer.specification,
  organization: 'SEQ',
  read: async () => signal(RMS.FAC),
  readKey: async () => signal(RMS.FAC),
  update: async () => signal(RMS.FAC),
  remove: async () => signal(RMS.FAC),
  write: (record) => writer.write(record),
  close: () => writer.close(),
});
