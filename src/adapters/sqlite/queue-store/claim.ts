/** Takes entries that wait under a lease: suspects, retries and new mail, as many as there is room for. Within a transaction. */
import type { Statement } from 'better-sqlite3';
import type { MessageText } from '../../../ports/message-text.ts';
import type { RecipientInfo } from '../../../ports/queue-manager.ts';
import type { Claim, ClaimedEntry } from '../../../ports/queue-store.ts';
import { type EntryRow, mergedRecipients, type RecipientRow, storedEntry, textOf } from './rows.ts';
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
    const text = textOf(row);
    return {
      ...storedEntry(row),
      damage: damageOf(row, text, recipients),
      state: 'executing',
      attempt,
      lease: { owner: claim.owner, until: claim.until, attempt },
      text: text ?? { kind: 'inline', bytes: Buffer.alloc(0) },
      recipients,
    };
  });
}

/** An empty text in its place would go to everybody, a message without recipients would be done with. */
function damageOf(
  row: ClaimRow,
  text: MessageText | undefined,
  recipients: readonly RecipientInfo[],
): string | undefined {
  if (text === undefined) return `${row.spool_id === null ? '' : 'the beginning of '}its text is gone`;
  return recipients.length === 0 ? 'nobody is named as recipient' : undefined;
}
