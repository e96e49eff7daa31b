/** What STATUS tells of a mailbox nobody has to select. Sources: RFC 9051 §6.3.11, §7.3.4; RFC 7162 §3.1.7; RFC 7889; RFC 9208 §4.3; RFC 8474 §4.3. */

import type { MailFileId } from '../../ports/mail-store.ts';
import type { Mailboxes, MailboxRecord, MailboxTotals } from '../../ports/mailboxes.ts';
import { mailboxId } from '../object-id.ts';
import { type Cursor, SyntaxFault } from '../syntax/cursor.ts';

const statusItems = [
  'MESSAGES',
  'UIDNEXT',
  'UIDVALIDITY',
  'UNSEEN',
  'DELETED',
  'DELETED-STORAGE',
  'SIZE',
  'RECENT',
  'HIGHESTMODSEQ',
  'MAILBOXID',
  'APPENDLIMIT',
] as const;
export type StatusItem = (typeof statusItems)[number];

/** "(" status-att *(SP status-att) ")"; each once. */
export function parseStatusItems(cursor: Cursor): readonly StatusItem[] {
  const items = cursor.list(() => {
    const name = cursor.atom().toUpperCase();
    const item = statusItems.find((each) => each === name);
    if (item === undefined) throw new SyntaxFault(`There is no status item ${name.slice(0, 40)}.`);
    return item;
  });
  if (items.length === 0) throw new SyntaxFault('A status item is missing.');
  return [...new Set(items)];
}

export interface StatusSource {
  readonly mailboxes: Mailboxes;
  readonly fileId: MailFileId;
  readonly appendLimit: number;
}

/** `MESSAGES 231 UIDNEXT 44292`; undefined where there is no such folder. */
export async function statusText(
  { mailboxes, fileId, appendLimit }: StatusSource,
  record: MailboxRecord,
  items: readonly StatusItem[],
): Promise<string> {
  const needsTotals = (['SIZE', 'DELETED', 'DELETED-STORAGE'] as const).some((each) => items.includes(each));
  const totals = needsTotals ? await mailboxes.totals(fileId, record.id) : undefined;
  return items.map((item) => `${item} ${statusValue(item, record, totals, appendLimit)}`).join(' ');
}

function statusValue(
  item: StatusItem,
  record: MailboxRecord,
  totals: MailboxTotals | undefined,
  appendLimit: number,
): string | number {
  switch (item) {
    case 'MESSAGES':
      return record.count;
    case 'UIDNEXT':
      return record.nextUid;
    case 'UIDVALIDITY':
      return record.uidValidity;
    case 'UNSEEN':
      return record.newCount;
    case 'DELETED':
      return totals?.deleted ?? 0;
    case 'DELETED-STORAGE':
      return totals?.deletedOctets ?? 0;
    case 'SIZE':
      return totals === undefined ? 0 : sizeAtMost(totals);
    case 'RECENT':
      return 0;
    case 'HIGHESTMODSEQ':
      return record.highestModseq;
    case 'MAILBOXID':
      return `(${mailboxId(record)})`;
    case 'APPENDLIMIT':
      return appendLimit;
  }
}

/** RFC 9051 §6.3.11: not less than the sum of RFC822.SIZE. What has to be converted first is not, to be counted. */
function sizeAtMost({ octets, converted }: MailboxTotals): number {
  const { messages, records, characters, foreign } = converted;
  return (
    octets + records + HEADER * messages + FIELD_GROWTH * characters + Math.ceil(foreign * BASE64_GROWTH)
  );
}

/** Of fields that are the same for all: names, dates, identifiers. */
const HEADER = 1_000;
/** Of what is written to the fields of MAIL: twice, encoded, and each user with a domain. */
const FIELD_GROWTH = 20;
const BASE64_GROWTH = 0.4;
