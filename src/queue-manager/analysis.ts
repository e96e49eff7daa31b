/**
 * What ANALYZE MAIL looks for: entries and texts that have lost each other. Short texts stand in the entry's own
 * database; only spooled ones can be lost, or be left over. Source: tcpip-smtp.md §2.6.
 */
import type { Spool } from '../ports/message-text.ts';
import type { MailAnalysis } from '../ports/queue-manager.ts';
import type { QueueStore } from '../ports/queue-store.ts';

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
  const corrupt = [...new Set([...textGone, ...(await store.damaged())])].sort((a, b) => a - b);
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
