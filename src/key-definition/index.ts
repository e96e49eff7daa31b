export { editingKeys, keyNamed } from './key-names.ts';
export { DEFAULT_STATE, type KeyDefinition, KeyTable } from './key-table.ts';
export { createKeyVerbs, type KeyVerbHost } from './key-verbs.ts';
