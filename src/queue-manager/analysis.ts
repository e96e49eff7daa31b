/**
 * What ANALYZE MAIL looks for: entries and texts that have lost each other. Short texts stand in the entry's own
 * database; only spooled ones can be lost, or be left over. Source: tcpip-smtp.md §2.6.
 */
import type { Spool } from '../ports/message-text.ts';
import type { MailAnalysis } from '../ports/queue-manager.ts';
import type { QueueStore } from '../ports/queue-store.ts';
import { breath } from './entry-pages.ts';

/**
 * @param total          entries in the queue
 * @param createdBefore  younger texts may be of mail that is just arriving
 * @param fileDirectory  `_HEARTS$DKA0:[TCPIP$SMTP]`
 */
export async function analyze(
  store: Pick<QueueStore, 'spooled' | 'damaged'>,
  spool: Pick<Spool, 'list' | 'strangers'>,
  total: number,
  createdBefore: number,
  fileDirectory: string,
): Promise<MailAnalysis> {
  // Texts first: what is submitted meanwhile then looks like an entry with its text, not like one without.
  const old = await spool.list(createdBefore);
  const spooled = await store.spooled();
  const here = new Set(await spool.list());
  const known = new Set(spooled.map(({ spoolId }) => spoolId));
  const textGone = spooled.filter(({ spoolId }) => !here.has(spoolId)).map(({ entry }) => entry);
  const corrupt = [...new Set([...textGone, ...(await allDamaged(store))])].sort((a, b) => a - b);
  return {
    pairs: total - corrupt.length,
    orphans: old
      .filter((spoolId) => !known.has(spoolId))
      .map((spoolId) => ({
        spoolId,
        createdAt: Number.parseInt(spoolId, 36),
        fileSpecification: `${fileDirectory.replace(/]$/, '.SPOOL]')}${spoolId.toUpperCase()}.MAI;1`,
      })),
    corrupt,
    strangers: await spool.strangers(),
  };
}

/** Entries looked at before others have their turn. */
const AT_ONCE = 2_000;

async function allDamaged(store: Pick<QueueStore, 'damaged'>): Promise<readonly number[]> {
  const found: number[] = [];
  for (let after: number | undefined = 0; after !== undefined; ) {
    const { entries, last } = await store.damaged(after, AT_ONCE);
    found.push(...entries);
    after = last;
    if (last !== undefined) await breath();
  }
  return found;
}
