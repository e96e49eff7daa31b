/**
 * What a session or an image reads and writes: SYS$INPUT, SYS$COMMAND, SYS$OUTPUT, SYS$ERROR.
 * A terminal, a pipe, the data lines of a procedure and a log file all have this shape.
 */
import type { TextEditor } from './text-editor.ts';

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
  /** The line goes on with the one before, which ended in a hyphen: the recall list keeps them as one. */
  readonly continued?: boolean;
  /** What keys with names mean here; without it those of the keypad type what is printed on them. */
  readonly keys?: KeyBindings;
  /** The keypad sends keys with names while this is read, whatever SET TERMINAL says. */
  readonly applicationKeypad?: boolean;
}

/** What a defined key does to the line being typed. */
export interface KeyAction {
  readonly text: string;
  /** The text is shown. */
  readonly echo: boolean;
  /** The line is entered. */
  readonly terminate: boolean;
  /** What was typed before is taken off the line. */
  readonly erase: boolean;
}

/** Definitions of keys, and the state of the keypad. */
export interface KeyBindings {
  /** The key (`PF1`, `KP0`, `E3`, `F17`) was pressed: undefined where it has no definition. It may change the state. */
  press(key: string): KeyAction | undefined;
  /** Return, Ctrl/Z or another end of the line: a state that was set for one key is over. */
  lineEnded(): void;
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
  /** The keypad sends keys with names, not digits. */
  readonly applicationKeypad?: boolean;
}

/** Who listens last is asked first. `true`: the key was meant for this one, and nobody else hears of it. */
// biome-ignore lint/suspicious/noConfusingVoidType: most listeners have nothing to say.
export type ControlKeyListener = (key: 'C' | 'Y' | 'T') => true | void;

/** A live terminal: both directions, interrupts while something runs, broadcasts between lines. */
export interface Terminal extends SessionInput, SessionOutput {
  /** Device name, `FTA12:`. */
  readonly deviceName: string;
  /** Calls back on Ctrl/C and Ctrl/Y pressed while nobody reads, and on every Ctrl/T. Returns the way to stop. */
  onControlKey(listener: ControlKeyListener): () => void;
  /** Of the person in front of it; undefined where there is none. */
  readonly editor?: TextEditor | undefined;
  recallList(name: string): CommandRecall;
  configure(settings: TerminalSettings): void;
  /** Shows a broadcast without destroying the line being typed: BEL, CR LF, text, the line again. */
  broadcast(text: string): void;
  /** Shows a line that the person asked for (Ctrl/T), likewise: below what is there, then the line being typed again. */
  notice(text: string): void;
}
