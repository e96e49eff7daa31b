/**
 * What a session or an image reads and writes: SYS$INPUT, SYS$COMMAND, SYS$OUTPUT, SYS$ERROR.
 * A terminal, a pipe, the data lines of a procedure and a log file all have this shape.
 */
export type ReadResult =
  | { readonly kind: 'record'; readonly text: string }
  /** Ctrl/Z, end of the piped input, or the next `$` line of a procedure. */
  | { readonly kind: 'endOfFile' }
  /** Ctrl/C or Ctrl/Y while reading. */
  | { readonly kind: 'interrupt'; readonly key: 'C' | 'Y' }
  | { readonly kind: 'timeout' };

export interface ReadOptions {
  /** Written before reading on a terminal; a pipe or a procedure does not show it. */
  readonly prompt?: string;
  /** Default true. False for passwords. */
  readonly echo?: boolean;
  readonly timeoutMs?: number;
  /** Name of the recall list to use: DCL, MAIL, …; none by default. */
  readonly history?: string;
  /** Stands there already, to be changed: what RECALL has brought back. Terminals only. */
  readonly initial?: string;
}

export interface SessionInput {
  readonly isTerminal: boolean;
  read(options?: ReadOptions): Promise<ReadResult>;
}

export interface SessionOutput {
  readonly isTerminal: boolean;
  /** Page size; 80 and 24 where nobody knows. */
  readonly columns: number;
  readonly rows: number;
  /** Writes text and a line end. A promise is returned when the reader is slow: await it before writing more. */
  writeLine(text: string): void | Promise<void>;
  /** Writes text as it is (clear screen, bell). Only for terminals; text from mail never comes through here. */
  writeRaw(text: string): void | Promise<void>;
}

/** Lines entered at the prompts of one program. */
export interface CommandRecall {
  /** The newest first. */
  readonly lines: readonly string[];
  /** The last line, RECALL itself, is none of them. */
  forgetLast(): void;
  erase(): void;
}

/** What SET TERMINAL changes; the rest stays. */
export interface TerminalSettings {
  readonly columns?: number;
  readonly rows?: number;
  /** False: nothing typed is shown, whatever the reads say. */
  readonly echo?: boolean;
  /** How line editing begins: insert or overstrike. */
  readonly insert?: boolean;
}

/** A live terminal: both directions, interrupts while something runs, broadcasts between lines. */
export interface Terminal extends SessionInput, SessionOutput {
  /** Device name, `FTA12:`. */
  readonly deviceName: string;
  /** Calls back on Ctrl/C, Ctrl/Y, Ctrl/T pressed while nobody reads. Returns the way to stop. */
  onControlKey(listener: (key: 'C' | 'Y' | 'T') => void): () => void;
  recallList(name: string): CommandRecall;
  configure(settings: TerminalSettings): void;
  /** Shows a broadcast without destroying the line being typed: BEL, CR LF, text, the line again. */
  broadcast(text: string): void;
}
