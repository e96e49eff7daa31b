/** The interpreter's own lexical functions, by family. */
import { deviceLexicals } from './devices.ts';
import { environmentLexicals } from './environment.ts';
import { fileLexicals } from './files.ts';
import { identifierLexicals } from './identifiers.ts';
import type { LexicalFunction } from './lexical-function.ts';
import { logicalNameLexicals } from './logical-names.ts';
import { numberLexicals } from './numbers.ts';
import { processLexicals } from './process.ts';
import { processSearchLexicals } from './process-search.ts';
import { stringLexicals } from './strings.ts';
import { systemLexicals } from './system.ts';
import { timeLexicals } from './time.ts';

export type { LexicalContext, LexicalFunction } from './lexical-function.ts';

export const coreLexicals: readonly (readonly LexicalFunction[])[] = [
  stringLexicals,
  numberLexicals,
  timeLexicals,
  environmentLexicals,
  processLexicals,
  processSearchLexicals,
  identifierLexicals,
  systemLexicals,
  logicalNameLexicals,
  fileLexicals,
  deviceLexicals,
];
