/**
 * Times as values of qualifiers: the syntax is checked while parsing, the routine converts them with its own clock.
 * Source: dcl.md §5.
 */
import { Condition } from '../condition/index.ts';
import { parseDelta } from '../vms-time/parse-delta.ts';
import { parseVmsTime } from '../vms-time/parse-time.ts';
import type { Reject } from './cli-condition.ts';

/** January: a day of the month alone, `31-`, is judged by the routine in the month it is. */
const SOME_INSTANT = Date.UTC(2000, 0, 15, 12);

export function checkTime(text: string, kind: 'absolute' | 'delta', reject: Reject): string {
  try {
    if (kind === 'delta') parseDelta(text);
    else parseVmsTime(text, SOME_INSTANT, { LOGIN: 0, BOOT: 0 });
  } catch (error) {
    if (error instanceof Condition) throw reject(kind === 'delta' ? 'IVDTIME' : 'IVATIME', error.token);
    throw error;
  }
  return text;
}
