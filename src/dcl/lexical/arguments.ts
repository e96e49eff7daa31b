/** Arguments of lexical functions: defaults, conversions, keywords. Source: dcl.md §16.1. */
import { DCL } from '../../command-definition/index.ts';
import { Condition } from '../../condition/index.ts';
import { type DclValue, toInteger, toText } from '../value.ts';

export type Arguments = readonly (DclValue | undefined)[];

/** The argument as text; '' when it was left out. */
export const text = (args: Arguments, index: number): string => toText(args[index] ?? '');

export const integer = (args: Arguments, index: number): number => toInteger(args[index] ?? 0);

/** Upper case, blanks removed. */
export const keyword = (args: Arguments, index: number): string => text(args, index).trim().toUpperCase();

/** Throws IVKEYW; an empty keyword has no token line. dcl.md §16.1 */
export const badKeyword = (word: string): Condition =>
  new Condition(DCL.IVKEYW, [], word === '' ? {} : { token: word });

/** `"TRIM,UPCASE"` as a list, each one of `known`. */
export function keywordList(args: Arguments, index: number, known: readonly string[]): readonly string[] {
  const words = keyword(args, index)
    .split(',')
    .map((each) => each.trim());
  for (const word of words) if (!known.includes(word)) throw badKeyword(word);
  return words;
}

export const truth = (value: boolean): string => (value ? 'TRUE' : 'FALSE');
