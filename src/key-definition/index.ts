export { editingKeys } from './key-names.ts';
export { type KeyDefinition, KeyTable } from './key-table.ts';
export { createKeyVerbs } from './key-verbs.ts';
