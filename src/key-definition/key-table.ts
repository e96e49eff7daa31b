/**
 * What the keys of one program mean, in each state of the keypad, and the state it is in. DCL and MAIL each have one; the
 * terminal asks it when a key with a name is pressed. Source: DCL Dictionary, DEFINE/KEY and SET KEY; vms-mail.md §2.7.
 */
import { SYSTEM, signal } from '../condition/index.ts';
import type { KeyAction, KeyBindings } from '../ports/session-io.ts';
import { keyNames } from './key-names.ts';

export interface KeyDefinition {
  readonly text: string;
  readonly echo: boolean;
  readonly terminate: boolean;
  /** What was typed before is taken off the line. */
  readonly erase: boolean;
  /** State of the keypad from then on: for the next key, or with `lock` until it is changed. */
  readonly setState?: string;
  readonly lock: boolean;
}

export const DEFAULT_STATE = 'DEFAULT';
/** In all states together: procedures define keys too, and may do so without end. */
const MOST_DEFINITIONS = 2_000;

export class KeyTable implements KeyBindings {
  readonly #states = new Map<string, Map<string, KeyDefinition>>();
  /** What a state set for one key goes back to. */
  #locked = DEFAULT_STATE;
  #state = DEFAULT_STATE;

  /** State of the keypad, as F$ENVIRONMENT("KEY_STATE") has it. */
  get state(): string {
    return this.#state;
  }

  /** States with definitions, sorted. */
  get states(): readonly string[] {
    return [...this.#states.keys()].sort();
  }

  /** SET KEY/STATE. */
  lockState(state: string): void {
    this.#locked = this.#state = state;
  }

  /** Throws EXQUOTA. */
  define(state: string, key: string, definition: KeyDefinition): void {
    const keys = this.#states.get(state) ?? new Map<string, KeyDefinition>();
    if (!keys.has(key) && this.#count() >= MOST_DEFINITIONS) signal(SYSTEM.EXQUOTA);
    this.#states.set(state, keys.set(key, definition));
  }

  #count(): number {
    let count = 0;
    for (const { size } of this.#states.values()) count += size;
    return count;
  }

  /** False where nothing was defined. */
  delete(state: string, key: string): boolean {
    const keys = this.#states.get(state);
    const deleted = keys?.delete(key) ?? false;
    if (keys?.size === 0) this.#states.delete(state);
    return deleted;
  }

  get(state: string, key: string): KeyDefinition | undefined {
    return this.#states.get(state)?.get(key);
  }

  /** Keys defined in a state, in the order of the keyboard. */
  keysOf(state: string): readonly string[] {
    const keys = this.#states.get(state);
    return keys === undefined ? [] : keyNames.filter((name) => keys.has(name));
  }

  press(key: string): KeyAction | undefined {
    const definition = this.get(this.#state, key);
    // A state that was set for one key is over with this one, whatever the key does.
    this.#state = this.#locked;
    if (definition === undefined) return undefined;
    const { setState, lock } = definition;
    if (setState !== undefined && lock) this.lockState(setState);
    else if (setState !== undefined) this.#state = setState;
    return definition;
  }

  lineEnded(): void {
    this.#state = this.#locked;
  }

  /** What a subprocess begins with. */
  copyTo(other: KeyTable): void {
    for (const [state, keys] of this.#states) other.#states.set(state, new Map(keys));
    other.lockState(this.#locked);
  }
}
