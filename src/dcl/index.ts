/** The command interpreter. */

export { accountingLines } from './accounting-lines.ts';
export { createFileOutput, type FileOutput, nullFileOutput } from './file-output.ts';
export { createQueueLexicals, type QueueLexicalDeps } from './lexical/getqui/index.ts';
export type { LexicalContext, LexicalFunction } from './lexical/index.ts';
export {
  createMessageCatalogue,
  type Facility,
  type MessageCatalogue,
  messageText,
} from './message-catalogue.ts';
export { ProcedureCache } from './procedure-cache.ts';
export { createDclSession, type DclSession, type DclSessionOptions } from './session.ts';
export type { SoleImage } from './sole-image.ts';
export type { DclValue } from './value.ts';
export { coreTable } from './verbs/core-table.ts';
export { fileSelection } from './verbs/file-commands/file-selection.ts';
