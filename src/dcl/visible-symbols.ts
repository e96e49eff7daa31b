/**
 * The symbols a command sees: those of its level, of the levels around it, and the global ones, as far as SET SYMBOL/SCOPE
 * lets it. Source: dcl.md §2.2.
 */
import { statusText } from '../condition/index.ts';
import type { Level, Scope } from './level.ts';
import { type DclSymbol, SymbolTable } from './symbols.ts';
import type { DclValue } from './value.ts';

export type SymbolScope = 'local' | 'global';

export interface FoundSymbol {
  readonly symbol: DclSymbol;
  readonly scope: SymbolScope;
}

/** Whose symbols they are: the level that is being executed, and $STATUS. */
interface Owner {
  readonly level: Level;
  readonly status: number;
}

export class VisibleSymbols {
  readonly globals = new SymbolTable();
  readonly #owner: Owner;

  constructor(owner: Owner) {
    this.#owner = owner;
  }

  valueOf(name: string): DclValue | undefined {
    return this.#valueIn(this.#owner.level.scope, name);
  }

  /** What the first word of a command means: SET SYMBOL/VERB/SCOPE may hide more, or less. */
  verb(name: string): DclValue | undefined {
    return this.#valueIn(this.#owner.level.verbScope, name);
  }

  /** The symbol SHOW SYMBOL shows: the first of the level, the levels around, the global table. */
  find(name: string, scopes: readonly SymbolScope[]): FoundSymbol | undefined {
    const { scope } = this.#owner.level;
    for (let each: Level | undefined = this.#owner.level; each !== undefined; each = each.parent) {
      const symbol = scopes.includes('local') && each.depth >= scope.localsFrom && each.symbols.get(name);
      if (symbol) return { symbol, scope: 'local' };
    }
    if (!scopes.includes('global')) return undefined;
    const value = this.#permanent(name);
    if (value !== undefined) return { symbol: { name, minimum: name.length, value }, scope: 'global' };
    const symbol = scope.hidesGlobals ? undefined : this.globals.get(name);
    return symbol && { symbol, scope: 'global' };
  }

  #valueIn(scope: Scope, name: string): DclValue | undefined {
    for (let each: Level | undefined = this.#owner.level; each !== undefined; each = each.parent) {
      if (each.depth < scope.localsFrom) break;
      const symbol = each.symbols.get(name);
      if (symbol !== undefined) return symbol.value;
    }
    return (
      (name.charCodeAt(0) === 36 ? this.#permanent(name) : undefined) ??
      (scope.hidesGlobals ? undefined : this.globals.get(name)?.value)
    );
  }

  #permanent(name: string): DclValue | undefined {
    if (name === '$STATUS') return statusText(this.#owner.status);
    if (name === '$SEVERITY') return String(this.#owner.status & 7);
    if (name === '$RESTART') return this.globals.get(name)?.value ?? 'FALSE';
    return undefined;
  }
}

/** `[NO]LOCAL,[NO]GLOBAL`, for F$ENVIRONMENT: locals are hidden where an outer level's are. */
export const scopeText = ({ depth }: Level, scope: Scope): string =>
  `${scope.localsFrom > 0 && scope.localsFrom <= depth ? 'NO' : ''}LOCAL,${scope.hidesGlobals ? 'NO' : ''}GLOBAL`;
