/**
 * Symbol tables: one local table a command level, one global table a process. Look-up goes from the level outwards, then
 * to the global table. Source: dcl.md §2.2, §2.3.
 */
import { DCL } from '../command-definition/cli-messages.ts';
import { Condition } from '../condition/index.ts';
import type { DclValue } from './value.ts';

export interface DclSymbol {
  readonly name: string;
  /** Shortest spelling that means it: the length of the name, or less after `SAY*IT`. */
  readonly minimum: number;
  value: DclValue;
}

export class SymbolTable {
  readonly #symbols = new Map<string, DclSymbol>();
  #abbreviated = 0;

  get(name: string): DclSymbol | undefined {
    const exact = this.#symbols.get(name);
    if (exact !== undefined || this.#abbreviated === 0) return exact;
    for (const symbol of this.#symbols.values()) {
      if (name.length >= symbol.minimum && symbol.name.startsWith(name)) return symbol;
    }
    return undefined;
  }

  /** @param minimum  shortest abbreviation, where the name was written with `*`. Throws ABSYMD. */
  set(name: string, value: DclValue, minimum?: number): void {
    const known = this.#symbols.get(name);
    if (known !== undefined && minimum === undefined) {
      known.value = value;
      return;
    }
    const shortest = minimum ?? name.length;
    if (this.#abbreviated > 0 || minimum !== undefined) this.#checkConflict(name, shortest);
    if (known !== undefined) this.delete(name);
    if (shortest < name.length) this.#abbreviated += 1;
    this.#symbols.set(name, { name, minimum: shortest, value });
  }

  delete(name: string): boolean {
    const symbol = this.get(name);
    if (symbol === undefined) return false;
    if (symbol.minimum < symbol.name.length) this.#abbreviated -= 1;
    return this.#symbols.delete(symbol.name);
  }

  clear(): void {
    this.#symbols.clear();
    this.#abbreviated = 0;
  }

  /** Sorted by name, as SHOW SYMBOL/ALL prints them. */
  list(): readonly DclSymbol[] {
    return [...this.#symbols.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Two symbols conflict when one spelling would mean both. */
  #checkConflict(name: string, shortest: number): void {
    for (const other of this.#symbols.values()) {
      if (other.name === name) continue;
      const spelled = Math.max(shortest, other.minimum);
      if (spelled > name.length || spelled > other.name.length) continue;
      if (name.slice(0, spelled) === other.name.slice(0, spelled)) throw new Condition(DCL.ABSYMD);
    }
  }
}

/** `  A = 7   Hex = 00000007  Octal = 00000000007`; strings in quotation marks that are not doubled. dcl.md §2.5 */
export function symbolLine(symbol: DclSymbol, scope: 'local' | 'global'): string {
  const sign = scope === 'local' ? '=' : '==';
  const name =
    symbol.minimum < symbol.name.length
      ? `${symbol.name.slice(0, symbol.minimum)}*${symbol.name.slice(symbol.minimum)}`
      : symbol.name;
  if (typeof symbol.value === 'string') return `  ${name} ${sign} "${symbol.value}"`;
  const bits = symbol.value >>> 0;
  const hex = bits.toString(16).toUpperCase().padStart(8, '0');
  return `  ${name} ${sign} ${symbol.value}   Hex = ${hex}  Octal = ${bits.toString(8).padStart(11, '0')}`;
}
