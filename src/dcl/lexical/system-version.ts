/** What this system calls itself: the version procedures test against. */
export const SYSTEM_VERSION = 'V8.4';
