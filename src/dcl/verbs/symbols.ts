/** SHOW SYMBOL, DELETE/SYMBOL, SET SYMBOL. Source: dcl.md §2.5. */
import { DCL } from '../../command-definition/index.ts';
import { Condition } from '../../condition/index.ts';
import type { Level } from '../level.ts';
import { matchesWild } from '../lexical/strings.ts';
import { type DclSymbol, symbolLine } from '../symbols.ts';
import type { CoreContext } from '../verb.ts';
import { type CoreVerb, NORMAL } from './core-verb.ts';

type Scope = 'local' | 'global';

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
      const scopes: readonly Scope[] = command.present('GLOBAL')
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
      const scope: Scope = command.present('GLOBAL') ? 'global' : 'local';
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
    routine: (command, { level }) => {
      const words = command.values('SCOPE');
      if (words.includes('NOLOCAL')) level.hidesLocal = true;
      if (words.includes('LOCAL')) level.hidesLocal = false;
      if (words.includes('NOGLOBAL')) level.hidesGlobal = true;
      if (words.includes('GLOBAL')) level.hidesGlobal = false;
      return NORMAL;
    },
  },
];

/** The first match: this level, outer levels, the global table. */
function shown(name: string, scopes: readonly Scope[], context: CoreContext): readonly string[] {
  if (/[*%]/.test(name)) return listed(name, scopes, context);
  const { interpreter, level } = context;
  if (scopes.includes('local')) {
    for (let each: Level | undefined = level; each !== undefined; each = each.parent) {
      const symbol = each.symbols.get(name);
      if (symbol !== undefined) return [symbolLine(symbol, 'local')];
    }
  }
  if (!scopes.includes('global')) return [];
  const symbol = interpreter.globals.get(name) ?? permanent(name, context);
  return symbol === undefined ? [] : [symbolLine(symbol, 'global')];
}

function permanent(name: string, { interpreter }: CoreContext): DclSymbol | undefined {
  const value = PERMANENT.includes(name) ? interpreter.symbolValue(name) : undefined;
  return value === undefined ? undefined : { name, minimum: name.length, value };
}

function listed(pattern: string, scopes: readonly Scope[], context: CoreContext): readonly string[] {
  const { interpreter, level } = context;
  const lines: string[] = [];
  const add = (symbols: readonly DclSymbol[], scope: Scope): void => {
    for (const symbol of symbols) {
      if (matchesWild(symbol.name, pattern)) lines.push(symbolLine(symbol, scope));
    }
  };
  if (scopes.includes('local')) add(level.symbols.list(), 'local');
  if (scopes.includes('global')) {
    const fixed = PERMANENT.map((name) => permanent(name, context)!);
    const all = [...fixed, ...interpreter.globals.list()];
    add(
      all.sort((a, b) => (a.name < b.name ? -1 : 1)),
      'global',
    );
  }
  return lines;
}
