/** F$EDIT, F$ELEMENT, F$EXTRACT, F$LENGTH, F$LOCATE, F$MATCH_WILD, F$UNIQUE. Source: dcl.md §16.2. */
import { DCL } from '../../command-definition/index.ts';
import { Condition } from '../../condition/index.ts';
import { matchesWildcard } from '../../file-specification/index.ts';
import { integer, keywordList, text, truth } from './arguments.ts';
import type { LexicalContext, LexicalFunction } from './lexical-function.ts';

const EDITS = ['COLLAPSE', 'COMPRESS', 'LOWERCASE', 'TRIM', 'UNCOMMENT', 'UPCASE'] as const;

export const stringLexicals: readonly LexicalFunction[] = [
  {
    name: 'F$EDIT',
    minimum: 2,
    maximum: 2,
    evaluate: (args) => edit(text(args, 0), keywordList(args, 1, EDITS)),
  },
  {
    name: 'F$ELEMENT',
    minimum: 3,
    maximum: 3,
    evaluate: (args) => element(integer(args, 0), text(args, 1), text(args, 2)),
  },
  {
    name: 'F$EXTRACT',
    minimum: 3,
    maximum: 3,
    evaluate: (args) => {
      const start = Math.max(0, integer(args, 0));
      const length = Math.max(0, integer(args, 1));
      return text(args, 2).slice(start, start + length);
    },
  },
  { name: 'F$LENGTH', minimum: 1, maximum: 1, evaluate: (args) => text(args, 0).length },
  {
    name: 'F$LOCATE',
    minimum: 2,
    maximum: 2,
    evaluate: (args) => {
      const at = text(args, 1).indexOf(text(args, 0));
      return at === -1 ? text(args, 1).length : at;
    },
  },
  {
    name: 'F$MATCH_WILD',
    minimum: 2,
    maximum: 2,
    evaluate: (args) => truth(matchesWildcard(text(args, 1), text(args, 0))),
  },
  { name: 'F$UNIQUE', minimum: 0, maximum: 0, evaluate: (_args, context) => unique(context) },
];

/** Parts between quotation marks within the value are left alone. */
function edit(value: string, edits: readonly string[]): string {
  let pieces = value.split('"');
  const outside = (change: (piece: string) => string): void => {
    pieces = pieces.map((piece, index) => (index % 2 === 0 ? change(piece) : piece));
  };
  if (edits.includes('UNCOMMENT')) pieces = uncomment(pieces);
  if (edits.includes('COLLAPSE')) outside((piece) => piece.replace(/[ \t]+/g, ''));
  else if (edits.includes('COMPRESS')) outside((piece) => piece.replace(/[ \t]+/g, ' '));
  if (edits.includes('UPCASE')) outside((piece) => piece.toUpperCase());
  if (edits.includes('LOWERCASE')) outside((piece) => piece.toLowerCase());
  const result = pieces.join('"');
  return edits.includes('TRIM') ? result.replace(/^[ \t]+|[ \t]+$/g, '') : result;
}

function uncomment(pieces: readonly string[]): string[] {
  for (let index = 0; index < pieces.length; index += 2) {
    const at = pieces[index]!.indexOf('!');
    if (at === -1) continue;
    return [...pieces.slice(0, index), pieces[index]!.slice(0, at).replace(/[ \t]+$/, '')];
  }
  return [...pieces];
}

/** Past the end: the delimiter itself. */
function element(index: number, delimiter: string, list: string): string {
  if (delimiter.length !== 1) throw new Condition(DCL.INVRANGE);
  if (index < 0) return '';
  return list.split(delimiter)[index] ?? delimiter;
}

/** Letters and digits from process and count: no two of a node are the same. */
function unique(context: LexicalContext): string {
  const count = (context.contexts.get('F$UNIQUE') as number | undefined) ?? 0;
  context.contexts.set('F$UNIQUE', count + 1);
  const time = context.process.clock.now().toString(36).toUpperCase();
  return `${context.process.pid}${time}${count.toString(36).toUpperCase().padStart(3, '0')}`;
}
