/**
 * Keys that have a name, as DEFINE/KEY, SHOW KEY and the terminal's decoder call them.
 * Source: DCL Dictionary, DEFINE/KEY; vms-mail.md §2.7.
 */

const numeric = Array.from({ length: 10 }, (_, digit) => `KP${digit}`);
const functionKeys = Array.from({ length: 15 }, (_, index) => `F${index + 6}`);

/** In the order SHOW KEY/ALL lists them. */
export const keyNames: readonly string[] = [
  ...['PF1', 'PF2', 'PF3', 'PF4'],
  ...numeric,
  ...['PERIOD', 'COMMA', 'MINUS', 'ENTER'],
  ...['E1', 'E2', 'E3', 'E4', 'E5', 'E6'],
  ...['HELP', 'DO', 'LEFT', 'RIGHT'],
  ...functionKeys.filter((name) => name !== 'F15' && name !== 'F16'),
];

/** What is printed on the keys of an LK201, and other names of the same key. */
const otherNames: Readonly<Record<string, string>> = {
  FIND: 'E1',
  INSERT_HERE: 'E2',
  REMOVE: 'E3',
  SELECT: 'E4',
  PREV_SCREEN: 'E5',
  NEXT_SCREEN: 'E6',
  F15: 'HELP',
  F16: 'DO',
};

/** Keys that exist and cannot be defined: the terminal itself, or line editing, has them. */
const fixed: ReadonlySet<string> = new Set(['UP', 'DOWN', 'F1', 'F2', 'F3', 'F4', 'F5']);

/** Keys of line editing: defined ones act only behind Ctrl/V. */
export const editingKeys: ReadonlySet<string> = new Set([
  'LEFT',
  'RIGHT',
  ...['F6', 'F7', 'F8', 'F9', 'F10', 'F11', 'F12', 'F13', 'F14'],
]);

/** The name as it is kept; `fixed` for a key that cannot be defined, undefined where there is no such key. */
export function keyNamed(text: string): { readonly name: string; readonly fixed: boolean } | undefined {
  const given = text.toUpperCase();
  const name = otherNames[given] ?? given;
  if (fixed.has(name)) return { name, fixed: true };
  return keyNames.includes(name) ? { name, fixed: false } : undefined;
}

/** Letters, digits, `$` and `_`, 31 at most. */
export const isStateName = (text: string): boolean => /^[A-Z0-9$_]{1,31}$/i.test(text);
