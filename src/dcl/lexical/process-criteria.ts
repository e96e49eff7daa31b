/** What F$CONTEXT selects processes by: an item, values, and how they compare. Source: dcl.md §16.4; DCL Dictionary, F$CONTEXT. */
import { matchesWildcard } from '../../file-specification/index.ts';
import { uicText } from '../../system/accounts.ts';
import { privilegeNames } from '../../system/privileges.ts';
import { toInteger } from '../value.ts';
import { badKeyword } from './arguments.ts';
import type { LexicalContext } from './lexical-function.ts';
import { processItems, processSubject } from './process-items.ts';
import type { SeenProcess } from './visible-processes.ts';

const comparisons = {
  EQL: (order: number) => order === 0,
  NEQ: (order: number) => order !== 0,
  GEQ: (order: number) => order >= 0,
  GTR: (order: number) => order > 0,
  LEQ: (order: number) => order <= 0,
  LSS: (order: number) => order < 0,
} as const;

type Comparison = keyof typeof comparisons;

export interface Criterion {
  readonly item: string;
  readonly values: readonly string[];
  readonly comparison: Comparison;
  /** Of a list of privileges: each of them, or one. */
  readonly quantity: 'ALL' | 'ANY';
}

const numbers = [
  'AUTHPRI',
  'GRP',
  'HW_MODEL',
  'JOBPRCCNT',
  'MEM',
  'MULTITHREAD',
  'PRCCNT',
  'PRI',
  'PRIB',
  'SITESPEC',
  'STS',
];
const texts = [
  'ACCOUNT',
  'HW_NAME',
  'JOBTYPE',
  'MASTER_PID',
  'MODE',
  'NODE_CSID',
  'NODENAME',
  'OWNER',
  'PRCNAM',
  'STATE',
  'TERMINAL',
  'UIC',
  'USERNAME',
];
const jobTypes = ['DETACHED', 'NETWORK', 'BATCH', 'LOCAL', 'DIALUP', 'REMOTE'];

/** @param how  `EQL`, `NEQ,ALL`, `ANY`; '' is EQL. Throws IVKEYW. */
export function criterion(item: string, value: string, how: string): Criterion {
  if (![...numbers, ...texts, 'CURPRIV'].includes(item)) throw badKeyword(item);
  // A comma within the brackets of a UIC separates nothing.
  const values = value.split(/,(?![^[]*\])/).map((each) => each.trim().toUpperCase());
  if (item === 'CURPRIV') {
    for (const each of values)
      if (!(privilegeNames as readonly string[]).includes(each)) throw badKeyword(each);
  }
  let comparison: Comparison = 'EQL';
  let quantity: Criterion['quantity'] = item === 'CURPRIV' ? 'ALL' : 'ANY';
  for (const word of how.split(',').map((each) => each.trim())) {
    if (word === 'ALL' || word === 'ANY') quantity = word;
    else if (Object.hasOwn(comparisons, word)) comparison = word as Comparison;
    else if (word !== '') throw badKeyword(word);
  }
  return { item, values, comparison, quantity };
}

export function fits(criterion: Criterion, seen: SeenProcess, context: LexicalContext): boolean {
  const { item, values, comparison, quantity } = criterion;
  if (item === 'CURPRIV') return hasPrivileges(criterion, seen);
  const matches = (value: string): boolean =>
    numbers.includes(item)
      ? comparisons[comparison](toInteger(itemValue(item, seen, context)) - toInteger(value))
      : compareTexts(itemTexts(item, seen, context), value, comparison);
  // Of several values one is enough, unless they are all to be avoided.
  return comparison === 'NEQ' || quantity === 'ALL' ? values.every(matches) : values.some(matches);
}

/** @param actual  forms of one value */
function compareTexts(actual: readonly string[], value: string, comparison: Comparison): boolean {
  if (comparison === 'EQL') return actual.some((each) => matchesWildcard(value, each));
  if (comparison === 'NEQ') return !actual.some((each) => matchesWildcard(value, each));
  const [text = ''] = actual;
  return comparisons[comparison](text < value ? -1 : text > value ? 1 : 0);
}

function hasPrivileges({ values, comparison, quantity }: Criterion, { process }: SeenProcess): boolean {
  const has = (name: string): boolean => process.privileges.includes(name);
  const found = quantity === 'ALL' ? values.every(has) : values.some(has);
  return comparison === 'NEQ' ? !found : found;
}

function itemValue(item: string, seen: SeenProcess, context: LexicalContext): string | number {
  // One node is all there is: what a process runs on is the same for all.
  if (item === 'HW_MODEL') return 0;
  if (item === 'HW_NAME') return '';
  return processItems[item]!(processSubject(seen, undefined, context));
}

/** A UIC is known by its name and by its numbers. */
function itemTexts(item: string, seen: SeenProcess, context: LexicalContext): readonly string[] {
  const value = itemValue(item, seen, context);
  if (item === 'JOBTYPE') return [jobTypes[Number(value)] ?? ''];
  const text = String(value).trim().toUpperCase();
  return item === 'UIC' ? [text, uicText(seen.process.uic)] : [text];
}
