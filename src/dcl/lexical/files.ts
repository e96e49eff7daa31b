/** Lexical functions over files. They look at the disk, so they are asynchronous. Source: dcl.md §16.5. */
import { fileAttributeLexicals } from './file-attributes.ts';
import type { LexicalFunction } from './lexical-function.ts';
import { parseLexical } from './parse.ts';
import { searchLexical } from './search.ts';

export const fileLexicals: readonly LexicalFunction[] = [
  parseLexical,
  searchLexical,
  ...fileAttributeLexicals,
];
