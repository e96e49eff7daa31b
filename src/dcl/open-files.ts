/** Files opened by OPEN, by logical name: what READ, WRITE and CLOSE work on. Source: dcl.md §10. */
import type { RecordReader, RecordWriter } from '../ports/file-system.ts';

export interface OpenFile {
  /** `DKA0:[JONES]A.TXT;1` */
  readonly specification: string;
  readonly reader: RecordReader | undefined;
  readonly writer: RecordWriter | undefined;
}

export async function closeFile(file: OpenFile): Promise<void> {
  await file.reader?.close();
  await file.writer?.close();
}
