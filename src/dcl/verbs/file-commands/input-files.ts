/**
 * The files a command's parameter names: lists whose elements take over what the one before had, search lists, wildcards.
 * Source: dcl.md §12, §13; User's Manual, "Using wildcards" and "Temporary defaults".
 */
import { Condition, type MessageDefinition, RMS } from '../../../condition/index.ts';
import {
  type FileSpecification,
  formatFileSpecification,
  hasWildcard,
  mergeSpecifications,
  parseFileSpecification,
} from '../../../file-specification/index.ts';
import type { FileEntry } from '../../../ports/file-system.ts';
import type { ProcessContext } from '../../../system/process.ts';
import { completedBy, defaultPlaces, expandSpecification } from '../../../system/resolve-file.ts';

export interface FileRequest {
  /** Elements of the list, as typed. */
  readonly texts: readonly string[];
  /** What the command fills in: `.LIS`, `*.*;*`. */
  readonly defaults: string;
  /** Instead of the versions that are typed. */
  readonly version?: string | undefined;
}

/** One element of the list, translated and completed; several for a search list. */
export interface RequestedFiles {
  readonly text: string;
  readonly candidates: readonly FileSpecification[];
}

/** Throws RMS SYN and its like, SYSTEM TOOMANYLNAM. */
export function requestedFiles(
  { texts, defaults, version }: FileRequest,
  process: ProcessContext,
): RequestedFiles[] {
  const bases = defaultPlaces(process);
  const [fallback = parseFileSpecification('')] = expandSpecification(defaults, process.logicalNames);
  let before = parseFileSpecification('');
  return texts.map((text) => {
    const candidates = expandSpecification(text, process.logicalNames).flatMap((own) => {
      const sticky = mergeSpecifications(own, { ...before, version: '' });
      const whole = completedBy(mergeSpecifications(sticky, fallback), bases);
      return version === undefined ? whole : whole.map((each) => ({ ...each, version }));
    });
    before = stickyPart(candidates[0] ?? before, text, process);
    return { text, candidates };
  });
}

/** What the next element takes over. The place counts where somebody gave one: not the default directory. */
function stickyPart(
  whole: FileSpecification,
  text: string,
  { logicalNames }: ProcessContext,
): FileSpecification {
  const [own] = expandSpecification(text, logicalNames);
  const isPlaced = own !== undefined && own.device + own.directory !== '';
  return isPlaced ? whole : { ...whole, device: '', directory: '' };
}

export interface FoundFile {
  readonly entry: FileEntry;
  /** The specification that found it. */
  readonly wanted: FileSpecification;
}

/**
 * Files of one element, in all places of a search list. A place that is not there is passed over where there are others.
 * Throws RMS FNF when there is no file, DNF, PRV, DEV.
 */
export async function* filesOf(
  { candidates }: RequestedFiles,
  { files }: ProcessContext,
): AsyncGenerator<FoundFile> {
  let found = false;
  let failure: unknown;
  for (const candidate of candidates) {
    try {
      for await (const entry of files.walk(formatFileSpecification(candidate))) {
        found = true;
        yield { entry, wanted: candidate };
      }
    } catch (error) {
      if (!(error instanceof Condition) || found) throw error;
      failure ??= error;
    }
  }
  if (!found) throw failure ?? new Condition(RMS.FNF);
}

/** As messages name it: with the semicolon of the version that was looked for. */
export function shownName({ candidates, text }: RequestedFiles): string {
  const [first] = candidates;
  if (first === undefined) return text;
  return formatFileSpecification(first.version === '' ? { ...first, version: ';' } : first);
}

/** `A.TXT;`: RMS names what it looked for with the delimiter of the version. */
export const named = (specification: string): string =>
  specification.includes(';') ? specification : `${specification};`;

export const isWild = ({ candidates }: RequestedFiles): boolean => candidates.some(hasWildcard);

/** `error opening X as input`, or what else the command says, with the reason behind it. */
export function withReason(message: MessageDefinition, name: string, error: unknown): unknown {
  return error instanceof Condition ? new Condition(message, [name], { secondary: [error] }) : error;
}
