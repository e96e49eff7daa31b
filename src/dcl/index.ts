/** The command interpreter. */

export { accountingLines } from './accounting-lines.ts';
export { createFileOutput, type FileOutput, nullFileOutput } from './file-output.ts';
export { createQueueLexicals } from './lexical/getqui/index.ts';
export { createMessageCatalogue, messageText } from './message-catalogue.ts';
export { ProcedureCache } from './procedure-cache.ts';
export { createDclSession, type DclSession } from './session.ts';
export type { SoleImage } from './sole-image.ts';
export { coreTable } from './verbs/core-table.ts';
export { fileSelection } from './verbs/file-commands/file-selection.ts';
