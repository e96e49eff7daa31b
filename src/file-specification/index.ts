export { directoryComponents, formatDirectory, resolveDirectory, TOP } from './directory.ts';
export {
  completeSpecification,
  type FileSpecification,
  formatFileSpecification,
  hasWildcard,
  mergeSpecifications,
  parseFileSpecification,
  unescapedName,
} from './file-specification.ts';
export { matchesDirectory, matchesWildcard } from './wildcard.ts';
