/**
 * F$PID and F$CONTEXT: one process after the other, those that fit. The symbol holds the name of a context that the session
 * keeps. Source: dcl.md §16.4; DCL Dictionary, F$CONTEXT.
 *
 *   no context ── F$CONTEXT ──► choosing ── F$PID ──► frozen ── F$PID at the end, or CANCEL ──► over
 */
import { DCL } from '../../command-definition/index.ts';
import { Condition } from '../../condition/index.ts';
import { toText } from '../value.ts';
import { badKeyword, keyword, text } from './arguments.ts';
import { keepContext } from './kept-contexts.ts';
import type { LexicalContext, LexicalFunction } from './lexical-function.ts';
import { type Criterion, criterion, fits } from './process-criteria.ts';
import { visibleProcesses } from './visible-processes.ts';

interface ProcessSearch {
  readonly criteria: Criterion[];
  /** What is still to come, once F$PID has begun: criteria are frozen then. */
  pids: string[] | undefined;
  isCancelled: boolean;
}

export const processSearchLexicals: readonly LexicalFunction[] = [
  {
    name: 'F$PID',
    minimum: 1,
    maximum: 1,
    symbolArguments: [0],
    asynchronous: true,
    evaluate: (args, context) => nextPid(text(args, 0), context),
  },
  {
    name: 'F$CONTEXT',
    minimum: 3,
    maximum: 6,
    symbolArguments: [1],
    evaluate: (args, context) => {
      const kind = keyword(args, 0);
      if (kind !== 'PROCESS') throw badKeyword(kind);
      const symbol = text(args, 1);
      if (keyword(args, 2) === 'CANCEL') {
        const search = searchOf(symbol, context);
        if (search !== undefined) search.isCancelled = true;
        return '';
      }
      if (args[3] === undefined) throw new Condition(DCL.ARGREQ);
      const search = searchOf(symbol, context) ?? begin(symbol, context);
      if (search.pids !== undefined) throw new Condition(DCL.FRZNCTX);
      const how = [keyword(args, 4), keyword(args, 5)].filter((each) => each !== '').join(',');
      search.criteria.push(criterion(keyword(args, 2), text(args, 3), how));
      return '';
    },
  },
];

async function nextPid(symbol: string, context: LexicalContext): Promise<string> {
  const search = searchOf(symbol, context) ?? begin(symbol, context);
  if (search.pids === undefined) {
    const seen = await visibleProcesses(context);
    search.pids = seen
      .filter((each) => search.criteria.every((one) => fits(one, each, context)))
      .map(({ process }) => process.pid);
  }
  const pid = search.pids.shift();
  if (pid === undefined) search.isCancelled = true;
  return pid ?? '';
}

const PREFIX = 'PROCESS_CONTEXT ';

/** What the symbol stands for; undefined where it is empty, undefined or of a search that is over. Throws NOTCTX. */
function searchOf(symbol: string, context: LexicalContext): ProcessSearch | undefined {
  const value = context.symbolValue(symbol);
  if (value === undefined || value === '') return undefined;
  const search = processSearch(toText(value), context);
  if (search === undefined) throw new Condition(DCL.NOTCTX);
  return search.isCancelled ? undefined : search;
}

const processSearch = (value: string, { contexts }: LexicalContext): ProcessSearch | undefined =>
  value.startsWith(PREFIX) ? (contexts.get(value) as ProcessSearch | undefined) : undefined;

function begin(symbol: string, context: LexicalContext): ProcessSearch {
  const { contexts } = context;
  const number = ((contexts.get(PREFIX) as number | undefined) ?? 0) + 1;
  contexts.set(PREFIX, number);
  const before = toText(context.symbolValue(symbol) ?? '');
  // One that is over is of no use any more, whoever has a copy of its name.
  if (before.startsWith(PREFIX)) contexts.delete(before);
  const search: ProcessSearch = { criteria: [], pids: undefined, isCancelled: false };
  keepContext(contexts, PREFIX, number, search);
  context.setLocalSymbol(symbol, `${PREFIX}${number}`);
  return search;
}

/** For F$TYPE; undefined for any other value. */
export function processContextType(value: string, context: LexicalContext): string | undefined {
  const search = processSearch(value, context);
  if (search === undefined) return undefined;
  return search.isCancelled ? 'CANCELLED_PROCESS_CONTEXT' : 'PROCESS_CONTEXT';
}
