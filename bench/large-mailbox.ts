/** A mail file with as many messages as wanted, written through the store's own delivery, 5,000 a transaction. */
import type { MailStore, NewMessage } from '../src/ports/mail-store.ts';

const AT_ONCE = 5_000;
/** What is received between these two is spread evenly. */
export const FIRST_RECEIVED = Date.UTC(2024, 0, 1);
export const LAST_RECEIVED = Date.UTC(2026, 0, 1);
/** One message in so many is from SENDER7. */
export const SENDERS = 1_000;
/** A word of message 3 only. */
export const NEEDLE = 'pelican';

const filling = 'Some more lines, so that it is a message as people write them to each other.\r\n'.repeat(6);

export const mailHeader = (number: number): string =>
  `From: <sender${number % SENDERS}@far.example>\r\nTo: <user@bench.example>\r\nSubject: message ${number}\r\n` +
  'Date: Mon, 1 Jan 2024 12:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n';

export const mailText = (number: number): string =>
  `${mailHeader(number)}\r\n${number === 3 ? `A ${NEEDLE}.\r\n` : ''}This is message ${number}.\r\n${filling}`;

export async function fillMailbox(
  store: MailStore,
  owner: string,
  messages: number,
  folder = 'MAIL',
): Promise<void> {
  const message = (number: number): NewMessage => ({
    owner,
    folder,
    isNew: false,
    receivedAt: FIRST_RECEIVED + Math.floor(((LAST_RECEIVED - FIRST_RECEIVED) / messages) * (number - 1)),
    from: `SMTP%"sender${number % SENDERS}@far.example"`,
    to: 'user@bench.example',
    cc: '',
    subject: `message ${number}`,
    text: { kind: 'inline', bytes: Buffer.from(mailText(number)) },
    format: 'rfc5322',
  });
  for (let first = 1; first <= messages; first += AT_ONCE) {
    const count = Math.min(AT_ONCE, messages - first + 1);
    await store.deliver(Array.from({ length: count }, (_, index) => message(first + index)));
  }
}
