export { type OldestEntries, openEntryAges } from './entry-ages.ts';
export { examineQueueFile } from './examine.ts';
export { SCHEMA_VERSION } from './schema.ts';
export { openQueueStore } from './sqlite-queue-store.ts';
