/**
 * A live terminal in raw mode: line editing with recall, type-ahead, control keys, broadcasts between lines. It puts the
 * terminal back as it was when it is closed, and when the process ends in any way it can notice. Raw mode of Node keeps
 * the conversion of LF to CR LF on output, so lines end in LF here.
 * Sources: ports/session-io.ts; vms-mail.md §1.5, §1.6.
 */
import type { ReadStream, WriteStream } from 'node:tty';
import { keyTextDecoder } from '../../mime/charset.ts';
import { safeLines } from '../../mime/safe-text.ts';
import type {
  ControlKeyListener,
  ReadOptions,
  ReadResult,
  Terminal,
  TerminalSettings,
} from '../../ports/session-io.ts';
import type { TextEditor } from '../../ports/text-editor.ts';
import { LineDisplay } from './line-display.ts';
import { LineEditor, RecallList } from './line-editor.ts';
import { LineReading } from './line-reading.ts';
import { type GuardedTerminal, guardTerminal, ignoreKeySignals } from './terminal-guard.ts';
import { type Key, KeyDecoder, plainKey } from './terminal-keys.ts';
import { TerminalModes } from './terminal-modes.ts';
import { TerminalScreen } from './terminal-screen.ts';
import { TurnWriter } from './turn-writer.ts';

export interface NodeTerminal extends Terminal {
  editor?: TextEditor | undefined;
  /** Everything written is on its way to the screen. */
  flush(): Promise<void>;
  /** Calls back once, when it is read for the first time and the prompt is on its way: for what a prompt need not wait for. */
  onFirstRead(callback: () => void): void;
  /** Line lost: the window was closed. */
  onHangup(callback: () => void): void;
  /** Another program has the terminal while `work` runs: it is as it was before, and nobody here reads or writes it. */
  lend<T>(work: () => Promise<T>): Promise<T>;
  /** Puts the terminal back as it was. May be called more than once. */
  close(): void;
}

/** What we use of a TTY. */
export type TerminalInput = Pick<ReadStream, 'on' | 'off' | 'pause' | 'resume' | 'setRawMode'>;
export type TerminalStream = WriteStream;

export interface TerminalOptions {
  readonly input: TerminalInput;
  readonly output: TerminalStream;
  /** `FTA12:` */
  readonly deviceName: string;
  /** Line editing begins in insert mode; false: overstrike, as OpenVMS terminals are set by default. */
  readonly insert?: boolean;
  /** A terminal without cursor control (TERM=dumb) gets `*EXIT*` instead of reverse video. */
  readonly reverseVideo?: boolean;
}

export function openTerminal(options: TerminalOptions): NodeTerminal {
  return new RawTerminal(options);
}

const DCL_RECALL_LINES = 254;
const echoes = { Z: 'Exit', C: 'Cancel', Y: 'Interrupt' } as const;

interface Reading {
  readonly line: LineReading;
  readonly applicationKeypad: boolean;
  readonly finish: (result: ReadResult) => void;
}

class RawTerminal implements NodeTerminal {
  readonly isTerminal = true;
  readonly deviceName: string;
  editor: TextEditor | undefined;
  readonly #options: TerminalOptions;
  readonly #writer: TurnWriter;
  readonly #modes: TerminalModes;
  readonly #screen: TerminalScreen;
  readonly #keys = new KeyDecoder();
  readonly #recalls = new Map<string, RecallList>();
  readonly #typeAhead: Key[] = [];
  readonly #listeners = new Set<ControlKeyListener>();
  readonly #guarded: GuardedTerminal;
  #release: () => void;
  readonly #cleanup: (() => void)[] = [];
  #hangups: (() => void)[] = [];
  #settings: TerminalSettings = {};
  #reading: Reading | undefined;
  #firstRead: (() => void)[] | undefined = [];
  #hungUp = false;
  #closed = false;

  constructor(options: TerminalOptions) {
    this.deviceName = options.deviceName;
    this.#options = options;
    this.#writer = new TurnWriter(options.output);
    this.#modes = new TerminalModes(options.input, options.output, this.#writer);
    this.#screen = new TerminalScreen(
      this.#writer,
      () => this.#reading?.line,
      options.reverseVideo !== false,
    );
    this.#modes.takeUp();
    this.#guarded = { restore: () => this.#modes.restore(), resume: () => this.#takeUp() };
    this.#release = guardTerminal(this.#guarded);
    this.#listen();
  }

  get columns(): number {
    return this.#settings.columns ?? (this.#options.output.columns || 80);
  }
  get rows(): number {
    return this.#settings.rows ?? (this.#options.output.rows || 24);
  }

  async read(options: ReadOptions = {}): Promise<ReadResult> {
    if (this.#hungUp || this.#closed) return { kind: 'endOfFile' };
    if (this.#reading !== undefined) throw new Error('terminal is being read already');
    const { promise, resolve } = Promise.withResolvers<ReadResult>();
    this.#begin(options, resolve);
    const cancelTimer = this.#startTimer(options.timeoutMs);
    this.#tellFirstRead();
    while (this.#reading !== undefined) {
      const key = this.#typeAhead.shift();
      if (key === undefined) break;
      this.#press(key);
    }
    const result = await promise;
    cancelTimer();
    return result;
  }

  writeLine(text: string): void | Promise<void> {
    return this.#screen.write(`${text}\n`);
  }

  writeRaw(text: string): void | Promise<void> {
    return this.#screen.write(text);
  }

  onControlKey(listener: ControlKeyListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  recallList(name: string): RecallList {
    const known = this.#recalls.get(name);
    if (known !== undefined) return known;
    const list = new RecallList(name === 'DCL' ? DCL_RECALL_LINES : undefined);
    this.#recalls.set(name, list);
    return list;
  }

  configure(settings: TerminalSettings): void {
    this.#settings = { ...this.#settings, ...settings };
    this.#setKeypad();
  }

  broadcast(text: string): void {
    // Somebody else wrote it: nothing of it may drive the terminal.
    this.#screen.tellBelow('\x07', `${safeLines(text.replace(/\r\n?/g, '\n'))}\n`);
  }

  notice(text: string): void {
    this.#screen.tellBelow('', `${text}\n`);
  }

  flush(): Promise<void> {
    return this.#writer.flush();
  }

  onFirstRead(callback: () => void): void {
    if (this.#firstRead === undefined) callback();
    else this.#firstRead.push(callback);
  }

  onHangup(callback: () => void): void {
    if (this.#hungUp) callback();
    else this.#hangups.push(callback);
  }

  async lend<T>(work: () => Promise<T>): Promise<T> {
    await this.flush();
    this.#release();
    this.#options.input.pause();
    // Keys of the terminal are that program's, and so are the signals they send to everybody in front of it.
    const release = ignoreKeySignals();
    this.#screen.lend();
    try {
      return await work();
    } finally {
      release();
      if (!this.#closed && !this.#hungUp) {
        this.#guarded.resume();
        this.#release = guardTerminal(this.#guarded);
        this.#options.input.resume();
      }
      this.#screen.takeBack();
    }
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const undo of this.#cleanup.splice(0)) undo();
    this.#options.input.pause();
    this.#writer.release();
    this.#release();
  }

  #listen(): void {
    const { input, output } = this.#options;
    const decoder = keyTextDecoder();
    const onData = (chunk: Buffer | string): void =>
      this.#accept(typeof chunk === 'string' ? chunk : decoder.write(chunk));
    const onEnd = (): void => this.#hangUp();
    const onResize = (): void => this.#screen.resized();
    input.on('data', onData);
    for (const event of ['end', 'close', 'error']) input.on(event, onEnd);
    output.on('resize', onResize);
    this.#cleanup.push(() => {
      input.off('data', onData);
      for (const event of ['end', 'close', 'error']) input.off(event, onEnd);
      output.off('resize', onResize);
    });
    this.#writer.onGone(onEnd);
    input.resume();
  }

  #begin(options: ReadOptions, resolve: (result: ReadResult) => void): void {
    const prompt = options.prompt ?? '';
    const lineStart = prompt.lastIndexOf('\n') + 1;
    const isShown = options.echo !== false && this.#settings.echo !== false;
    const recall = isShown && options.history !== undefined ? this.recallList(options.history) : undefined;
    const insert = this.#settings.insert ?? this.#options.insert ?? false;
    const editor = new LineEditor(insert, recall, options.initial);
    const display = new LineDisplay(
      (text) => void this.#writer.write(text),
      () => this.#options.output.columns || 80,
      prompt.slice(lineStart),
      isShown,
    );
    this.#screen.stopDiscarding();
    const applicationKeypad = options.applicationKeypad ?? false;
    this.#setKeypad(applicationKeypad);
    void this.#writer.write(prompt);
    if (options.initial !== undefined) display.draw(editor);
    const line = new LineReading({
      editor,
      display,
      recall,
      keys: options.keys,
      continued: options.continued ?? false,
      echo: (letter) => this.#echo(letter),
    });
    const finish = (result: ReadResult): void => {
      this.#reading = undefined;
      this.#screen.lineEnded();
      this.#setKeypad();
      line.close();
      resolve(result);
    };
    this.#reading = { line, applicationKeypad, finish };
  }

  /** As whoever reads wants it, or as it was set. */
  #setKeypad(wanted = this.#reading?.applicationKeypad ?? false): void {
    this.#modes.setKeypad(wanted || (this.#settings.applicationKeypad ?? false));
  }

  #startTimer(timeoutMs: number | undefined): () => void {
    if (timeoutMs === undefined) return () => undefined;
    const timer = setTimeout(() => {
      void this.#writer.write('\n');
      this.#reading?.finish({ kind: 'timeout' });
    }, timeoutMs);
    return () => clearTimeout(timer);
  }

  #accept(chunk: string): void {
    for (const key of this.#keys.decode(this.#modes.heard(chunk))) {
      if (this.#flowControl(key)) continue;
      if (this.#reading !== undefined) this.#press(key);
      else if (!this.#runningControl(plainKey(key, false) ?? key)) this.#typeAhead.push(key);
    }
  }

  /** Ctrl/S stops the output, Ctrl/Q lets it go on, whoever reads. */
  #flowControl(key: Key): boolean {
    if (key.kind !== 'control' || (key.letter !== 'S' && key.letter !== 'Q')) return false;
    if (key.letter === 'S' && !this.#hungUp) this.#writer.hold();
    else this.#writer.release();
    return true;
  }

  /** Ctrl/C and Ctrl/Y while something runs take effect at once and throw the type-ahead away. */
  #runningControl(key: Key): boolean {
    if (key.kind !== 'control') return false;
    if (key.letter === 'T') this.#tell('T');
    else if (key.letter === 'X') this.#typeAhead.length = 0;
    else if (key.letter === 'O') this.#screen.toggleDiscarding();
    else if (key.letter === 'C' || key.letter === 'Y') {
      this.#typeAhead.length = 0;
      this.#screen.stopDiscarding();
      this.#writer.release();
      void this.#screen.interject(`${this.#echo(key.letter)}\n`);
      this.#tell(key.letter);
    } else return false;
    return true;
  }

  #tellFirstRead(): void {
    const callbacks = this.#firstRead ?? [];
    this.#firstRead = undefined;
    // Behind the turn's writing.
    for (const callback of callbacks) setImmediate(callback);
  }

  #tell(key: 'C' | 'Y' | 'T'): void {
    for (const listener of [...this.#listeners].reverse()) if (listener(key) === true) return;
  }

  #press(key: Key): void {
    const reading = this.#reading;
    if (reading === undefined) return;
    const { result, typeAhead, asksForStatus } = reading.line.press(key);
    if (typeAhead === 'purge') this.#typeAhead.length = 0;
    else if (typeAhead !== undefined) this.#typeAhead.unshift(typeAhead);
    if (result?.kind === 'interrupt') this.#writer.release();
    if (result !== undefined) reading.finish(result);
    if (asksForStatus) this.#tell('T');
  }

  #echo(letter: keyof typeof echoes): string {
    return this.#screen.marked(echoes[letter]);
  }

  #takeUp(): void {
    this.#modes.takeUp();
    this.#screen.redraw();
  }

  #hangUp(): void {
    if (this.#hungUp) return;
    this.#hungUp = true;
    // Whoever waits for Ctrl/Q waits for nobody.
    this.#writer.release();
    this.#reading?.finish({ kind: 'endOfFile' });
    for (const callback of this.#hangups.splice(0)) callback();
  }
}
