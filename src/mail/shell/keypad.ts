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
