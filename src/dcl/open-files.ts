/** Files opened by OPEN, by logical name: what READ, WRITE and CLOSE work on. Source: dcl.md §10. */
import type { RecordReader, RecordWriter } from '../ports/file-system.ts';
import type { SessionInput, SessionOutput } from '../ports/session-io.ts';

export interface OpenFile {
  /** `DKA0:[JONES]A.TXT;1` */
  readonly specification: string;
  readonly reader: RecordReader | undefined;
  readonly writer: RecordWriter | undefined;
  /** `OPEN/READ/WRITE T TT:`: a stream of the session instead of a file. */
  readonly device?: { readonly input: SessionInput; readonly output: SessionOutput };
}

export async function closeFile(file: OpenFile): Promise<void> {
  await file.reader?.close();
  await file.writer?.close();
}
