export interface Collection {
  readonly type: 'minor' | 'major';
  readonly execution?: 'sync';
  /** All that can be found, and the memory it took is given back. */
  readonly flavor?: 'last-resort';
}

/** The engine offers its collector only to programs that ask for it by this flag, and only in contexts made later. */
export function garbageCollector(): (collection: Collection) => void {
  // Few processes come here early: the others start without the two modules.
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  const { runInNewContext } = process.getBuiltinModule('node:vm');
  setFlagsFromString('--expose-gc');
  const found = runInNewContext('gc') as (collection: Collection) => void;
  setFlagsFromString('--no-expose-gc');
  return found;
}
