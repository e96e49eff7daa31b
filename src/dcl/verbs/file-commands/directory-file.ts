/** The file that a directory is: `DKA0:[A.B]` is DKA0:[A]B.DIR;1. */
import {
  directoryComponents,
  formatDirectory,
  formatFileSpecification,
  parseFileSpecification,
} from '../../../file-specification/index.ts';

export function directoryFileOf(text: string): string {
  const directory = parseFileSpecification(text);
  const components = directoryComponents(directory.directory) ?? [];
  return formatFileSpecification({
    ...directory,
    directory: formatDirectory(components.slice(0, -1)),
    name: components.at(-1) ?? '000000',
    type: '.DIR',
    version: ';1',
  });
}
