/** SEARCH from its key to its result. Sources: RFC 9051 §6.4.4; RFC 4731; RFC 7162 §3.1.5, §3.1.10. */
import { matching, type SearchRequest } from './matching.ts';
import type { ReturnOptions } from './parse-search.ts';
import type { SearchResult } from './search-answer.ts';
import { someKey } from './search-key.ts';
import type { SearchedMailbox } from './searched-mailbox.ts';

export interface FoundMessages {
  /** Sequence numbers: all, or those at the ends where nobody asks for more. */
  readonly sequences: readonly number[];
  /** The greatest of theirs; undefined where the client did not ask by MODSEQ. */
  readonly modseq: number | undefined;
}

/** @param returns  where only MIN and MAX are wanted, only they are looked for. Throws SearchStopped. */
export async function findMessages(
  request: SearchRequest,
  returns: ReturnOptions | undefined,
): Promise<FoundMessages> {
  const withRecords = someKey(request.key, ({ kind }) => kind === 'modseq');
  const sequences: number[] = [];
  let modseq = 0;
  const take = async (fromEnd: boolean, isFew: boolean): Promise<void> => {
    for await (const { sequence, numbered } of matching(request, { withRecords, fromEnd, isFew })) {
      if (sequences.at(-1) !== sequence) sequences.push(sequence);
      modseq = Math.max(modseq, numbered?.modseq ?? 0);
      if (isFew) return;
    }
  };
  const wantsEnds = returns !== undefined && (returns.min || returns.max);
  if (!wantsEnds || returns.all || returns.count) await take(false, false);
  else {
    if (returns.min) await take(false, true);
    if (returns.max && (!returns.min || sequences.length > 0)) await take(true, true);
  }
  return { sequences, modseq: withRecords ? modseq : undefined };
}

/** Numbers as the client asked for them. */
export const resultOf = (
  { sequences, modseq }: FoundMessages,
  mailbox: SearchedMailbox,
  byUid: boolean,
): SearchResult => ({
  numbers: byUid ? sequences.map((sequence) => mailbox.uidAt(sequence)) : sequences,
  modseq,
});
