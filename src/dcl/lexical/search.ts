/**
 * F$SEARCH: the files of a specification, one a call. A stream goes on as long as it is asked for the same specification.
 * Source: dcl.md §16.5.
 */
import { Condition } from '../../condition/index.ts';
import {
  directoryComponents,
  type FileSpecification,
  formatDirectory,
  formatFileSpecification,
  hasWildcard,
  parseFileSpecification,
} from '../../file-specification/index.ts';
import type { ProcessContext } from '../../system/process.ts';
import { expandSpecification, resolveFileCandidates } from '../../system/resolve-file.ts';
import { type Arguments, integer, text } from './arguments.ts';
import { keepContext } from './kept-contexts.ts';
import type { LexicalContext, LexicalFunction } from './lexical-function.ts';

export const searchLexical: LexicalFunction = {
  name: 'F$SEARCH',
  minimum: 1,
  maximum: 2,
  asynchronous: true,
  evaluate: search,
};

const PREFIX = 'F$SEARCH ';

interface Stream {
  readonly specification: string;
  readonly found: AsyncGenerator<string>;
}

/** An element of a search list: where to look, and the concealed device to show, '' for none. */
interface Place {
  readonly specification: string;
  readonly concealed: string;
}

async function search(args: Arguments, context: LexicalContext): Promise<string> {
  const { process, contexts } = context;
  const number = integer(args, 1);
  const key = `${PREFIX}${number}`;
  try {
    const places = placesOf(text(args, 0), process);
    const specification = places.map((each) => each.specification).join();
    const goesOn = places.length > 1 || places.some((each) => isPattern(each));
    let stream = contexts.get(key) as Stream | undefined;
    // Without a wildcard it is the same file every time.
    if (stream?.specification !== specification || !goesOn) {
      stream = { specification, found: filesIn(places, process) };
      keepContext(contexts, PREFIX, number, stream);
    }
    const next = await stream.found.next();
    if (next.done) contexts.delete(key);
    return next.done ? '' : next.value;
  } catch (error) {
    if (error instanceof Condition) return '';
    throw error;
  }
}

const isPattern = ({ specification }: Place): boolean => hasWildcard(parseFileSpecification(specification));

/** No name, no type is supplied; without a version it is the highest. */
function placesOf(given: string, process: ProcessContext): readonly Place[] {
  const shown = expandSpecification(given, process.logicalNames, { keepConcealed: true });
  return shown.flatMap((each) => {
    const full = resolveFileCandidates(process, formatFileSpecification(each));
    const isConcealed = process.logicalNames.lookup(each.device.slice(0, -1)) !== undefined;
    return full.map((specification) => ({ specification, concealed: isConcealed ? each.device : '' }));
  });
}

/** Elements where there is nothing, not even a directory, are passed over. dcl.md §16.5 [R8] */
async function* filesIn(places: readonly Place[], process: ProcessContext): AsyncGenerator<string> {
  for (const { specification, concealed } of places) {
    try {
      for await (const each of process.files.walk(specification))
        yield concealed === '' ? each.specification : shownBelow(concealed, each, process);
    } catch (error) {
      if (!(error instanceof Condition)) throw error;
    }
  }
}

/** `ROOT:[B]A.TXT;1` for DKA0:[DATA.B]A.TXT;1, where ROOT is DKA0:[DATA.]. */
function shownBelow(
  device: string,
  { specification }: { readonly specification: string },
  { logicalNames }: ProcessContext,
): string {
  const file = parseFileSpecification(specification);
  for (const root of expandSpecification(`${device}[000000]`, logicalNames)) {
    const inside = below(file, root);
    if (inside !== undefined) return formatFileSpecification({ ...file, device, directory: inside });
  }
  return specification;
}

/** Directory of a file as seen from a root; undefined where it is not below it. */
function below(file: FileSpecification, root: FileSpecification): string | undefined {
  if (file.device !== root.device.replace(/^_/, '')) return undefined;
  const components = directoryComponents(file.directory) ?? [];
  const above = directoryComponents(root.directory) ?? [];
  if (!above.every((component, index) => components[index] === component)) return undefined;
  return formatDirectory(components.slice(above.length));
}
