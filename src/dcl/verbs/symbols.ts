/** SHOW SYMBOL, DELETE/SYMBOL, SET SYMBOL. Source: dcl.md §2.5. */
import { DCL } from '../../command-definition/index.ts';
import { Condition } from '../../condition/index.ts';
import { matchesWildcard } from '../../file-specification/index.ts';
import type { Scope } from '../level.ts';
import { type DclSymbol, symbolLine } from '../symbols.ts';
import type { CoreContext } from '../verb.ts';
import type { SymbolScope } from '../visible-symbols.ts';
import { type CoreVerb, NORMAL } from './core-verb.ts';

const PERMANENT = ['$STATUS', '$SEVERITY', '$RESTART'];

export const symbolVerbs: readonly CoreVerb[] = [
  {
    name: 'SHOW SYMBOL',
    summary: 'Shows the value of a symbol.',
    parameters: [{ label: 'SYMBOL_NAME', prompt: 'Symbol' }],
    qualifiers: {
      ALL: { negatable: false },
      GLOBAL: { negatable: false },
      LOCAL: { negatable: false },
      LOG: { default: true },
    },
    routine: async (command, context) => {
      const name = command.value('SYMBOL_NAME');
      if (name === undefined && !command.present('ALL')) throw new Condition(DCL.INSFPRM);
      const scopes: readonly SymbolScope[] = command.present('GLOBAL')
        ? ['global']
        : command.present('LOCAL')
          ? ['local']
          : ['local', 'global'];
      const all = name === undefined || command.present('ALL');
      const lines = all
        ? listed('*', all && scopes.length === 2 ? ['local'] : scopes, context)
        : shown(name, scopes, context);
      // dcl.md §2.5: without a token line.
      if (lines.length === 0 && !all) throw new Condition(DCL.UNDSYM);
      for (const line of lines) await context.output.writeLine(line);
      return undefined;
    },
  },
  {
    name: 'DELETE/SYMBOL',
    summary: 'Deletes a symbol.',
    parameters: [{ label: 'SYMBOL_NAME', prompt: 'Symbol' }],
    qualifiers: {
      ALL: { negatable: false },
      GLOBAL: { negatable: false },
      LOCAL: { negatable: false },
      LOG: {},
    },
    disallow: ['GLOBAL AND LOCAL'],
    routine: async (command, context) => {
      const { interpreter, level } = context;
      const scope: SymbolScope = command.present('GLOBAL') ? 'global' : 'local';
      const table = scope === 'global' ? interpreter.globals : level.symbols;
      const name = command.value('SYMBOL_NAME');
      if (command.present('ALL')) table.clear();
      else if (name === undefined) throw new Condition(DCL.INSFPRM);
      else if (PERMANENT.includes(name)) throw new Condition(DCL.PERMSYM);
      else if (!table.delete(name)) throw new Condition(DCL.UNDSYM);
      else if (command.present('LOG')) {
        await interpreter.display(new Condition(DCL.DELSYM, [scope.toUpperCase(), name]));
      }
      return NORMAL;
    },
  },
  {
    name: 'SET SYMBOL',
    summary: 'Says which symbols are seen from this level on.',
    qualifiers: {
      SCOPE: {
        negatable: false,
        value: {
          required: true,
          list: true,
          keywords: { LOCAL: { negatable: true }, GLOBAL: { negatable: true } },
        },
      },
      ALL: { negatable: false },
      GENERAL: { negatable: false },
      VERB: { negatable: false },
    },
    disallow: ['ANY2(ALL,GENERAL,VERB)'],
    routine: (command, { level }) => {
      const words = command.values('SCOPE');
      if (!command.present('VERB'))
        level.scope = changed(level.scope, level.parent?.scope, words, level.depth);
      if (!command.present('GENERAL'))
        level.verbScope = changed(level.verbScope, level.parent?.verbScope, words, level.depth);
      level.symbols.space.changes += 1;
      // It is one of the commands that leave $STATUS alone.
      return undefined;
    },
  },
];

/** NOLOCAL hides the locals of outer levels; LOCAL takes back what this level has hidden. dcl.md §2.2 */
function changed(old: Scope, outer: Scope | undefined, words: readonly string[], depth: number): Scope {
  return {
    localsFrom: words.includes('NOLOCAL')
      ? depth
      : words.includes('LOCAL')
        ? (outer?.localsFrom ?? 0)
        : old.localsFrom,
    hidesGlobals: words.includes('NOGLOBAL') || (old.hidesGlobals && !words.includes('GLOBAL')),
  };
}

/** The first match: this level, outer levels, the global table. */
function shown(name: string, scopes: readonly SymbolScope[], context: CoreContext): readonly string[] {
  if (/[*%]/.test(name)) return listed(name, scopes, context);
  const found = context.interpreter.symbols.find(name, scopes);
  return found === undefined ? [] : [symbolLine(found.symbol, found.scope)];
}

function permanent(name: string, { interpreter }: CoreContext): DclSymbol {
  return { name, minimum: name.length, value: interpreter.symbolValue(name) ?? '' };
}

function listed(pattern: string, scopes: readonly SymbolScope[], context: CoreContext): readonly string[] {
  const { interpreter, level } = context;
  const lines: string[] = [];
  const add = (symbols: readonly DclSymbol[], scope: SymbolScope): void => {
    for (const symbol of symbols) {
      if (matchesWildcard(pattern, symbol.name)) lines.push(symbolLine(symbol, scope));
    }
  };
  if (scopes.includes('local')) add(level.symbols.list(), 'local');
  if (scopes.includes('global')) {
    const fixed = PERMANENT.map((name) => permanent(name, context));
    const all = [...fixed, ...interpreter.globals.list()];
    add(
      all.sort((a, b) => (a.name < b.name ? -1 : 1)),
      'global',
    );
  }
  return lines;
}
