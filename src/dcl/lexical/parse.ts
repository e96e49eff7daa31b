/** F$PARSE: a file specification with every field filled in, or one field of it. Source: dcl.md §16.5, §12. */
import { Condition } from '../../condition/index.ts';
import {
  completeSpecification,
  directoryComponents,
  type FileSpecification,
  formatDirectory,
  formatFileSpecification,
  mergeSpecifications,
  parseFileSpecification,
} from '../../file-specification/index.ts';
import type { ProcessContext } from '../../system/process.ts';
import { expandSpecification, resolveFileCandidates } from '../../system/resolve-file.ts';
import { type Arguments, badKeyword, keyword, text } from './arguments.ts';
import { findDevice } from './device-list.ts';
import type { LexicalFunction } from './lexical-function.ts';

export const parseLexical: LexicalFunction = {
  name: 'F$PARSE',
  minimum: 1,
  maximum: 5,
  asynchronous: true,
  evaluate: (args, { process }) => parse(args, process),
};

const FIELDS: Readonly<Record<string, keyof FileSpecification>> = {
  NODE: 'node',
  DEVICE: 'device',
  DIRECTORY: 'directory',
  NAME: 'name',
  TYPE: 'type',
  VERSION: 'version',
};

/** A specification that is wrong is '', and so is one whose device or directory is not there. */
async function parse(args: Arguments, process: ProcessContext): Promise<string> {
  const field = keyword(args, 3);
  if (field !== '' && !Object.hasOwn(FIELDS, field)) throw badKeyword(field);
  const how = keyword(args, 4)
    .split(',')
    .map((each) => each.trim());
  for (const word of how) if (!['', 'SYNTAX_ONLY', 'NO_CONCEAL'].includes(word)) throw badKeyword(word);
  try {
    const candidates = parsed(args, process, !how.includes('NO_CONCEAL'));
    const found = how.includes('SYNTAX_ONLY') ? candidates[0] : await firstThatExists(candidates, process);
    if (found === undefined) return '';
    return field === '' ? formatFileSpecification(found) : found[FIELDS[field]!];
  } catch (error) {
    if (error instanceof Condition) return '';
    throw error;
  }
}

/** Primary, default, related, then the process default; one for each element of a search list. F$PARSE gives every field. */
function parsed(
  args: Arguments,
  process: ProcessContext,
  keepConcealed: boolean,
): readonly FileSpecification[] {
  const expanded = (given: string): readonly FileSpecification[] =>
    expandSpecification(given, process.logicalNames, { keepConcealed });
  const defaults = [text(args, 1), text(args, 2)].flatMap((each) => (each === '' ? [] : expanded(each)[0]!));
  const base = parseFileSpecification(process.defaultDirectory);
  return expanded(text(args, 0)).map((primary) => {
    // A relative directory counts from the process default, not from the default argument. dcl.md §12 [R8]
    const whole = completeSpecification(defaults.reduce(mergeSpecifications, primary), base);
    return { ...whole, type: whole.type || '.', version: whole.version || ';' };
  });
}

async function firstThatExists(
  candidates: readonly FileSpecification[],
  process: ProcessContext,
): Promise<FileSpecification | undefined> {
  for (const each of candidates) if (await placeExists(each, process)) return each;
  return undefined;
}

async function placeExists(
  { node, device, directory }: FileSpecification,
  process: ProcessContext,
): Promise<boolean> {
  // There is no DECnet: another node's directories cannot be seen.
  if (node !== '' && node !== `${process.nodeName}::`) return false;
  for (const place of resolveFileCandidates(process, device + directory)) {
    if (await process.files.directoryExists(withoutPattern(place)).catch(notThere)) return true;
  }
  // NL:, a terminal: there are no directories on it.
  const found = await findDevice(device, process);
  return found !== undefined && found.disk === undefined;
}

/** Of a pattern, the directory in front of the first wildcard has to be there. */
function withoutPattern(place: string): string {
  const { device, directory } = parseFileSpecification(place);
  const components = directoryComponents(directory) ?? [];
  const first = components.findIndex((each) => each === '...' || /(?<!\^)[*%]/.test(each));
  return first === -1 ? place : device + formatDirectory(components.slice(0, first));
}

function notThere(error: unknown): boolean {
  if (error instanceof Condition) return false;
  throw error;
}
