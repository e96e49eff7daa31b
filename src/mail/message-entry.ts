/** One line of the MAIL message table, written by its value as the manuals print it. vms-mail.md §7 */
import type { MessageEntry, Severity } from '../condition/index.ts';

const severities: readonly Severity[] = ['W', 'S', 'E', 'I', 'F'];

export const message = (value: number, text: string): MessageEntry => ({
  severity: severities[value & 7] ?? 'E',
  text,
  value,
  source: 'vms-mail.md §7',
});
