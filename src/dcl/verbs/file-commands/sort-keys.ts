/** Keys of SORT and MERGE: which part of a record counts, and how. Source: dcl.md §13; SORT/MERGE manual. */
import { matchAbbreviation } from '../../../command-definition/abbreviation.ts';
import { DCL, type ParsedCommand } from '../../../command-definition/index.ts';
import { Condition } from '../../../condition/index.ts';

export type CompareRecords = (one: string, other: string) => number;

interface SortKey {
  readonly position: number;
  readonly size: number;
  readonly isDescending: boolean;
  readonly isNumber: boolean;
}

const WORDS = [
  ...['POSITION', 'SIZE', 'NUMBER', 'ASCENDING', 'DESCENDING', 'CHARACTER', 'DECIMAL', 'NUMERIC', 'ZONED'],
  ...['SIGNED', 'UNSIGNED', 'LEADING_SIGN', 'TRAILING_SIGN', 'SEPARATE_SIGN'],
];
const NUMBERS = ['DECIMAL', 'NUMERIC', 'ZONED'];

/** Default: the whole record, ascending. Throws IVKEYW, VALREQ, IVVALU. */
export function recordOrder(command: ParsedCommand): CompareRecords {
  const isMultinational = command.value('COLLATING_SEQUENCE') === 'MULTINATIONAL';
  const text = isMultinational ? compareMultinational : compareText;
  const keys = command.occurrences('KEY').map(keyOf);
  if (keys.length === 0) return text;
  return (one, other) => {
    for (const { position, size, isDescending, isNumber } of keys) {
      const [a, b] = [one.slice(position, position + size), other.slice(position, position + size)];
      const order = isNumber ? numberOf(a) - numberOf(b) : text(a.padEnd(size), b.padEnd(size));
      if (order !== 0) return isDescending ? -order : order;
    }
    return 0;
  };
}

function keyOf(elements: readonly string[]): SortKey {
  const given = new Map<string, string>();
  for (const element of elements) {
    const [, word = '', value = ''] = /^([A-Z_]+)(?:[:=](.*))?$/i.exec(element.trim()) ?? [];
    const match = matchAbbreviation(word.toUpperCase(), WORDS);
    if (match.kind !== 'unique') throw new Condition(DCL.IVKEYW, [], { token: element });
    given.set(match.name, value);
  }
  const number = (name: string): number => {
    const value = given.get(name);
    if (value === undefined) throw new Condition(DCL.VALREQ, [], { token: name });
    if (!/^[1-9]\d{0,4}$/.test(value)) throw new Condition(DCL.IVVALU, [], { token: value });
    return Number(value);
  };
  return {
    position: number('POSITION') - 1,
    size: number('SIZE'),
    isDescending: given.has('DESCENDING'),
    isNumber: NUMBERS.some((each) => given.has(each)),
  };
}

/** Digits with a sign in front or behind; what is no number is 0. */
function numberOf(text: string): number {
  const [, lead = '', digits = '0', trail = ''] = /^\s*([+-]?)\s*(\d+)\s*([+-]?)\s*$/.exec(text) ?? [];
  return lead === '-' || trail === '-' ? -Number(digits) : Number(digits);
}

const compareText: CompareRecords = (one, other) => (one < other ? -1 : one > other ? 1 : 0);

/** Letters without case first; case decides between equals. */
const compareMultinational: CompareRecords = (one, other) =>
  compareText(one.toUpperCase(), other.toUpperCase()) || compareText(one, other);
