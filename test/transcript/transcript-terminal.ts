/**
 * A terminal in this process at which a section is played: what the session writes is compared with the lines, and what
 * stands behind a prompt is typed. `^Z`, `^C`, `^Y` and `^T` are those keys; `<timeout>` lets a read with a time limit run out.
 */
import { RecallList } from '../../src/adapters/node/line-editor.ts';
import type {
  ControlKeyListener,
  ReadOptions,
  ReadResult,
  Terminal,
  TerminalSettings,
} from '../../src/ports/session-io.ts';
import type { TextEditor } from '../../src/ports/text-editor.ts';
import type { Script } from './script.ts';
import { isOffstage } from './transcript.ts';
import { visible } from './visible.ts';

/** What happens between two lines of the terminal: directives and dialogues. `hangUp`: the session is over. */
export type Offstage = () => Promise<'goOn' | 'hangUp'>;

const KEY = /^\^([CY])$/;

export class TranscriptTerminal implements Terminal {
  readonly isTerminal = true;
  readonly deviceName: string;
  /** `!@ editor`: a command of the shell for the text. */
  editor: TextEditor | undefined;
  columns = 80;
  rows = 24;
  /** Resolves when nothing more is typed at this terminal; rejects where the session did something else. */
  readonly hungUp: Promise<void>;
  readonly #script: Script;
  readonly #offstage: Offstage;
  readonly #listeners = new Set<ControlKeyListener>();
  readonly #end = Promise.withResolvers<void>();
  readonly #recalls = new Map<string, RecallList>();
  #shown = '';

  constructor(deviceName: string, script: Script, offstage: Offstage) {
    this.deviceName = deviceName;
    this.#script = script;
    this.#offstage = offstage;
    this.hungUp = this.#end.promise;
  }

  async read(options: ReadOptions = {}): Promise<ReadResult> {
    const initial = options.initial ?? '';
    try {
      const prompt = this.#startPrompt(`${options.prompt ?? ''}${initial}`);
      for (;;) {
        this.#script.expect(this.#takeShown(), (line) => isOffstage(line) || answers(line, prompt));
        const line = this.#script.peek();
        if (line === undefined || (isOffstage(line) && (await this.#offstage()) === 'hangUp')) break;
        if (isOffstage(line)) continue;
        const typed = this.#script.take().slice(prompt.length);
        if (typed !== '^T') return this.#typed(initial + typed, options);
        // What it shows comes, and the line goes on.
        this.#tell('T');
      }
      this.#end.resolve();
    } catch (error) {
      this.#end.reject(error);
    }
    // A line that was cut: whoever reads here waits for ever, and nothing of it is compared any more.
    return new Promise<never>(() => {});
  }

  writeLine(text: string): void {
    this.#shown += `${text}\n`;
  }
  writeRaw(): void {
    // Clearing the screen leaves no line behind.
  }
  recallList(name: string): RecallList {
    const list = this.#recalls.get(name) ?? new RecallList();
    this.#recalls.set(name, list);
    return list;
  }
  configure({ columns, rows }: TerminalSettings): void {
    this.columns = columns ?? this.columns;
    this.rows = rows ?? this.rows;
  }
  broadcast(text: string): void {
    this.#shown += `${text}\n`;
  }
  notice(text: string): void {
    this.#shown += `${text}\n`;
  }
  onControlKey(listener: ControlKeyListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** `^Y` on a line of its own is pressed while the session waits. False where no key stands here. */
  pressKey(): boolean {
    const shown = this.#shown.split('\n').slice(0, -1).map(visible);
    if (!this.#script.passes(shown, (line) => KEY.test(line))) return false;
    const key = KEY.exec(this.#script.peek() ?? '')?.[1];
    if (key === undefined) return false;
    this.#shown = '';
    this.#script.take();
    this.#tell(key as 'C' | 'Y');
    return true;
  }

  /** The session waits for somebody else: the key that stands here is pressed, or what the directive says happens. */
  async whileWaiting(): Promise<void> {
    const isCue = (line: string): boolean => KEY.test(line) || isOffstage(line);
    const written = this.#script.run((line) => !isCue(line) && !line.startsWith('$ '));
    const cue = this.#script.run(() => true)[written.length];
    if (cue === undefined || !isCue(cue)) return;
    try {
      this.#script.expect(this.#takeShown(), isCue);
      if (isOffstage(cue)) await this.#offstage();
      else this.pressKey();
    } catch (error) {
      this.#end.reject(error);
    }
  }

  #tell(key: 'C' | 'Y' | 'T'): void {
    for (const listener of [...this.#listeners].reverse()) if (listener(key) === true) return;
  }

  /** After a session that ended by itself: what it wrote last. */
  finish(): void {
    this.#script.expect(this.#takeShown(), (line) => isOffstage(line) || line.startsWith('$ '));
  }

  /** The last line of a prompt is the prompt; what stands above is output. */
  #startPrompt(prompt: string): string {
    this.#shown += prompt;
    const start = this.#shown.lastIndexOf('\n') + 1;
    const last = this.#shown.slice(start);
    this.#shown = this.#shown.slice(0, start);
    return last;
  }

  #takeShown(): readonly string[] {
    const lines = this.#shown.split('\n').slice(0, -1);
    this.#shown = '';
    return lines.map(visible);
  }

  #typed(text: string, options: ReadOptions): ReadResult {
    if (options.history !== undefined && text !== '' && !text.startsWith('^')) {
      this.recallList(options.history).add(text);
    }
    if (text === '^Z') return { kind: 'endOfFile' };
    if (text === '<timeout>' && options.timeoutMs !== undefined) return { kind: 'timeout' };
    const key = /\^([CY])$/.exec(text)?.[1];
    if (key === 'C' || key === 'Y') return { kind: 'interrupt', key };
    return { kind: 'record', text };
  }
}

/** Editors take the blank at the end of a line away. */
const answers = (line: string, prompt: string): boolean =>
  line.startsWith(prompt) || (prompt.trim() !== '' && line === prompt.trimEnd());
