/** The arguments of F$GETQUI, checked: function, item, object, flags. Only mistakes in them print a message. Source: dcl.md §18.1, §18.2. */
import { DCL } from '../../../command-definition/index.ts';
import { Condition } from '../../../condition/index.ts';
import { type Arguments, badKeyword, keyword, text } from '../arguments.ts';
import { isKnownItem } from './items.ts';

const functions = [
  ...(['DISPLAY_QUEUE', 'DISPLAY_JOB', 'DISPLAY_FILE', 'DISPLAY_ENTRY', 'DISPLAY_FORM'] as const),
  ...(['DISPLAY_CHARACTERISTIC', 'DISPLAY_MANAGER', 'TRANSLATE_QUEUE', 'CANCEL_OPERATION'] as const),
] as const;
export type QuiFunction = (typeof functions)[number];

const flagNames = [
  ...['ALL_JOBS', 'EXECUTING_JOBS', 'HOLDING_JOBS', 'PENDING_JOBS', 'RETAINED_JOBS', 'TIMED_RELEASE_JOBS'],
  ...['BATCH', 'PRINTER', 'TERMINAL', 'SERVER', 'SYMBIONT', 'GENERIC'],
  ...['FREEZE_CONTEXT', 'WILDCARD', 'THIS_JOB'],
];

export interface QuiRequest {
  readonly function: QuiFunction;
  readonly item: string;
  /** Upper case; undefined where none was given. */
  readonly object: string | undefined;
  readonly flags: ReadonlySet<string>;
}

/** Throws IVKEYW, ARGREQ. */
export function quiRequest(args: Arguments): QuiRequest {
  const name = keyword(args, 0);
  // dcl.md §18.1: F$GETQUI("") does the same as CANCEL_OPERATION.
  const wanted = name === '' ? 'CANCEL_OPERATION' : functions.find((each) => each === name);
  if (wanted === undefined) throw badKeyword(name);
  const item = keyword(args, 1);
  if (wanted !== 'CANCEL_OPERATION') {
    if (args[1] === undefined) throw new Condition(DCL.ARGREQ);
    if (!isKnownItem(item)) throw badKeyword(item);
  }
  const object = text(args, 2).trim().toUpperCase();
  const flags = keyword(args, 3)
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
  for (const flag of flags) if (!flagNames.includes(flag)) throw badKeyword(flag);
  return { function: wanted, item, object: object === '' ? undefined : object, flags: new Set(flags) };
}
