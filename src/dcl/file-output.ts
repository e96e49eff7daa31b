/** A file as SYS$OUTPUT: /OUTPUT=, DEFINE SYS$OUTPUT. */
import type { RecordWriter } from '../ports/file-system.ts';
import type { SessionOutput } from '../ports/session-io.ts';

export interface FileOutput extends SessionOutput {
  /** What has been written is in the file, for others to read. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export function createFileOutput(writer: RecordWriter): FileOutput {
  return {
    isTerminal: false,
    columns: 132,
    rows: 66,
    writeLine: (text) => writer.write(text),
    writeRaw: () => {
      // Cursor control means nothing in a file.
    },
    flush: async () => writer.flush?.(),
    close: () => writer.close(),
  };
}

/** A stream of the session in the place of a file: it stays open. */
export const keptOpen = (output: SessionOutput): FileOutput => ({
  isTerminal: output.isTerminal,
  columns: output.columns,
  rows: output.rows,
  writeLine: (text) => output.writeLine(text),
  writeRaw: (text) => output.writeRaw(text),
  flush: async () => {},
  close: async () => {},
});

/** NL: as output. */
export const nullOutput: SessionOutput = {
  isTerminal: false,
  columns: 80,
  rows: 24,
  writeLine: () => {
    // The null device keeps nothing.
  },
  writeRaw: () => {
    // As above.
  },
};

export const nullFileOutput: FileOutput = {
  ...nullOutput,
  flush: async () => {},
  close: async () => {},
};
