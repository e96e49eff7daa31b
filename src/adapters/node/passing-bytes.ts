/**
 * Keeps a process small while long texts pass through it. Each part of a text is a buffer of its own, of no use a moment
 * later; but the JavaScript engine lets some 32 MB of them lie before it looks for garbage. Whoever streams long texts
 * counts the bytes here, and every few megabytes the young generation is collected, which takes about a millisecond.
 */

const COLLECT_EVERY_BYTES = 4 * 1024 * 1024;

type Collect = (options: { readonly type: 'minor' }) => void;
let passed = 0;
let collect: Collect | undefined;

/** Call when so many bytes have passed through a buffer that is no longer needed. */
export function bytesPassed(count: number): void {
  passed += count;
  if (passed < COLLECT_EVERY_BYTES) return;
  passed = 0;
  collect ??= collector();
  collect({ type: 'minor' });
}

/** The engine offers its collector only to programs that ask for it by this flag, and only in contexts made later. */
function collector(): Collect {
  // Few processes come here: the others start without the two modules.
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  const { runInNewContext } = process.getBuiltinModule('node:vm');
  setFlagsFromString('--expose-gc');
  const found = runInNewContext('gc') as Collect;
  setFlagsFromString('--no-expose-gc');
  return found;
}
