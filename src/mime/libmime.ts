import type Libmime from 'libmime';

let loaded: typeof Libmime | undefined;

/** With its tables of character sets it costs a start 25 ms and 3 MB: loaded by the first text that needs it. */
export function libmime(): typeof Libmime {
  loaded ??= process.getBuiltinModule('node:module').createRequire(import.meta.url)(
    'libmime',
  ) as typeof Libmime;
  return loaded;
}
