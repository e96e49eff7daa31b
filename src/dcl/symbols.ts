/**
 * Symbol tables: one local table a command level, one global table a process. Look-up goes from the level outwards, then
 * to the global table. Source: dcl.md §2.2, §2.3.
 */
import { DCL } from '../command-definition/index.ts';
import { Condition } from '../condition/index.ts';
import type { DclValue } from './value.ts';

export interface DclSymbol {
  readonly name: string;
  /** Shortest spelling that means it: the length of the name, or less after `SAY*IT`. */
  readonly minimum: number;
  value: DclValue;
}

/** Room for the symbols of a process. A procedure that defines symbols without end gets SYMOVF, and the node keeps its memory. */
export interface SymbolSpace {
  used: number;
  readonly limit: number;
  /** Counts what changes the meaning of names: symbols that come and go, scopes, levels. */
  changes: number;
}

/** Deviation: OpenVMS gives a process what CLISYMTBL says, 384,000 bytes by default; here it is 4 MiB. */
const SPACE_OF_A_PROCESS = 4_194_304;
/** What a symbol takes beside its name and value. */
const OVERHEAD = 32;

const sizeOf = (name: string, value: DclValue): number =>
  OVERHEAD + name.length + (typeof value === 'string' ? value.length : 4);

export class SymbolTable {
  /** Shared by the tables of a process. */
  readonly space: SymbolSpace;
  readonly #symbols = new Map<string, DclSymbol>();
  /** Those that may be spelled shorter. */
  readonly #abbreviated = new Set<DclSymbol>();

  constructor(space: SymbolSpace = { used: 0, limit: SPACE_OF_A_PROCESS, changes: 0 }) {
    this.space = space;
  }

  get(name: string): DclSymbol | undefined {
    const exact = this.#symbols.get(name);
    if (exact !== undefined || this.#abbreviated.size === 0) return exact;
    for (const symbol of this.#abbreviated) {
      if (name.length >= symbol.minimum && symbol.name.startsWith(name)) return symbol;
    }
    return undefined;
  }

  /** @param minimum  shortest abbreviation, where the name was written with `*`. Throws ABSYMD, SYMOVF. */
  set(name: string, value: DclValue, minimum?: number): void {
    const known = this.#symbols.get(name);
    if (known !== undefined && minimum === undefined) {
      if (typeof value === 'string' || typeof known.value === 'string') {
        this.#take(sizeOf('', value) - sizeOf('', known.value));
      }
      known.value = value;
      return;
    }
    const shortest = minimum ?? name.length;
    if (minimum !== undefined) this.#checkConflict(name, shortest, this.#symbols.values());
    else if (this.#abbreviated.size > 0) this.#checkConflict(name, shortest, this.#abbreviated);
    if (known !== undefined) this.delete(name);
    this.#take(sizeOf(name, value));
    const symbol = { name, minimum: shortest, value };
    if (shortest < name.length) this.#abbreviated.add(symbol);
    this.space.changes += 1;
    this.#symbols.set(name, symbol);
  }

  delete(name: string): boolean {
    const symbol = this.get(name);
    if (symbol === undefined) return false;
    this.#abbreviated.delete(symbol);
    this.space.changes += 1;
    this.space.used -= sizeOf(symbol.name, symbol.value);
    return this.#symbols.delete(symbol.name);
  }

  /** The level is over, or DELETE/SYMBOL/ALL. */
  clear(): void {
    this.space.changes += 1;
    for (const { name, value } of this.#symbols.values()) this.space.used -= sizeOf(name, value);
    this.#symbols.clear();
    this.#abbreviated.clear();
  }

  /** Sorted by name, as SHOW SYMBOL/ALL prints them. */
  list(): readonly DclSymbol[] {
    return [...this.#symbols.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  #take(size: number): void {
    if (size > 0 && this.space.used + size > this.space.limit) throw new Condition(DCL.SYMOVF);
    this.space.used += size;
  }

  /** Two symbols conflict when one spelling would mean both. */
  #checkConflict(name: string, shortest: number, others: Iterable<DclSymbol>): void {
    for (const other of others) {
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
