/**
 * MAIL$SYSTEM_FLAGS, a sum of values the manager defines with DEFINE/SYSTEM. Of them, 4 puts the time into notices of new
 * mail; the others are about clusters and DECnet, of which there are none here. Source: vms-mail.md §6.2.
 */
import type { SystemStore } from '../ports/system-store.ts';

const NAME = 'MAIL$SYSTEM_FLAGS';
const TIME_IN_NOTICES = 4;

/** Asked again only when something in the system store has changed. */
export function createNoticesWithTime(
  systemStore: Pick<SystemStore, 'systemLogicalNames' | 'changeCounter'>,
): () => Promise<boolean> {
  let known: { readonly counter: number; readonly value: Promise<boolean> } | undefined;
  const ask = async (): Promise<boolean> => {
    const names = await systemStore.systemLogicalNames();
    const value = Number(names.find(({ name }) => name === NAME)?.values[0] ?? 0);
    return Number.isInteger(value) && (value & TIME_IN_NOTICES) !== 0;
  };
  return async () => {
    const counter = systemStore.changeCounter();
    if (known?.counter !== counter) known = { counter, value: ask() };
    return known.value;
  };
}
