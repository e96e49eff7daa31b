export { SCHEMA_VERSION } from './schema.ts';
export { openMailStore } from './sqlite-mail-store.ts';
