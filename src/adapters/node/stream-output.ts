/** SYS$OUTPUT that is not a terminal: a pipe, a file, a log. Text only, no decoration; one write a turn. */
import type { Writable } from 'node:stream';
import type { SessionOutput } from '../../ports/session-io.ts';
import { TurnWriter } from './turn-writer.ts';

export interface StreamOutput extends SessionOutput {
  /** Everything written has been handed to the system: call it before the process ends. */
  flush(): Promise<void>;
  /** Calls back when nobody reads any more; writing goes on without effect. */
  onGone(callback: () => void): void;
}

export function createStreamOutput(
  stream: Writable,
  page: { readonly columns?: number; readonly rows?: number } = {},
): StreamOutput {
  const writer = new TurnWriter(stream);
  return {
    isTerminal: false,
    columns: page.columns ?? 80,
    rows: page.rows ?? 24,
    writeLine: (text) => writer.write(`${text}\n`),
    // Screen control means nothing to a file.
    writeRaw: () => undefined,
    flush: () => writer.flush(),
    onGone: (callback) => writer.onGone(callback),
  };
}
