/** TYPE, DIRECTORY, CREATE, COPY, DELETE, PURGE in the forms operators need. Source: dcl.md §13. */
import type { CoreVerb } from '../core-verb.ts';
import { copyVerb } from './copy.ts';
import { createVerbs } from './create.ts';
import { deleteVerb, purgeVerb } from './delete.ts';
import { directoryVerb } from './directory.ts';
import { typeVerb } from './type.ts';

export const fileVerbs: readonly CoreVerb[] = [
  typeVerb,
  directoryVerb,
  ...createVerbs,
  copyVerb,
  deleteVerb,
  purgeVerb,
];
