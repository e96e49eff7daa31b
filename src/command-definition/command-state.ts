/** The ParsedCommand while it is put together: what is known of every label. */

import type { ParsedCommand, Presence } from './parsed-command.ts';
import type { AnyVerb } from './syntax-selection.ts';
import type { KeywordState } from './value-parser.ts';

export interface LabelState {
  readonly presence: Presence;
  readonly values: readonly string[];
  readonly keywords: ReadonlyMap<string, KeywordState>;
}

const nothing: KeywordState = { presence: 'absent', values: [] };

export class CommandState implements ParsedCommand {
  readonly verb: AnyVerb;
  readonly line: string;
  readonly #labels = new Map<string, LabelState>();
  readonly #positional = new Map<string, LabelState>();
  /** Values of each time a label was written. */
  readonly #written = new Map<string, (readonly string[])[]>();

  constructor(verb: AnyVerb, line: string) {
    this.verb = verb;
    this.line = line;
  }

  /** The rightmost of duplicates wins. */
  setLabel(label: string, state: LabelState): void {
    const key = label.toUpperCase();
    this.#labels.set(key, state);
    const written = this.#written.get(key);
    if (written === undefined) this.#written.set(key, [state.values]);
    else written.push(state.values);
  }

  setPositional(parameter: string, element: number, qualifier: string, state: LabelState): void {
    this.#positional.set(positionalKey(parameter, element, qualifier), state);
  }

  presence(label: string): Presence {
    return this.#find(label).presence;
  }

  present(label: string): boolean {
    const presence = this.presence(label);
    return presence === 'present' || presence === 'defaulted';
  }

  negated(label: string): boolean {
    return this.presence(label) === 'negated';
  }

  value(label: string): string | undefined {
    return this.#find(label).values[0];
  }

  values(label: string): readonly string[] {
    return this.#find(label).values;
  }

  occurrences(label: string): readonly (readonly string[])[] {
    return this.#written.get(label.toUpperCase()) ?? [];
  }

  /** What stands after the verb holds for every element that has nothing of its own. */
  positional(
    parameter: string,
    element: number,
    qualifier: string,
  ): { presence: Presence; values: readonly string[] } {
    const { presence, values } =
      this.#positional.get(positionalKey(parameter, element, qualifier)) ?? this.#find(qualifier);
    return { presence, values };
  }

  /** `LABEL`, or `LABEL.KEYWORD` below it. */
  #find(path: string): KeywordState {
    const [label = '', ...keywords] = path.toUpperCase().split('.');
    const state = this.#labels.get(label);
    if (state === undefined) return nothing;
    return keywords.length === 0 ? state : (state.keywords.get(keywords.join('.')) ?? nothing);
  }
}

const positionalKey = (parameter: string, element: number, qualifier: string): string =>
  `${parameter.toUpperCase()} ${element} ${qualifier.toUpperCase()}`;
