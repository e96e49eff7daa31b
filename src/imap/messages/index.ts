/** Messages of a folder as FETCH, SEARCH, SORT and THREAD read them. */
export { isGone, readMessages } from './read-messages.ts';
