/**
 * What ANALYZE MAIL asks the queue manager for: entries and texts that have lost each other, and whether what it believes of the
 * queue is what stands in it. Short texts stand in the entry's own database; only spooled ones can be lost, or be left over.
 * What is wrong with the database itself, whoever runs the command reads from it. Source: tcpip-smtp.md §2.6.
 */
import { type Spool, textDamage } from '../ports/message-text.ts';
import type { EntryProblem, MailAnalysis } from '../ports/queue-manager.ts';
import type { QueueStore } from '../ports/queue-store.ts';
import { beliefsAgainst } from './beliefs.ts';
import type { Running } from './running.ts';

/** @param createdBefore  younger texts may be of mail that is just arriving */
export async function analyze(running: Running, createdBefore: number): Promise<MailAnalysis> {
  const { store, spool } = running.deps;
  // Texts first: what is submitted meanwhile then looks like an entry with its text, not like one without.
  const old = await spool.list(createdBefore);
  const spooled = await store.spooled();
  const known = new Set(spooled.map(({ spoolId }) => spoolId));
  const corrupt = await textProblems(spooled, store, spool);
  const { total, adrift, miscounted } = await beliefsAgainst(running);
  return {
    pairs: total - corrupt.length,
    orphans: old
      .filter((spoolId) => !known.has(spoolId))
      .map((spoolId) => ({
        spoolId,
        createdAt: Number.parseInt(spoolId, 36),
        fileSpecification: `${running.node.fileDirectory.replace(/]$/, '.SPOOL]')}${spoolId.toUpperCase()}.MAI;1`,
      })),
    corrupt,
    adrift,
    miscounted,
    strangers: await spool.strangers(),
  };
}

async function textProblems(
  spooled: Awaited<ReturnType<QueueStore['spooled']>>,
  store: Pick<QueueStore, 'find'>,
  spool: Pick<Spool, 'sizeBytes'>,
): Promise<readonly EntryProblem[]> {
  const found: EntryProblem[] = [];
  for (const { entry, spoolId, fileBytes } of spooled) {
    const problem = textDamage(await spool.sizeBytes(spoolId), fileBytes);
    if (problem === undefined) continue;
    // It may have been delivered since, and its text be gone with it.
    const [now] = (await store.find({ entries: [entry], limit: 1 })).entries;
    if (now?.spoolId !== spoolId) continue;
    found.push({ entry, problem });
  }
  return found;
}
