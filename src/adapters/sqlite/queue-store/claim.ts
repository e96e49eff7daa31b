/** Takes entries that wait under a lease: suspects, retries and new mail, as many as there is room for. Within a transaction. */
import type { Statement } from 'better-sqlite3';
import type { MessageText } from '../../../ports/message-text.ts';
import type { RecipientInfo } from '../../../ports/queue-manager.ts';
import type { Claim, ClaimedEntry } from '../../../ports/queue-store.ts';
import { type EntryRow, mergedRecipients, type RecipientRow, storedEntry } from './rows.ts';
import type { Statements } from './statements.ts';

type ClaimRow = EntryRow & { readonly forward_paths: string; readonly text: Buffer | null };

/** A quarter of the places goes to retries first, what new mail leaves of them to the others. */
export function claimEntries(statements: Statements, claim: Claim): readonly ClaimedEntry[] {
  const { fresh, retries, suspects, lease } = statements;
  const rows: ClaimRow[] = [];
  let bytes = 0;
  const read = (statement: Statement<unknown[]>, limit: number, offset = 0): void => {
    if (limit <= 0) return;
    for (const row of statement.iterate(limit, offset) as IterableIterator<ClaimRow>) {
      if (rows.length > 0 && bytes >= claim.bytes) break;
      bytes += row.forward_paths.length + (row.text?.byteLength ?? 0);
      rows.push(row);
    }
  };
  read(suspects, Math.min(claim.suspects, claim.limit));
  const retriesAtMost = claim.retries ?? claim.limit;
  const before = rows.length;
  read(retries, Math.min(retriesAtMost, Math.floor(claim.limit / 4)));
  const first = rows.length - before;
  read(fresh, claim.limit - rows.length);
  read(retries, Math.min(retriesAtMost - first, claim.limit - rows.length), first);
  return rows.map((row) => {
    lease.run(claim.owner, claim.until, row.entry);
    const attempt = row.attempt + 1;
    const recipients = mergedRecipients(
      row.forward_paths,
      statements.recipients.all(row.entry) as RecipientRow[],
      row.requests,
    );
    return {
      ...storedEntry(row),
      damage: damageOf(row, recipients),
      state: 'executing',
      attempt,
      lease: { owner: claim.owner, until: claim.until, attempt },
      text: textOf(row),
      recipients,
    };
  });
}

/** An empty text in its place would go to everybody, a message without recipients would be done with. */
const damageOf = (row: ClaimRow, recipients: readonly RecipientInfo[]): string | undefined =>
  row.spool_id === null && row.text === null
    ? 'its text is gone'
    : recipients.length === 0
      ? 'nobody is named as recipient'
      : undefined;

const textOf = (row: EntryRow & { readonly text: Buffer | null }): MessageText =>
  row.spool_id === null
    ? { kind: 'inline', bytes: row.text ?? Buffer.alloc(0) }
    : { kind: 'file', spoolId: row.spool_id, sizeBytes: row.size_bytes };
