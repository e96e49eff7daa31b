/**
 * The keypad of MAIL: every key is defined when it starts, most of them twice, alone and behind PF1.
 * Source: vms-mail.md §1.6 (that they are is found, which does what is inferred).
 */
import { KeyTable } from '../../key-definition/index.ts';

const GOLD = 'GOLD';

/** Key, alone, behind PF1. */
const commands: readonly (readonly [key: string, alone: string, gold: string])[] = [
  ['PF2', 'HELP', 'DIRECTORY/FOLDER'],
  ['PF3', 'EXTRACT/MAIL', 'EXTRACT'],
  ['PF4', 'ERASE', 'SELECT MAIL'],
  ['KP7', 'SEND', 'SEND/EDIT'],
  ['KP8', 'REPLY', 'REPLY/EDIT/EXTRACT'],
  ['KP9', 'FORWARD', 'FORWARD/EDIT'],
  ['MINUS', 'READ/NEW', 'SHOW NEW_MAIL_COUNT'],
  ['KP4', 'CURRENT', 'CURRENT/EDIT'],
  ['KP5', 'FIRST', 'FIRST/EDIT'],
  ['KP6', 'LAST', 'LAST/EDIT'],
  ['COMMA', 'DIRECTORY/NEW', 'DIRECTORY MAIL'],
  ['KP1', 'BACK', 'BACK/EDIT'],
  ['KP2', 'PRINT', 'PRINT/PRINT/NOTIFY'],
  ['KP3', 'DIRECTORY', 'DIRECTORY/START=99999'],
  ['KP0', 'NEXT', 'NEXT/EDIT'],
  ['PERIOD', 'FILE', 'DELETE'],
];

/** Where the keys are; KP0 is as wide as two, ENTER as high. */
const places: readonly (readonly string[])[] = [
  ['PF1', 'PF2', 'PF3', 'PF4'],
  ['KP7', 'KP8', 'KP9', 'MINUS'],
  ['KP4', 'KP5', 'KP6', 'COMMA'],
  ['KP1', 'KP2', 'KP3', 'ENTER'],
  ['KP0', '', 'PERIOD', ''],
];

/** The picture of HELP KEYPAD: what a key does alone, and below it what it does behind PF1. */
export function keypadPicture(): readonly string[] {
  const words = (key: string): readonly [string, string] => {
    if (key === 'PF1') return [GOLD, ''];
    if (key === 'ENTER') return ['(enters the line)', 'SELECT'];
    const found = commands.find(([name]) => name === key);
    return [found?.[1] ?? '', found?.[2] ?? ''];
  };
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...places.flatMap((row) => words(row[column]!).map((each) => each.length))),
  );
  const line = (cells: readonly string[], fill: string, edge: string): string =>
    `${edge}${cells.map((cell, column) => cell.padEnd(widths[column]!, fill)).join(edge)}${edge}`;
  return [
    ...places.flatMap((row) => [
      line(
        row.map((key) => (key === '' ? '' : `-${key}`)),
        '-',
        '+',
      ),
      line(
        row.map((key) => words(key)[0]),
        ' ',
        '|',
      ),
      line(
        row.map((key) => words(key)[1]),
        ' ',
        '|',
      ),
    ]),
    line(['', '', '', ''], '-', '+'),
  ];
}

export function mailKeypad(): KeyTable {
  const table = new KeyTable();
  const definition = { echo: true, terminate: true, erase: false, lock: false } as const;
  table.define('DEFAULT', 'PF1', { ...definition, text: '', echo: false, terminate: false, setState: GOLD });
  for (const [key, alone, gold] of commands) {
    table.define('DEFAULT', key, { ...definition, text: alone });
    table.define(GOLD, key, { ...definition, text: gold });
  }
  table.define(GOLD, 'ENTER', { ...definition, text: 'SELECT' });
  return table;
}
