/** Times as values of qualifiers: the syntax is checked while parsing, the routine converts them with its clock. dcl.md §5 */
import type { Reject } from './cli-messages.ts';

const MESSAGES = { absolute: 'IVATIME', delta: 'IVDTIME' } as const;

export function checkTime(text: string, kind: 'absolute' | 'delta', reject: Reject): string {
  if (text.trim() === '' && kind === 'delta') throw reject(MESSAGES[kind], text);
  return text;
}
