/**
 * File specifications: `node::device:[directory]name.type;version`, taken apart, put together, defaults filled in.
 * Pure text: no logical names (system/resolve-file.ts), no files. Source: dcl.md §12, §16.5 (F$PARSE).
 */
import { RMS, signal } from '../condition/index.ts';
import { normalDirectory, resolveDirectory } from './directory.ts';
import { normalName } from './escapes.ts';

/** Upper case, escapes in their one spelling; every field with its punctuation, as F$PARSE returns it; '' where the specification has none. */
export interface FileSpecification {
  /** `NODE::` */
  readonly node: string;
  /** `DKA0:` */
  readonly device: string;
  /** `[A.B]`, `[.A]`, `[-]`, `[A...]`; angle brackets become square ones. */
  readonly directory: string;
  /** A dot inside is escaped: `A^.B`. */
  readonly name: string;
  /** `.TXT`; `.` alone is a type that is empty on purpose. */
  readonly type: string;
  /** `;3`, `;-1`, `;*`; `;` alone is the highest. */
  readonly version: string;
}

const NODE = /^[\p{L}\p{N}_$.-]+(?:"[^"]*")?::/u;
const DEVICE = /^_?[\p{L}\p{N}_$-]+:/u;
/** What may stand in a name or type: anything printable but delimiters; `^` takes the next character as it is. */
const NAME_TEXT = /^(?:\^[^/\x00-\x1f]|[^\x00-\x20/\\|"?:;<>[\]^.\x7f])*$/u;

/** dcl.md §12 */
export const HIGHEST_VERSION = 32_767;

/** What was taken apart lately: the same few specifications come back with every connection and every image. */
const lately = new Map<string, FileSpecification>();
const LATELY = 500;
const KEPT_LENGTH = 255;

/** Throws Condition RMS SYN; `A.B.3` has version 3, `A.B.C.D` is name `A^.B^.C`. */
export function parseFileSpecification(text: string): FileSpecification {
  const known = lately.get(text);
  if (known !== undefined) return known;
  const parsed = Object.freeze(parsedAnew(text));
  if (text.length > KEPT_LENGTH) return parsed;
  if (lately.size >= LATELY) lately.clear();
  lately.set(text, parsed);
  return parsed;
}

function parsedAnew(text: string): FileSpecification {
  let rest = text.trim().toUpperCase();
  const take = (pattern: RegExp): string => {
    const [found = ''] = pattern.exec(rest) ?? [];
    rest = rest.slice(found.length);
    return found;
  };
  const node = take(NODE);
  const device = take(DEVICE);
  const directories = take(/^(?:\[[^\][<>]*\]|<[^\][<>]*>){0,2}/);
  const directory = normalDirectory(directories);
  if (directory === undefined) signal(RMS.DIR);
  return { node, device, directory, ...parseFileName(rest) };
}

function parseFileName(text: string): Pick<FileSpecification, 'name' | 'type' | 'version'> {
  const [beforeVersion = '', ...versions] = splitUnescaped(text, ';');
  if (versions.length > 1) signal(RMS.SYN);
  const parts = splitUnescaped(beforeVersion, '.');
  let version = versions[0];
  if (version === undefined && parts.length === 3 && /^(-?\d+|\*)?$/.test(parts[2]!)) version = parts.pop();
  const type = parts.length > 1 ? `.${parts.pop()}` : '';
  const name = parts.join('^.');
  if (!NAME_TEXT.test(name) || !NAME_TEXT.test(type.slice(1))) signal(RMS.SYN);
  if (version !== undefined && !isVersion(version)) signal(RMS.VER);
  return {
    name: normalName(name),
    type: normalName(type),
    version: version === undefined ? '' : `;${version}`,
  };
}

const isVersion = (text: string): boolean =>
  /^(-?\d{1,5}|\*)?$/.test(text) && !(Math.abs(Number(text)) > HIGHEST_VERSION);

/** Splits where the separator is not escaped by `^`. */
function splitUnescaped(text: string, separator: string): string[] {
  if (!text.includes('^')) return text.split(separator);
  const parts = [''];
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (character === separator) {
      parts.push('');
      continue;
    }
    const escaped = character === '^' ? text.charAt(index + 1) : '';
    parts[parts.length - 1] += character + escaped;
    index += escaped.length;
  }
  return parts;
}

export const formatFileSpecification = (specification: FileSpecification): string =>
  specification.node +
  specification.device +
  specification.directory +
  specification.name +
  specification.type +
  specification.version;

/** Fills what `primary` lacks, field by field. A relative directory stays relative. */
export function mergeSpecifications(
  primary: FileSpecification,
  defaults: FileSpecification,
): FileSpecification {
  return {
    node: primary.node || defaults.node,
    device: primary.device || defaults.device,
    directory: primary.directory || defaults.directory,
    name: primary.name || defaults.name,
    type: primary.type || defaults.type,
    version: primary.version || defaults.version,
  };
}

/** Like mergeSpecifications, and takes a relative directory (`[.A]`, `[-]`, `[]`) against that of `base`. */
export function completeSpecification(
  primary: FileSpecification,
  base: FileSpecification,
): FileSpecification {
  const merged = mergeSpecifications(primary, base);
  const directory = resolveDirectory(merged.directory, base.directory);
  return { ...merged, directory: directory ?? signal(RMS.DIR) };
}

export const hasWildcard = ({ directory, name, type, version }: FileSpecification): boolean =>
  /[*%]|\.\.\./.test(directory) || /(?<!\^)[*%]/.test(name + type) || version === ';*';
