/**
 * Passwords to choose from, made of syllables a person can say. Source: Guide to System Security, ch. 7, SET PASSWORD/GENERATE.
 * Of the length asked for there are many more than anybody can try: each syllable is one of about 1,500.
 */
import { randomInt } from 'node:crypto';

export interface PronounceablePassword {
  /** `reankuna` */
  readonly word: string;
  /** `rean-ku-na` */
  readonly syllables: string;
}

const beginnings =
  'b bl br c ch cl cr d dr f fl fr g gl gr h j k kl kr l m n p ph pl pr qu r s sc sh sl sm sn sp st t th tr tw v w y z'.split(
    ' ',
  );
const middles = ['a', 'e', 'i', 'o', 'u', 'ai', 'au', 'ea', 'ee', 'oa', 'oi', 'oo', 'ou'];
const ends = [
  '',
  '',
  '',
  'b',
  'c',
  'd',
  'ft',
  'g',
  'k',
  'l',
  'm',
  'n',
  'nd',
  'nt',
  'p',
  'r',
  'rd',
  's',
  't',
  'x',
];

/** @param length  characters it has at least; it has up to two more */
export function pronounceablePassword(length: number): PronounceablePassword {
  for (;;) {
    const syllables: string[] = [];
    const wordLength = (): number => syllables.reduce((sum, each) => sum + each.length, 0);
    while (wordLength() < length) syllables.push(syllable());
    if (wordLength() <= length + 2) return { word: syllables.join(''), syllables: syllables.join('-') };
  }
}

const syllable = (): string => oneOf(beginnings) + oneOf(middles) + oneOf(ends);
const oneOf = (choices: readonly string[]): string => choices[randomInt(choices.length)]!;
