/** The command interpreter. */

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
export type { DclValue } from './value.ts';
export { coreTable } from './verbs/core-table.ts';
