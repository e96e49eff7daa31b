/**
 * One read from a terminal while it goes on: the line, its picture on the screen, and what keys do to both.
 * Sources: ports/session-io.ts; vms-mail.md §1.5, §1.6; OpenVMS User's Manual, "Line editing keys".
 */
import { editingKeys } from '../../key-definition/index.ts';
import type { KeyAction, KeyBindings, ReadResult } from '../../ports/session-io.ts';
import type { LineDisplay } from './line-display.ts';
import type { LineEditor, RecallList } from './line-editor.ts';
import { type Key, plainKey } from './terminal-keys.ts';

/** What a key was for beside the line. */
export interface Pressed {
  /** The read is over. */
  readonly result?: ReadResult;
  /** `purge`: it is thrown away. A key: it comes first. */
  readonly typeAhead?: 'purge' | Key;
  /** Ctrl/T. */
  readonly asksForStatus?: boolean;
}

export interface LineReadingParts {
  readonly editor: LineEditor;
  readonly display: LineDisplay;
  readonly recall: RecallList | undefined;
  readonly keys: KeyBindings | undefined;
  readonly continued: boolean;
  /** How a control key is shown. */
  readonly echo: (letter: 'C' | 'Y' | 'Z') => string;
}

const nothing: Pressed = {};

export class LineReading {
  readonly #parts: LineReadingParts;
  /** Ctrl/V: the next key of line editing is looked up among the definitions. */
  #isQuoting = false;

  constructor(parts: LineReadingParts) {
    this.#parts = parts;
  }

  get editor(): LineEditor {
    return this.#parts.editor;
  }
  get display(): LineDisplay {
    return this.#parts.display;
  }

  /** The read is over, whatever has ended it. */
  close(): void {
    this.#parts.keys?.lineEnded();
  }

  press(key: Key): Pressed {
    const { keys } = this.#parts;
    const name = this.#definableName(key);
    this.#isQuoting = key.kind === 'control' && key.letter === 'V';
    const action = name === undefined ? undefined : keys?.press(name);
    if (action !== undefined) return this.#perform(action);
    const plain = plainKey(key, keys === undefined);
    if (plain === undefined) return nothing;
    if (plain.kind === 'return') return this.#enter();
    return (plain.kind === 'control' ? this.#control(plain) : undefined) ?? this.#edit(plain);
  }

  /** What DEFINE/KEY calls the key, where a definition may take effect. */
  #definableName(key: Key): string | undefined {
    const name =
      key.kind === 'named' ? key.name : key.kind === 'arrow' ? key.direction.toUpperCase() : undefined;
    return name !== undefined && editingKeys.has(name) && !this.#isQuoting ? undefined : name;
  }

  #perform({ text: defined, echo, terminate, erase }: KeyAction): Pressed {
    const { editor, display } = this.#parts;
    // As with what is typed and pasted: nothing on the line drives the terminal.
    const text = defined.replace(/[\x00-\x08\x0a-\x1f\x7f-\x9f]/g, '');
    const changed = erase ? editor.clear() : 'nothing';
    if (terminate && !echo) {
      if (changed === 'changed') display.draw(editor);
      const before = editor.textBeforeCursor.length;
      const line = editor.text;
      return this.#enter(`${line.slice(0, before)}${text}${line.slice(before)}`);
    }
    if (changed === 'changed' || text !== '') {
      editor.apply({ kind: 'text', text });
      display.draw(editor);
    }
    return terminate ? this.#enter() : nothing;
  }

  #enter(text = this.editor.text): Pressed {
    const { editor, display, recall, continued } = this.#parts;
    display.finish(editor, '');
    recall?.add(text, continued);
    return { result: { kind: 'record', text } };
  }

  #edit(key: Key): Pressed {
    const { editor, display } = this.#parts;
    const result = editor.apply(key);
    if (result === 'appended' && key.kind === 'text') display.append(key.text, editor);
    else if (result === 'moved') display.moveCursor(editor);
    else if (result !== 'nothing') display.draw(editor);
    return key.kind === 'control' && key.letter === 'X' ? { typeAhead: 'purge' } : nothing;
  }

  /** Undefined for a key of line editing. */
  #control(key: Key & { readonly kind: 'control' }): Pressed | undefined {
    const { editor, display, echo } = this.#parts;
    switch (key.letter) {
      case 'Z':
        display.finish(editor, editor.text === '' ? echo('Z') : '');
        if (editor.text === '') return { result: { kind: 'endOfFile' } };
        // Text typed before Ctrl/Z is the last record; the end of file follows it.
        return { result: { kind: 'record', text: editor.text }, typeAhead: key };
      case 'C':
      case 'Y':
        display.finish(editor, echo(key.letter));
        return { result: { kind: 'interrupt', key: key.letter }, typeAhead: 'purge' };
      case 'T':
        return { asksForStatus: true };
      case 'R':
        display.leave(editor);
        display.restart(editor);
        return nothing;
      default:
        return undefined;
    }
  }
}
