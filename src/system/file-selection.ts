/**
 * The files a list parameter names: elements that take over what the one before had, wildcards, and the choice among them by
 * /SINCE, /BEFORE and their kin, /EXCLUDE, /BY_OWNER, /CONFIRM. The interpreter's file commands do it; verbs of other parts
 * that take files (SUBMIT) are given it. Source: dcl.md §12, §13.
 */
import type { ParsedCommand, QualifierDefinition } from '../command-definition/index.ts';
import type { MessageDefinition } from '../condition/index.ts';
import type { FileEntry } from '../ports/file-system.ts';
import type { VerbContext } from './image.ts';

export interface SelectedFiles {
  /** Elements of the list, as typed. */
  readonly texts: readonly string[];
  /** What the command fills in: `.COM`. */
  readonly defaults: string;
  /** As the question of /CONFIRM has it. */
  readonly verb: string;
  /** Of an element that names no file: `error opening !AS as input`. */
  readonly failure: MessageDefinition;
}

/** `element`: of the list, from 0; a wildcard names many files. */
export interface SelectedFile extends FileEntry {
  readonly element: number;
}

export interface FileSelection {
  readonly qualifiers: Readonly<Record<string, QualifierDefinition>>;
  /** What of them excludes each other. */
  readonly disallow: string;
  /** Throws `failure` with the RMS condition behind it, and what is wrong with a date or an owner. */
  files(command: ParsedCommand, context: VerbContext, wanted: SelectedFiles): AsyncIterable<SelectedFile>;
}
