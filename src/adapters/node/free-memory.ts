import Sqlite from 'better-sqlite3';

/**
 * Gives the free memory of the C library back to the system: SQLite's pages lie between what is in use, and the library keeps the
 * holes. Only malloc_trim(3) of glibc does this, and what can call a function of C without native code of ours is SQLite, which
 * takes it for the entry point of an extension. The argument malloc_trim reads, how much to leave at the end of the heap, is an address
 * there: all of the end is left, which is given back by itself. It says 1 when memory was given back, to SQLite a failure.
 */
export function freeUnusedMemory(): void {
  const caller = new Sqlite(':memory:');
  try {
    (caller.loadExtension as (file: string, entryPoint: string) => void)('libc.so.6', 'malloc_trim');
  } catch {
    // Done; or another C library, which is left as it is.
  } finally {
    caller.close();
  }
}
