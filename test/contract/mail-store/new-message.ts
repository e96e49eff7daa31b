/** Messages as tests of mail stores make them. */
import type { NewMessage } from '../../../src/ports/mail-store.ts';

export const text = (content: string) => ({ kind: 'inline', bytes: Buffer.from(content) }) as const;

/** A message for SMITH's NEWMAIL, with changes. */
export const newMessage = (changes: Partial<NewMessage> = {}): NewMessage => ({
  owner: 'SMITH',
  folder: 'NEWMAIL',
  isNew: true,
  receivedAt: 1_000,
  from: 'JONES',
  to: 'SMITH',
  cc: '',
  subject: 'lunch',
  text: text('12:30?\n'),
  format: 'records',
  ...changes,
});
