/** F$FILE_ATTRIBUTES, F$SYMLINK_ATTRIBUTES, F$READLINK, F$FID_TO_NAME: what the header of a file says. Source: dcl.md §16.5. */
import { Condition, RMS } from '../../condition/index.ts';
import { formatFileSpecification, parseFileSpecification } from '../../file-specification/index.ts';
import type { FileEntry } from '../../ports/file-system.ts';
import type { ProcessContext } from '../../system/process.ts';
import { resolveFile } from '../../system/resolve-file.ts';
import { type Arguments, badKeyword, keyword, text } from './arguments.ts';
import { fileItems } from './file-items.ts';
import type { LexicalFunction } from './lexical-function.ts';

export const fileAttributeLexicals: readonly LexicalFunction[] = [
  {
    name: 'F$FILE_ATTRIBUTES',
    minimum: 2,
    maximum: 2,
    asynchronous: true,
    evaluate: (args, { process }) => attribute(args, process),
  },
  {
    // Symbolic links are not followed, nor shown: what can be named is the file itself.
    name: 'F$SYMLINK_ATTRIBUTES',
    minimum: 2,
    maximum: 2,
    asynchronous: true,
    evaluate: (args, { process }) => attribute(args, process),
  },
  { name: 'F$READLINK', minimum: 1, maximum: 1, evaluate: () => '' },
  {
    name: 'F$FID_TO_NAME',
    minimum: 2,
    maximum: 2,
    asynchronous: true,
    evaluate: (args, { process }) => nameOfFile(text(args, 0), text(args, 1), process),
  },
];

async function attribute(args: Arguments, process: ProcessContext): Promise<string | number> {
  const item = keyword(args, 1);
  const answer = Object.hasOwn(fileItems, item) ? fileItems[item] : undefined;
  if (answer === undefined) throw badKeyword(item);
  try {
    const specification = await resolveFile(process, text(args, 0));
    return await answer(await process.files.lookup(specification, 'read'), process);
  } catch (error) {
    if (!(error instanceof Condition)) throw error;
    const { definition, args: faoArguments, secondary } = error;
    throw new Condition(definition, faoArguments, { secondary, token: text(args, 0).trim().toUpperCase() });
  }
}

/** `DKA0:[JONES]A.TXT;1` of `(1234,1,0)`, among what the process may see. Throws FNF. */
async function nameOfFile(device: string, fileId: string, process: ProcessContext): Promise<string> {
  const wanted = fileId.replace(/[() \t]/g, '');
  const { device: disk } = parseFileSpecification(await resolveFile(process, device.replace(/:?$/, ':')));
  for await (const each of allFiles(disk, process)) {
    if (each.fileId.replace(/[()]/g, '') === wanted) return each.specification;
  }
  throw new Condition(RMS.FNF, [], { token: fileId });
}

const allFiles = (device: string, { files }: ProcessContext): AsyncIterable<FileEntry> =>
  files.walk(
    formatFileSpecification({
      node: '',
      device,
      directory: '[000000...]',
      name: '*',
      type: '.*',
      version: ';*',
    }),
  );
