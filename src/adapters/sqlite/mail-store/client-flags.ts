/** What becomes of a message's flags and keywords when a client changes them. */
import type { FlagChange } from '../../../ports/mailboxes.ts';
import { keywordsAfter } from '../../../ports/mailboxes.ts';
import {
  FLAG_DELETED,
  FLAG_DRAFT,
  FLAG_MARKED,
  FLAG_NEW,
  FLAG_REPLIED,
  keptKeywords,
  keywordsOf,
} from './rows.ts';
import type { Flagged } from './transfers.ts';

const bits = {
  new: FLAG_NEW,
  replied: FLAG_REPLIED,
  marked: FLAG_MARKED,
  deleted: FLAG_DELETED,
  draft: FLAG_DRAFT,
} as const;
const EVERY = Object.values(bits).reduce((mask, bit) => mask | bit, 0);

export function changedFlags(before: Flagged, { mode, flags, keywords, isRead }: FlagChange): Flagged {
  const named = flags.reduce((mask, flag) => mask | bits[flag], 0);
  const after = {
    set: (before.flags & ~EVERY) | named,
    add: before.flags | named,
    remove: before.flags & ~named,
  };
  const others = isRead === undefined ? after[mode] : after[mode] & ~FLAG_NEW;
  return {
    flags: isRead === false ? others | FLAG_NEW : others,
    keywords: keptKeywords(keywordsAfter(keywordsOf(before.keywords), mode, keywords)),
  };
}
