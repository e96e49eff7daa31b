/**
 * A live terminal in raw mode: line editing with recall, type-ahead, control keys, broadcasts between lines. It puts the
 * terminal back as it was when it is closed, and when the process ends in any way it can notice. Raw mode of Node keeps
 * the conversion of LF to CR LF on output, so lines end in LF here.
 * Sources: ports/session-io.ts; vms-mail.md §1.5, §1.6.
 */
import { StringDecoder } from 'node:string_decoder';
import type { ReadStream, WriteStream } from 'node:tty';
import type { ReadOptions, ReadResult, Terminal, TerminalSettings } from '../../ports/session-io.ts';
import { LineDisplay } from './line-display.ts';
import { LineEditor, RecallList } from './line-editor.ts';
import { guardTerminal } from './terminal-guard.ts';
import { type Key, KeyDecoder } from './terminal-keys.ts';
import { TurnWriter } from './turn-writer.ts';

export interface NodeTerminal extends Terminal {
  /** Everything written is on its way to the screen. */
  flush(): Promise<void>;
  /** Calls back once, when it is read for the first time and the prompt is on its way: for what a prompt need not wait for. */
  onFirstRead(callback: () => void): void;
  /** Line lost: the window was closed. */
  onHangup(callback: () => void): void;
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
const BRACKETED_PASTE_ON = '\x1b[?2004h';
const BRACKETED_PASTE_OFF = '\x1b[?2004l';
const echoes = { Z: 'Exit', C: 'Cancel', Y: 'Interrupt' } as const;

interface Reading {
  readonly editor: LineEditor;
  readonly display: LineDisplay;
  readonly recall: RecallList | undefined;
  readonly finish: (result: ReadResult) => void;
}

class RawTerminal implements NodeTerminal {
  readonly isTerminal = true;
  readonly deviceName: string;
  readonly #options: TerminalOptions;
  readonly #writer: TurnWriter;
  readonly #keys = new KeyDecoder();
  readonly #recalls = new Map<string, RecallList>();
  readonly #typeAhead: Key[] = [];
  readonly #listeners = new Set<(key: 'C' | 'Y' | 'T') => void>();
  readonly #release: () => void;
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
    const restore = (): void => {
      options.input.setRawMode(false);
      if (options.output.writable) options.output.write(BRACKETED_PASTE_OFF);
    };
    const takeUp = (): void => {
      options.input.setRawMode(true);
      options.output.write(BRACKETED_PASTE_ON);
      this.#redraw();
    };
    takeUp();
    this.#release = guardTerminal({ restore, resume: takeUp });
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
    return this.#interject(`${text}\n`);
  }

  writeRaw(text: string): void | Promise<void> {
    return this.#interject(text);
  }

  onControlKey(listener: (key: 'C' | 'Y' | 'T') => void): () => void {
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
  }

  broadcast(text: string): void {
    // Somebody else wrote it: nothing of it may drive the terminal.
    const lines = text.split(/\r\n|\r|\n/).map((line) => line.replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, ''));
    void this.#interject(`\x07\n${lines.join('\n')}\n`, false);
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

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const undo of this.#cleanup.splice(0)) undo();
    this.#options.input.pause();
    this.#release();
  }

  #listen(): void {
    const { input, output } = this.#options;
    const decoder = new StringDecoder('utf8');
    const onData = (chunk: Buffer | string): void =>
      this.#accept(typeof chunk === 'string' ? chunk : decoder.write(chunk));
    const onEnd = (): void => this.#hangUp();
    const onResize = (): void => this.#redraw();
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
      () => this.columns,
      prompt.slice(lineStart),
      isShown,
    );
    void this.#writer.write(prompt);
    if (options.initial !== undefined) display.draw(editor);
    const finish = (result: ReadResult): void => {
      this.#reading = undefined;
      resolve(result);
    };
    this.#reading = { editor, display, recall, finish };
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
    for (const key of this.#keys.decode(chunk)) {
      if (this.#reading !== undefined) this.#press(key);
      else if (!this.#runningControl(key)) this.#typeAhead.push(key);
    }
  }

  /** Ctrl/C and Ctrl/Y while something runs take effect at once and throw the type-ahead away. */
  #runningControl(key: Key): boolean {
    if (key.kind !== 'control') return false;
    if (key.letter === 'T') this.#tell('T');
    else if (key.letter === 'X') this.#typeAhead.length = 0;
    else if (key.letter === 'C' || key.letter === 'Y') {
      this.#typeAhead.length = 0;
      void this.#writer.write(`${this.#echo(key.letter)}\n`);
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
    for (const listener of [...this.#listeners]) listener(key);
  }

  #press(key: Key): void {
    const reading = this.#reading;
    if (reading === undefined) return;
    const { editor, display } = reading;
    if (key.kind === 'return') {
      const text = editor.text;
      display.finish(editor, '');
      reading.recall?.add(text);
      reading.finish({ kind: 'record', text });
      return;
    }
    if (key.kind === 'control') {
      if (key.letter === 'Z') {
        display.finish(editor, editor.text === '' ? this.#echo('Z') : '');
        // Text typed before Ctrl/Z is the last record; the end of file follows it.
        if (editor.text === '') reading.finish({ kind: 'endOfFile' });
        else {
          this.#typeAhead.unshift(key);
          reading.finish({ kind: 'record', text: editor.text });
        }
        return;
      }
      if (key.letter === 'C' || key.letter === 'Y') {
        display.finish(editor, this.#echo(key.letter));
        this.#typeAhead.length = 0;
        reading.finish({ kind: 'interrupt', key: key.letter });
        return;
      }
      if (key.letter === 'T') {
        this.#tell('T');
        return;
      }
      if (key.letter === 'X') this.#typeAhead.length = 0;
    }
    const result = editor.apply(key);
    if (result === 'appended' && key.kind === 'text') display.append(key.text, editor);
    else if (result === 'moved') display.moveCursor(editor);
    else if (result !== 'nothing') display.draw(editor);
  }

  #echo(letter: keyof typeof echoes): string {
    const word = echoes[letter];
    return this.#options.reverseVideo === false ? `*${word.toUpperCase()}*` : `\x1b[7m ${word} \x1b[0m`;
  }

  /** Output while a line is being typed goes above it; `over` false leaves what was typed in sight. */
  #interject(text: string, over = true): void | Promise<void> {
    const reading = this.#reading;
    if (reading === undefined) return this.#writer.write(text);
    if (over) reading.display.erase();
    const waiting = this.#writer.write(text);
    reading.display.restart(reading.editor);
    return waiting;
  }

  #redraw(): void {
    this.#reading?.display.draw(this.#reading.editor);
  }

  #hangUp(): void {
    if (this.#hungUp) return;
    this.#hungUp = true;
    this.#reading?.finish({ kind: 'endOfFile' });
    for (const callback of this.#hangups.splice(0)) callback();
  }
}
