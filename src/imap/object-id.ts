/** Identifiers that outlive numbers and names. Source: RFC 8474. */
import type { MailboxRecord, NumberedMessage } from '../ports/mailboxes.ts';

/** Of a message, wherever it is moved; a copy has another. RFC 8474 §5.1 */
export const emailId = ({ id }: Pick<NumberedMessage, 'id'>): string => `M${id}`;

/** Of a mailbox, whatever it is called. RFC 8474 §4 */
export const mailboxId = ({ id }: Pick<MailboxRecord, 'id'>): string => `F${id}`;
