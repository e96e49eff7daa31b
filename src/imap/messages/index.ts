/** Messages of a folder as FETCH, SEARCH, SORT and THREAD read them. */
export type { MessageSource } from './message-batch.ts';
export { isGone, MESSAGES_AT_ONCE, readMessages } from './read-messages.ts';
