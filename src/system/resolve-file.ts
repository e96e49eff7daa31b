/**
 * From what somebody typed to the full specification of a file: logical names, search lists, the command's defaults, and
 * the default directory of the process. Source: dcl.md §11.2, §12.
 */
import { Condition, RMS, SYSTEM, signal } from '../condition/index.ts';
import {
  completeSpecification,
  type FileSpecification,
  formatFileSpecification,
  hasWildcard,
  mergeSpecifications,
  parseFileSpecification,
  TOP,
} from '../file-specification/index.ts';
import { isHostDevice } from './host-devices.ts';
import type { LogicalNames } from './logical-names.ts';
import type { ProcessContext } from './process.ts';

/** What of a process says where a file is. */
export interface Resolving extends Pick<ProcessContext, 'files' | 'defaultDirectory' | 'defaultList'> {
  readonly logicalNames: Pick<LogicalNames, 'lookup'>;
}

/** Full specification: of a search list the first element that exists, else its first. Throws Condition RMS or SYSTEM. */
export async function resolveFile(process: Resolving, text: string, defaults = ''): Promise<string> {
  const candidates = resolveFileCandidates(process, text, defaults);
  const [first] = candidates;
  if (first === undefined) signal(RMS.LNE);
  if (candidates.length === 1) return first;
  for (const candidate of candidates) {
    if (await exists(process, candidate)) return candidate;
  }
  return first;
}

/** Where a new file goes: the first element of a search list. */
export function resolveFileForCreate(process: Resolving, text: string, defaults = ''): string {
  return resolveFileCandidates(process, text, defaults)[0] ?? signal(RMS.LNE);
}

/** Every element of a search list as a full specification, in order. */
export function resolveFileCandidates(process: Resolving, text: string, defaults = ''): readonly string[] {
  const { logicalNames } = process;
  const bases = defaultPlaces(process);
  const fallbacks = expandSpecification(defaults, logicalNames);
  return expandSpecification(text, logicalNames).flatMap((primary) => {
    // A search list in the defaults counts only where they give the place.
    const places = primary.device + primary.directory === '' ? fallbacks : fallbacks.slice(0, 1);
    return places.flatMap((fallback) => {
      const merged = mergeSpecifications(primary, fallback);
      if (isNullDevice(merged)) return ['NLA0:'];
      return completedBy(merged, bases).map(formatFileSpecification);
    });
  });
}

/** Places of the default directory: more than one where it is a search list. */
export const defaultPlaces = ({
  defaultDirectory,
  defaultList,
}: Pick<ProcessContext, 'defaultDirectory' | 'defaultList'>): readonly FileSpecification[] =>
  (defaultList?.places ?? [defaultDirectory]).map(parseFileSpecification);

/** By each default place where nothing else says where the file is. Throws RMS DIR. */
export function completedBy(
  specification: FileSpecification,
  bases: readonly FileSpecification[],
): readonly FileSpecification[] {
  const isPlaced = specification.device + specification.directory !== '';
  return (isPlaced ? bases.slice(0, 1) : bases).map((base) => completeSpecification(specification, base));
}

const isNullDevice = ({ device }: FileSpecification): boolean => /^_?(NL|NLA0):$/.test(device);

const DEEPEST = 10;

/**
 * Translates the device, or a name that stands alone, until it is no logical name any more; one result for each element
 * of search lists. Nothing else is filled in: F$PARSE needs it this way.
 * @param options.keepConcealed  a device that is a CONCEALED name stays: it is what people are to see
 */
export function expandSpecification(
  text: string,
  logicalNames: Pick<LogicalNames, 'lookup'>,
  options: ExpandOptions = {},
): readonly FileSpecification[] {
  return expand(splitRoot(text), { logicalNames, ...options }, 0);
}

export interface ExpandOptions {
  readonly keepConcealed?: boolean;
}

interface Expanding extends ExpandOptions {
  readonly logicalNames: Pick<LogicalNames, 'lookup'>;
}

/** `ROOT:[B]` where ROOT is `DKA0:[A.]` is DKA0:[A.B]; a root alone keeps its dot until it is joined. */
interface Rooted {
  readonly specification: FileSpecification;
  readonly isTerminal?: boolean;
}

const splitRoot = (text: string): Rooted => ({ specification: parseFileSpecification(text) });

function expand(
  { specification, isTerminal }: Rooted,
  expanding: Expanding,
  depth: number,
): readonly FileSpecification[] {
  const name = isTerminal ? '' : translatable(specification);
  const found = name === '' ? undefined : expanding.logicalNames.lookup(name);
  if (found === undefined || isHostDevice(found)) return [withoutRoot(specification)];
  if (depth >= DEEPEST) signal(SYSTEM.TOOMANYLNAM);
  const fromDevice = specification.device !== '';
  if (expanding.keepConcealed && fromDevice && found.attributes.includes('CONCEALED')) {
    return [specification.directory === '' ? { ...specification, directory: TOP } : specification];
  }
  return found.values.flatMap((value) => {
    // `DEFINE DISK DKA0`: behind a device name stands a device, with or without its colon.
    const text = fromDevice && /^[\w$-]+$/.test(value) ? `${value}:` : value;
    const merged = applyTranslation(specification, parseFileSpecification(text), fromDevice);
    return expand(
      { specification: merged, isTerminal: found.attributes.includes('TERMINAL') },
      expanding,
      depth + 1,
    );
  });
}

/** The part RMS looks up: the device without its colon, or a file name that is all there is. */
function translatable({ node, device, directory, name, type, version }: FileSpecification): string {
  if (node !== '') return '';
  // An underscore says: this is the physical device.
  if (device !== '') return device.startsWith('_') ? '' : device.slice(0, -1);
  return directory === '' && type === '' && version === '' ? name : '';
}

function applyTranslation(
  specification: FileSpecification,
  value: FileSpecification,
  fromDevice: boolean,
): FileSpecification {
  const rest = fromDevice ? { ...specification, device: '' } : { ...specification, name: '' };
  if (!value.directory.endsWith('.]')) return mergeSpecifications(rest, value);
  const inside = rest.directory === '' || rest.directory === '[]' ? '' : rest.directory;
  const joined =
    inside === ''
      ? value.directory
      : parseFileSpecification(`${value.directory}${inside.replace(/^\[\./, '[')}`).directory;
  return mergeSpecifications({ ...rest, directory: joined }, value);
}

/** A root that nothing was joined to is the directory itself. */
const withoutRoot = (specification: FileSpecification): FileSpecification => ({
  ...specification,
  directory: specification.directory.replace(/(?<=[^.^])\.\]$/, ']'),
});

/** No file, no directory, no such device: the next element of the list is tried. */
async function exists({ files }: Resolving, candidate: string): Promise<boolean> {
  if (candidate === 'NLA0:') return true;
  try {
    const specification = parseFileSpecification(candidate);
    if (hasWildcard(specification)) return (await files.search(candidate)).length > 0;
    if (specification.name === '' && specification.type === '') return await files.directoryExists(candidate);
    await files.lookup(candidate);
    return true;
  } catch (error) {
    if (error instanceof Condition) return false;
    throw error;
  }
}
