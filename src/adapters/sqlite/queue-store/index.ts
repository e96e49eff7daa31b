export { SCHEMA_VERSION } from './schema.ts';
export { openQueueStore } from './sqlite-queue-store.ts';
