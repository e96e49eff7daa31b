/** A file as SYS$INPUT: DEFINE SYS$INPUT, SPAWN/INPUT=, `<` of PIPE. */
import type { SessionInput } from '../ports/session-io.ts';
import { resolveFile } from '../system/resolve-file.ts';
import type { Interpreter } from './interpreter.ts';

export interface FileInput extends SessionInput {
  /** What has been read stays read: behind it there is only the end of the file. */
  close(): Promise<void>;
}

/** Opened by the first read; closed by its owner, or at the latest with the process. */
export function createFileInput(interpreter: Interpreter, file: string): FileInput {
  let records: AsyncGenerator<string> | undefined;
  const input: FileInput = {
    isTerminal: false,
    read: async () => {
      if (records === undefined) {
        records = readRecords(interpreter, file);
        interpreter.fileInputs.add(input);
      }
      const next = await records.next();
      return next.done ? { kind: 'endOfFile' } : { kind: 'record', text: next.value };
    },
    close: async () => {
      interpreter.fileInputs.delete(input);
      await records?.return(undefined);
    },
  };
  return input;
}

async function* readRecords(interpreter: Interpreter, file: string): AsyncGenerator<string> {
  const { process } = interpreter;
  const reader = await process.files.openRead(await resolveFile(process, file, '.DAT'));
  try {
    for (let record = await reader.read(); record !== undefined; record = await reader.read()) yield record;
  } finally {
    await reader.close();
  }
}
