/** Identifiers that outlive numbers. Source: RFC 8474. */
import { createHash } from 'node:crypto';
import type { MailFileId } from '../ports/mail-store.ts';
import type { NumberedMessage } from '../ports/mailboxes.ts';

/** Of a message, wherever it is moved; a copy has another. RFC 8474 §5.1 */
export const emailId = ({ id }: Pick<NumberedMessage, 'id'>): string => `M${id}`;

/** Deviation: a folder of MAIL is its name, and one that is renamed is another. RFC 8474 §4 */
export const mailboxId = (file: MailFileId, folder: string): string =>
  `F${file}-${createHash('sha256').update(folder).digest('base64url').slice(0, 22)}`;
