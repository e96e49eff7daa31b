/**
 * DEFINE/KEY, DELETE/KEY, SHOW KEY and SET KEY, once for every program that has them. What differs between DCL and MAIL,
 * the messages, is given by the host. Source: DCL Dictionary; vms-mail.md §2.7.
 */
import type { ParsedCommand, QualifierDefinition, VerbDefinition } from '../command-definition/index.ts';
import type { Condition } from '../condition/index.ts';
import { attributes, keyLines } from './key-display.ts';
import { isStateName, keyNamed, keyNames } from './key-names.ts';
import { DEFAULT_STATE, type KeyDefinition, type KeyTable } from './key-table.ts';

export interface KeyVerbHost<Context> {
  keys(context: Context): KeyTable;
  writeLine(context: Context, text: string): void | Promise<void>;
  /** /LOG: what was done. `key` is missing where the state of the keypad was set. */
  told(context: Context, what: 'defined' | 'deleted' | 'set', state: string, key?: string): Promise<void>;
  /** No key has this name. */
  unknownKey(name: string): Condition;
  /** Nobody can define this one. */
  fixedKey(name: string): Condition;
  /** Undefined where the host says nothing of it. */
  undefinedKey(state: string, key: string): Condition | undefined;
  badState(name: string): Condition;
  /** A key that can be defined at DCL, and not here. */
  isFixed?(key: string): boolean;
  /** What SHOW KEY says of a definition in parentheses; `` for nothing. Default: as DCL does. */
  describe?(definition: KeyDefinition, full: boolean): string;
  /** Of a command that was carried out. */
  readonly status: number;
}

const plain: QualifierDefinition = { negatable: false };
const states: QualifierDefinition = { value: { required: true, list: true } };
const state: QualifierDefinition = { value: { required: true } };
const log: QualifierDefinition = { default: true };
const keyName = { label: 'KEY_NAME', prompt: 'Key' } as const;

export function createKeyVerbs<Context>(host: KeyVerbHost<Context>): readonly VerbDefinition<Context>[] {
  return [
    {
      name: 'DEFINE/KEY',
      summary: 'Gives a key of the keypad, or a function key, its text.',
      parameters: [
        { ...keyName, required: true },
        { label: 'EQUIVALENCE_STRING', prompt: 'Value', required: true },
      ],
      qualifiers: {
        ECHO: { default: true },
        ERASE: {},
        IF_STATE: states,
        LOCK_STATE: {},
        LOG: log,
        SET_STATE: state,
        TERMINATE: {},
      },
      disallow: ['NEG ECHO AND NEG TERMINATE', 'LOCK_STATE AND NOT SET_STATE'],
      routine: (command, context) => define(command, context, host),
    },
    {
      name: 'DELETE/KEY',
      summary: 'Takes the text of a key away.',
      parameters: [keyName],
      qualifiers: { ALL: plain, LOG: log, STATE: states },
      disallow: ['ALL AND KEY_NAME', 'NOT ALL AND NOT KEY_NAME'],
      routine: (command, context) => remove(command, context, host),
    },
    {
      name: 'SHOW KEY',
      summary: 'Shows the texts of keys.',
      parameters: [keyName],
      qualifiers: { ALL: plain, BRIEF: { default: true }, DIRECTORY: plain, FULL: plain, STATE: states },
      disallow: ['ALL AND KEY_NAME', 'NOT ALL AND NOT KEY_NAME AND NOT DIRECTORY'],
      routine: (command, context) => show(command, context, host),
    },
    {
      name: 'SET KEY',
      summary: 'Sets the state of the keypad.',
      qualifiers: { LOG: log, STATE: state },
      routine: async (command, context) => {
        if (!command.present('STATE') && !command.negated('STATE')) return host.status;
        const wanted = checkedState(command.value('STATE') ?? DEFAULT_STATE, host);
        host.keys(context).lockState(wanted);
        if (command.present('LOG')) await host.told(context, 'set', wanted);
        return host.status;
      },
    },
  ];
}

async function define<Context>(
  command: ParsedCommand,
  context: Context,
  host: KeyVerbHost<Context>,
): Promise<number> {
  const table = host.keys(context);
  const key = checkedKey(command, host);
  const setState = command.value('SET_STATE');
  const definition: KeyDefinition = {
    text: command.value('EQUIVALENCE_STRING') ?? '',
    echo: command.present('ECHO'),
    terminate: command.present('TERMINATE'),
    erase: command.present('ERASE'),
    lock: command.present('LOCK_STATE'),
    ...(setState === undefined ? {} : { setState: checkedState(setState, host) }),
  };
  for (const each of statesOf(command, 'IF_STATE', context, host)) {
    table.define(each, key, definition);
    if (command.present('LOG')) await host.told(context, 'defined', each, key);
  }
  return host.status;
}

async function remove<Context>(
  command: ParsedCommand,
  context: Context,
  host: KeyVerbHost<Context>,
): Promise<number> {
  const table = host.keys(context);
  for (const each of statesOf(command, 'STATE', context, host)) {
    const keys = command.present('ALL') ? table.keysOf(each) : [checkedKey(command, host)];
    for (const key of keys) {
      if (!table.delete(each, key)) complain(host.undefinedKey(each, key));
      else if (command.present('LOG')) await host.told(context, 'deleted', each, key);
    }
  }
  return host.status;
}

async function show<Context>(
  command: ParsedCommand,
  context: Context,
  host: KeyVerbHost<Context>,
): Promise<number> {
  const table = host.keys(context);
  if (command.present('DIRECTORY')) {
    for (const each of table.states) await host.writeLine(context, each);
    return host.status;
  }
  const full = command.present('FULL');
  const describe = (definition: KeyDefinition): string =>
    host.describe === undefined ? attributes(definition, full) : host.describe(definition, full);
  const wanted = command.present('ALL') ? keyNames : [checkedKey(command, host)];
  for (const each of statesOf(command, 'STATE', context, host)) {
    const keys = table.keysOf(each).filter((key) => wanted.includes(key));
    if (keys.length === 0 && !command.present('ALL')) complain(host.undefinedKey(each, wanted[0] ?? ''));
    if (keys.length === 0) continue;
    for (const line of keyLines(table, each, keys, describe)) await host.writeLine(context, line);
  }
  return host.status;
}

function complain(condition: Condition | undefined): void {
  if (condition !== undefined) throw condition;
}

/** Those named; else the state the keypad is in. */
function statesOf<Context>(
  command: ParsedCommand,
  qualifier: string,
  context: Context,
  host: KeyVerbHost<Context>,
): readonly string[] {
  const named = command.values(qualifier);
  return named.length === 0 ? [host.keys(context).state] : named.map((each) => checkedState(each, host));
}

function checkedState<Context>(text: string, host: KeyVerbHost<Context>): string {
  if (!isStateName(text)) throw host.badState(text);
  return text.toUpperCase();
}

function checkedKey<Context>(command: ParsedCommand, host: KeyVerbHost<Context>): string {
  const text = command.value('KEY_NAME') ?? '';
  const key = keyNamed(text);
  if (key === undefined) throw host.unknownKey(text);
  if (key.fixed || host.isFixed?.(key.name) === true) throw host.fixedKey(key.name);
  return key.name;
}
