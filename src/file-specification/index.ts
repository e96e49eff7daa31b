export { directoryComponents, formatDirectory, resolveDirectory, TOP } from './directory.ts';
export { escapedHyphens, escapedName, unescapedName } from './escapes.ts';
export {
  completeSpecification,
  type FileSpecification,
  formatFileSpecification,
  HIGHEST_VERSION,
  hasWildcard,
  mergeSpecifications,
  parseFileSpecification,
} from './file-specification.ts';
export { matchesDirectory, matchesWildcard } from './wildcard.ts';
