/**
 * The logical name tables of a process: PROCESS, JOB and GROUP in memory, SYSTEM in the system store of the node.
 * Source: dcl.md §11.
 */
import { SYSTEM, signal } from '../condition/index.ts';
import type { SystemStore } from '../ports/system-store.ts';
import {
  DEFAULT_SEARCH_ORDER,
  type LogicalName,
  type LogicalNames,
  type LogicalNameTable,
  type OwnTable,
} from './logical-names.ts';

/** A table that processes of one job or group share: pass the same map to each. */
export type SharedLogicalNames = Map<string, readonly LogicalName[]>;

export interface LogicalNamesOptions {
  /** JOB table, shared with subprocesses. Default: a new one. */
  readonly job?: SharedLogicalNames;
  /** GROUP table, shared by processes with the same group number. Default: a new one. */
  readonly group?: SharedLogicalNames;
  /** PROCESS table to copy: a subprocess starts with the names of its parent. */
  readonly inherit?: LogicalNames;
}

/**
 * @param systemStore  where the SYSTEM table is; without one the table is the process's own (tests, single sessions).
 *   Processes in one Node process that share a store share its cache. Call `refresh()` before the first translation.
 */
export function createLogicalNames(
  systemStore?: SystemStore,
  options: LogicalNamesOptions = {},
): LogicalNameTables {
  return new LogicalNameTables(systemStore === undefined ? undefined : systemTableOf(systemStore), options);
}

/** Outermost first: what a user's program sees. */
const MODES = ['USER', 'SUPERVISOR', 'EXECUTIVE', 'KERNEL'];
const DEEPEST = 10;
const LONGEST_NAME = 255;
const MOST_VALUES = 128;
/** Names of one table in memory: the quota of a logical name table. */
const MOST_NAMES = 4_096;
const MOST_TABLES = 256;

export class LogicalNameTables implements LogicalNames {
  readonly #tables: Map<LogicalNameTable, SharedLogicalNames>;
  searchOrder: readonly LogicalNameTable[] = DEFAULT_SEARCH_ORDER;
  readonly #system: SystemTable | undefined;

  constructor(system: SystemTable | undefined, options: LogicalNamesOptions) {
    this.#system = system;
    this.#tables = new Map<LogicalNameTable, SharedLogicalNames>([
      ['PROCESS', new Map()],
      ['JOB', options.job ?? new Map()],
      ['GROUP', options.group ?? new Map()],
      ['SYSTEM', system?.names ?? new Map()],
    ]);
    const { inherit } = options;
    if (inherit === undefined) return;
    this.searchOrder = inherit.searchOrder;
    for (const table of ['PROCESS', ...inherit.ownTables()] as const) {
      const copy = this.#ensure(table);
      for (const each of inherit.list(table)) if (each.mode !== 'USER') put(copy, each);
    }
  }

  lookup(name: string, table?: LogicalNameTable): LogicalName | undefined {
    const key = normal(name);
    for (const each of table === undefined ? this.searchOrder : [table]) {
      const found = this.#tables.get(each)?.get(key)?.[0];
      if (found !== undefined) return found;
    }
    return undefined;
  }

  translate(name: string): string {
    return this.translateAll(name)[0] ?? name;
  }

  translateAll(name: string): readonly string[] {
    return this.#translateAll(name, 0);
  }

  #translateAll(name: string, depth: number): readonly string[] {
    const found = this.lookup(name);
    if (found === undefined) return [name];
    if (depth >= DEEPEST) signal(SYSTEM.TOOMANYLNAM);
    if (found.attributes.includes('TERMINAL')) return found.values;
    return found.values.flatMap((value) => this.#translateAll(value, depth + 1));
  }

  async define(
    name: string,
    values: readonly string[],
    options: {
      readonly table?: LogicalNameTable;
      readonly mode?: string;
      readonly attributes?: readonly string[];
    } = {},
  ): Promise<boolean> {
    const table = options.table ?? 'PROCESS';
    const key = normal(name);
    if (key === '' || key.length > LONGEST_NAME || values.length === 0) signal(SYSTEM.IVLOGNAM);
    if (values.length > MOST_VALUES || values.some((each) => each.length > LONGEST_NAME)) {
      signal(SYSTEM.IVLOGNAM);
    }
    const attributes = options.attributes ?? [];
    if (table === 'SYSTEM' && this.#system !== undefined) {
      return this.#system.define({ name: key, values, attributes });
    }
    const mode = options.mode ?? (table === 'SYSTEM' ? 'EXECUTIVE' : 'SUPERVISOR');
    const names = this.#table(table);
    if (names.size >= MOST_NAMES && !names.has(key)) signal(SYSTEM.EXQUOTA);
    return put(names, { name: key, values, table, mode, attributes });
  }

  async deassign(
    name: string,
    options: { readonly table?: LogicalNameTable; readonly mode?: string } = {},
  ): Promise<boolean> {
    const table = options.table ?? 'PROCESS';
    const key = normal(name);
    if (table === 'SYSTEM' && this.#system !== undefined) return this.#system.deassign(key);
    // The names of this mode and of the modes outside it go.
    const innermost = MODES.indexOf(options.mode ?? (table === 'SYSTEM' ? 'EXECUTIVE' : 'SUPERVISOR'));
    return removeWhere(this.#table(table), key, (each) => MODES.indexOf(each.mode) <= innermost);
  }

  forSubprocess(inherits: boolean): LogicalNames {
    const [job, group] = [this.#table('JOB'), this.#table('GROUP')];
    const names = new LogicalNameTables(this.#system, { job, group, ...(inherits ? { inherit: this } : {}) });
    if (inherits) return names;
    // What every process has: SYS$OUTPUT and its like, in EXECUTIVE mode.
    for (const each of this.list('PROCESS'))
      if (each.mode === 'EXECUTIVE') put(names.#table('PROCESS'), each);
    return names;
  }

  list(table: LogicalNameTable): readonly LogicalName[] {
    return [...(this.#tables.get(table)?.values() ?? [])]
      .flat()
      .sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  imageRundown(): void {
    for (const [table, names] of this.#tables) {
      if (table === 'SYSTEM') continue;
      for (const [key, definitions] of names) {
        if (definitions.some(isOfImage)) removeWhere(names, key, isOfImage);
      }
    }
  }

  ownTables(): readonly OwnTable[] {
    return [...this.#tables.keys()].filter((each) => each.startsWith('OWN ')) as OwnTable[];
  }

  createTable(table: OwnTable): boolean {
    const before = this.#tables.has(table);
    if (!before && this.#tables.size >= MOST_TABLES) signal(SYSTEM.EXQUOTA);
    this.#tables.set(table, new Map());
    return before;
  }

  removeTable(table: OwnTable): boolean {
    return this.#tables.delete(table);
  }

  async refresh(): Promise<void> {
    await this.#system?.refresh();
  }

  /** Throws NOLOGNAM. */
  #table(table: LogicalNameTable): SharedLogicalNames {
    return this.#tables.get(table) ?? signal(SYSTEM.NOLOGNAM);
  }

  #ensure(table: LogicalNameTable): SharedLogicalNames {
    const names = this.#tables.get(table) ?? new Map();
    this.#tables.set(table, names);
    return names;
  }
}

const isOfImage = ({ mode }: LogicalName): boolean => mode === 'USER';

/** Case-blind, and `SYS$LOGIN:` asks for SYS$LOGIN. */
function normal(name: string): string {
  const key = name.trim().toUpperCase();
  return key.endsWith(':') ? key.slice(0, -1) : key;
}

/** One definition a mode; true when there was one in that mode. */
function put(table: SharedLogicalNames, definition: LogicalName): boolean {
  const before = table.get(definition.name);
  if (before === undefined) {
    table.set(definition.name, [definition]);
    return false;
  }
  const others = before.filter((each) => each.mode !== definition.mode);
  const all = [...others, definition].sort(
    (one, other) => MODES.indexOf(one.mode) - MODES.indexOf(other.mode),
  );
  table.set(definition.name, all);
  return others.length < before.length;
}

function removeWhere(table: SharedLogicalNames, key: string, goes: (each: LogicalName) => boolean): boolean {
  const before = table.get(key) ?? [];
  const left = before.filter((each) => !goes(each));
  if (left.length === 0) table.delete(key);
  else table.set(key, left);
  return left.length < before.length;
}

/** The SYSTEM table as last read from the store. */
class SystemTable {
  readonly names: SharedLogicalNames = new Map();
  readonly #store: SystemStore;
  #seen: number | undefined;

  constructor(store: SystemStore) {
    this.#store = store;
  }

  async refresh(): Promise<void> {
    const counter = this.#store.changeCounter();
    if (counter === this.#seen) return;
    const records = await this.#store.systemLogicalNames();
    this.names.clear();
    for (const { name, values, attributes } of records) {
      put(this.names, { name: normal(name), values, attributes, table: 'SYSTEM', mode: 'EXECUTIVE' });
    }
    this.#seen = counter;
  }

  async define(record: {
    readonly name: string;
    readonly values: readonly string[];
    readonly attributes: readonly string[];
  }): Promise<boolean> {
    await this.refresh();
    const superseded = this.names.has(record.name);
    await this.#store.putSystemLogicalName(record);
    await this.refresh();
    return superseded;
  }

  async deassign(name: string): Promise<boolean> {
    const removed = await this.#store.removeSystemLogicalName(name);
    await this.refresh();
    return removed;
  }
}

/** One cache a store: hundreds of short processes read the table once. */
const systemTables = new WeakMap<SystemStore, SystemTable>();

function systemTableOf(store: SystemStore): SystemTable {
  const table = systemTables.get(store) ?? new SystemTable(store);
  systemTables.set(store, table);
  return table;
}
