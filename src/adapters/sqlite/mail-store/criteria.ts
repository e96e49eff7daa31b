/** Selection criteria as SQL. vms-mail.md §2.0.2 */
import type { SelectionCriteria } from '../../../ports/mail-store.ts';
import { FLAG_MARKED, FLAG_NEW, FLAG_REPLIED } from './rows.ts';

export interface Conditions {
  /** ` AND …`, or nothing. */
  readonly where: string;
  readonly values: readonly unknown[];
  /** False: the index knows no texts, so the rows of messages are read. */
  readonly inIndex: boolean;
}

/** Text is compared as LIKE does: ASCII letters without regard to case. */
export function conditionsOf(criteria: SelectionCriteria): Conditions {
  const parts: string[] = [];
  const values: unknown[] = [];
  let inIndex = true;
  const add = (sql: string, value: unknown): void => {
    if (value === undefined) return;
    parts.push(` AND ${sql}`);
    values.push(value);
  };
  add('received < ?', criteria.before);
  add('received >= ?', criteria.since);
  // Not a value, but part of the text: so SQLite sees that `message_marked` answers.
  const flag = (bit: number, wanted: boolean | undefined): void => {
    if (wanted !== undefined) parts.push(` AND flags & ${bit} = ${wanted ? bit : 0}`);
  };
  flag(FLAG_NEW, criteria.new);
  flag(FLAG_REPLIED, criteria.replied);
  flag(FLAG_MARKED, criteria.marked);
  const substring = (column: string, text: string | undefined): void => {
    if (text === undefined) return;
    inIndex = false;
    if (/^[\x00-\x7f]*$/.test(text)) {
      add(`${column} LIKE ? ESCAPE '\\'`, `%${text.replace(/[\\%_]/g, '\\$&')}%`);
    } else {
      // LIKE folds ASCII only; `folded` is a function of ours.
      add(`instr(folded(${column}), ?)`, text.toLowerCase());
    }
  };
  substring('from_text', criteria.from);
  substring('to_text', criteria.to);
  substring('cc_text', criteria.cc);
  substring('subject', criteria.subject);
  return { where: parts.join(''), values, inIndex };
}
