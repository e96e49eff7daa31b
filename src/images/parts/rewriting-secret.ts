/** What makes rewritten senders this node's own: made once, kept in the configuration database, shown by no command. */
import { randomBytes } from 'node:crypto';
import type { SystemStore } from '../../ports/system-store.ts';

const RECORD = 'SRS_SECRET';

/** Undefined while nothing was ever rewritten. */
export const rewritingSecret = (store: SystemStore): Promise<string | undefined> => store.setting(RECORD);

/** For the symbiont, the one process that rewrites. */
export async function madeRewritingSecret(store: SystemStore): Promise<string> {
  const known = await store.setting(RECORD);
  if (known !== undefined) return known;
  const made = randomBytes(32).toString('base64');
  await store.putSetting(RECORD, made);
  return made;
}
