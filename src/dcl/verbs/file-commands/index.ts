/** The commands over files. Source: dcl.md §13. */
import type { CoreVerb } from '../core-verb.ts';
import { appendVerb } from './append.ts';
import { copyVerb } from './copy.ts';
import { createVerbs } from './create.ts';
import { defaultVerbs } from './default-directory.ts';
import { deleteVerb, purgeVerb } from './delete.ts';
import { differencesVerb } from './differences.ts';
import { directoryVerb } from './directory.ts';
import { dumpVerb } from './dump.ts';
import { renameVerb } from './rename.ts';
import { searchVerb } from './search.ts';
import { setFileVerbs } from './set-file.ts';
import { protectionVerbs } from './set-protection.ts';
import { sortVerbs } from './sort.ts';
import { typeVerb } from './type.ts';

export const fileVerbs: readonly CoreVerb[] = [
  typeVerb,
  directoryVerb,
  ...createVerbs,
  copyVerb,
  appendVerb,
  renameVerb,
  deleteVerb,
  purgeVerb,
  searchVerb,
  differencesVerb,
  dumpVerb,
  ...sortVerbs,
  ...setFileVerbs,
  ...protectionVerbs,
  ...defaultVerbs,
];
