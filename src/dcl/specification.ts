/** File specifications as commands and F$PARSE complete them: logical names in front, then defaults. Source: dcl.md §12. */
import {
  completeSpecification,
  type FileSpecification,
  mergeSpecifications,
  parseFileSpecification,
} from '../file-specification/index.ts';
import type { ProcessContext } from '../system/process.ts';
import { expandSpecification } from '../system/resolve-file.ts';

/** `text` with the device part, or a bare name, translated; of a search list the first element. Throws RMS SYN, DIR, VER. */
const translateSpecification = (text: string, process: ProcessContext): FileSpecification =>
  expandSpecification(text, process.logicalNames)[0]!;

/** Primary and defaults in turn, then the process default. A relative directory counts from the process default. */
function completeAll(texts: readonly string[], process: ProcessContext): FileSpecification {
  const base = parseFileSpecification(process.defaultDirectory);
  const [first = '', ...defaults] = texts;
  let whole = translateSpecification(first, process);
  for (const each of defaults) {
    if (each !== '') whole = mergeSpecifications(whole, translateSpecification(each, process));
  }
  return completeSpecification(whole, base);
}

/** `DKA0:[JONES.SUB]` of a text that names a directory: `[.SUB]`, `SYS$LOGIN`, `DKA0:`. */
export function directoryOf(text: string, process: ProcessContext): string {
  const { device, directory } = completeAll([text], process);
  return device + directory;
}
