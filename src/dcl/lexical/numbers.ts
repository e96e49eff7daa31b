/** F$INTEGER, F$STRING, F$TYPE, F$CVSI, F$CVUI, F$CUNITS, F$FAO. Source: dcl.md §16.2, §17. */
import { DCL } from '../../command-definition/index.ts';
import { Condition, SYSTEM } from '../../condition/index.ts';
import { fao } from '../../fao/fao.ts';
import { FaoSyntaxError } from '../../fao/fao-syntax-error.ts';
import { readInteger, toInteger, toText } from '../value.ts';
import { type Arguments, badKeyword, integer, keyword, text } from './arguments.ts';
import { ownIdentifier } from './identifiers.ts';
import type { LexicalFunction } from './lexical-function.ts';
import { processContextType } from './process-search.ts';
import { convertUnits, isUnit, type Unit } from './units.ts';

export const numberLexicals: readonly LexicalFunction[] = [
  { name: 'F$INTEGER', minimum: 1, maximum: 1, evaluate: (args) => toInteger(args[0] ?? 0) },
  { name: 'F$STRING', minimum: 1, maximum: 1, evaluate: (args) => toText(args[0] ?? '') },
  {
    name: 'F$TYPE',
    minimum: 1,
    maximum: 1,
    symbolArguments: [0],
    evaluate: (args, context) => {
      const value = context.symbolValue(text(args, 0));
      if (value === undefined) return '';
      if (typeof value === 'number' || readInteger(value) !== undefined) return 'INTEGER';
      return processContextType(value, context) ?? 'STRING';
    },
  },
  {
    name: 'F$CVSI',
    minimum: 3,
    maximum: 3,
    evaluate: (args) => {
      const bits = integer(args, 1);
      const value = bitField(integer(args, 0), bits, text(args, 2));
      return bits > 0 && bits < 32 && (value >>> (bits - 1)) & 1 ? (value - 2 ** bits) | 0 : value | 0;
    },
  },
  {
    name: 'F$CVUI',
    minimum: 3,
    maximum: 3,
    evaluate: (args) => bitField(integer(args, 0), integer(args, 1), text(args, 2)) | 0,
  },
  {
    name: 'F$CUNITS',
    minimum: 1,
    maximum: 3,
    evaluate: (args) => convertUnits(integer(args, 0), unit(args, 1, 'BLOCKS'), unit(args, 2, 'BYTES')),
  },
  {
    name: 'F$FAO',
    minimum: 1,
    maximum: 16,
    evaluate: (args, context) => {
      try {
        const values = args.slice(1).map((each) => each ?? '');
        const { process } = context;
        return fao(text(args, 0), values, {
          isDcl: true,
          now: process.clock.now(),
          identifier: (value) => ownIdentifier(value, process.account),
        });
      } catch (error) {
        if (!(error instanceof FaoSyntaxError)) throw error;
        throw new Condition(SYSTEM.BADPARAM, [], { token: error.token });
      }
    },
  },
];

function unit(args: Arguments, index: number, otherwise: Unit): Unit {
  const word = keyword(args, index) || otherwise;
  if (!isUnit(word)) throw badKeyword(word);
  return word;
}

/** Bit 0 is the low bit of the first character. */
function bitField(start: number, count: number, value: string): number {
  if (start < 0 || count < 0 || count > 32 || start + count > value.length * 8) {
    throw new Condition(DCL.INVRANGE);
  }
  let result = 0;
  for (let index = 0; index < count; index += 1) {
    const bit = start + index;
    if ((value.charCodeAt(bit >> 3) >> (bit & 7)) & 1) result += 2 ** index;
  }
  return result;
}
