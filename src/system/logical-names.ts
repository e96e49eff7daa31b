/**
 * Logical names: tables, search order, iterative translation. Source: dcl.md §11.
 * The interface; LogicalNameTables below implements it.
 */
/** The four that every process finds, and those it has made for itself: `OWN X` is what CREATE/NAME_TABLE X made. */
export type LogicalNameTable = SharedTable | OwnTable;
export type SharedTable = 'PROCESS' | 'JOB' | 'GROUP' | 'SYSTEM';
export type OwnTable = `OWN ${string}`;

export const ownTable = (name: string): OwnTable => `OWN ${name.toUpperCase()}`;
/** LNM$FILE_DEV, unless the process has its own. */
export const DEFAULT_SEARCH_ORDER: readonly LogicalNameTable[] = ['PROCESS', 'JOB', 'GROUP', 'SYSTEM'];

export interface LogicalName {
  readonly name: string;
  readonly values: readonly string[];
  readonly table: LogicalNameTable;
  /** USER, SUPERVISOR, EXECUTIVE or KERNEL. */
  readonly mode: string;
  /** CONCEALED, TERMINAL, CONFINE, NO_ALIAS. */
  readonly attributes: readonly string[];
}

export interface LogicalNames {
  /** One translation, in the search order or in one table. Names are case-blind. */
  lookup(name: string, table?: LogicalNameTable): LogicalName | undefined;
  /** Iterative, at most 10 levels, first value of a list; the name itself when there is no translation. */
  translate(name: string): string;
  /** Iterative over search lists: every final value, in order; [name] when there is none. */
  translateAll(name: string): readonly string[];
  /** True when an earlier value was superseded. SYSTEM needs SYSNAM: the caller checks. */
  define(
    name: string,
    values: readonly string[],
    options?: {
      readonly table?: LogicalNameTable;
      readonly mode?: string;
      readonly attributes?: readonly string[];
    },
  ): Promise<boolean>;
  /** False when there was nothing. */
  deassign(
    name: string,
    options?: { readonly table?: LogicalNameTable; readonly mode?: string },
  ): Promise<boolean>;
  /**
   * Names of a subprocess: JOB, GROUP and SYSTEM are shared with it.
   * @param inherits  its PROCESS table begins as a copy of this one, names of USER mode aside
   */
  forSubprocess(inherits: boolean): LogicalNames;
  list(table: LogicalNameTable): readonly LogicalName[];
  /** Where names are looked for that nobody names a table for. */
  searchOrder: readonly LogicalNameTable[];
  /** Tables of this process, by name. */
  ownTables(): readonly OwnTable[];
  /** CREATE/NAME_TABLE. A table of that name is emptied: true. EXQUOTA when there are too many. */
  createTable(table: OwnTable): boolean;
  /** False when there is none. */
  removeTable(table: OwnTable): boolean;
  /** Names of USER mode vanish: an image has ended. */
  imageRundown(): void;
  /** Takes up what other processes of the node changed in the SYSTEM table. Cheap when nothing did. */
  refresh(): Promise<void>;
}
