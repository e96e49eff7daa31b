/** Messages of each kind that MAIL keeps, for clients to look at: what IMAP appends is of one kind only. */
import { writeForeign } from '../../src/mail/foreign-text.ts';
import type { MailStore } from '../../src/ports/mail-store.ts';
import { newMessage } from '../contract/mail-store/new-message.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const inline = (text: string) => ({ kind: 'inline', bytes: bytes(text) }) as const;

/** Into NEWMAIL of SMITH. */
export async function deliverMailOfANode(store: MailStore): Promise<void> {
  const long = store.createText();
  await long.write(bytes('Subject: long\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n'));
  for (let at = 0; at < 100; at += 1) await long.write(bytes('a line of a long text\r\n'.repeat(40)));
  await long.write(bytes('--b\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD\r\n--b--\r\n'));
  const foreign = (recordFormat: 'FIX' | 'STMLF', content: string) =>
    writeForeign(store, {
      header: { recordFormat, recordAttributes: 'CR', maximumRecord: 512 },
      bytes: (async function* () {
        yield bytes(content);
      })(),
    });
  await store.deliver([
    // By users of the node: lines, and what no header of RFC 5322 may have.
    newMessage({ text: inline('12:30?\nYours, J.\n'), receivedAt: 1_000_000_000_000 }),
    newMessage({ text: inline(''), from: 'VAX2::JONES "\xc4nne \\""', to: '', cc: 'A,B,@LIST', subject: '' }),
    newMessage({ text: inline('\xe9\n\0\n.\n'), subject: 'Re: \xe9 =?x?= \t'.repeat(40), to: 'SMTP%"a@b"' }),
    newMessage({
      text: inline(`${'long '.repeat(1_000)}\n`),
      cc: 'nobody <',
      isMarked: true,
      isReplied: true,
    }),
    newMessage({ isForeign: true, text: await foreign('FIX', '\0\x01\xff'.repeat(500)) }),
    newMessage({ isForeign: true, text: await foreign('STMLF', '') }),
    newMessage({ isForeign: true, text: inline('of unknown making') }),
    // With encodings of their own, below a header of ours.
    newMessage({
      format: 'rfc5322',
      text: inline('MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\xc3\xa9\r\n'),
    }),
    newMessage({ format: 'rfc5322', from: 'SMTP%"a@b.example"', text: inline('Subject: bare\nno CR\n\nx') }),
    newMessage({ format: 'rfc5322', from: 'SMTP%"a@b.example"', text: await long.commit() }),
  ]);
}
