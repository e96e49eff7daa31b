import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryMailStore } from '../../adapters/memory/mail-store.ts';
import { everyId, type NewMessage } from '../../ports/mail-store.ts';
import { writeForeign } from '../foreign-text.ts';
import { internetForm } from './index.ts';

const sent = {
  owner: 'JONES',
  folder: 'MAIL',
  to: 'JONES',
  cc: '',
  receivedAt: 1_790_000_000_000,
  isNew: false,
};

/** What programs get of a message, and how long it was said to be. */
async function formOf(message: Pick<NewMessage, 'from' | 'subject' | 'text' | 'format' | 'isForeign'>) {
  const store = createMemoryMailStore();
  await store.deliver([{ ...sent, ...message }]);
  const file = (await store.mailFile('JONES', 'MAIL.MAI'))!.id;
  const [id] = await everyId(store.select(file, 'MAIL'));
  const [record] = await store.messages(file, [id!]);
  const form = await internetForm(record!, () => store.readText(file, id!), 'hearts.example');
  const chunks: Uint8Array[] = [];
  for await (const chunk of form.bytes()) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  expect(form.sizeBytes).toBe(bytes.byteLength);
  return bytes.toString();
}
const inline = (text: string) => ({ kind: 'inline', bytes: Buffer.from(text) }) as const;

describe('the Internet form of a message', () => {
  it('of a message that never left the node has the header it would have had', async () => {
    const text = await formOf({
      from: 'HEARTS::SMITH  "Ann Smith"',
      subject: 'Grüße',
      text: inline('one\n\ntwo ü\n'),
      format: 'records',
    });
    expect(text.split('\r\n')).toEqual([
      expect.stringMatching(/^Date: Mon, 21 Sep 2026 /),
      expect.stringMatching(/^Message-Id: <[a-z0-9]+\.[a-z0-9]+@hearts\.example>$/),
      'From: "Ann Smith" <smith@hearts.example>',
      'To: JONES@hearts.example',
      'X-VMS-To: JONES',
      'Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=UTF-8',
      'Content-Transfer-Encoding: 8bit',
      '',
      'one',
      '',
      'two ü',
      '',
    ]);
  });
  it('of mail that came by SMTP is what came', async () => {
    const bytes = 'MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nhi\r\n';
    const from = 'SMTP%"a@far.example"';
    expect(await formOf({ from, subject: '', text: inline(bytes), format: 'rfc5322' })).toBe(bytes);
  });
  it('of a message with attachments of this node has its header in front of theirs', async () => {
    const stored = 'MIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n boundary=x\r\n\r\n--x--\r\n';
    const text = await formOf({
      from: 'HEARTS::SMITH',
      subject: 's',
      text: inline(stored),
      format: 'rfc5322',
    });
    expect(text).toMatch(/^Date: [\s\S]*\r\nSubject: s\r\nMIME-Version: 1\.0\r\nContent-Type: multipart/);
  });
  it('is as long as it says, whatever the records', async () => {
    const records = fc.array(fc.string({ unit: fc.constantFrom('a', '.', '\r', 'é', ' ') }));
    await fc.assert(
      fc.asyncProperty(records, async (lines) => {
        const text = inline(lines.map((line) => `${line}\n`).join(''));
        await formOf({ from: 'HEARTS::SMITH', subject: '', text, format: 'records' });
      }),
      { numRuns: 50 },
    );
  });
  it('is as long as it says, whatever the file in it', async () => {
    const header = { recordFormat: 'FIX', recordAttributes: '', maximumRecord: 100 } as const;
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 3_000 }), async (file) => {
        const bytes = (async function* () {
          yield file;
        })();
        const text = await writeForeign(createMemoryMailStore(), { header, bytes });
        const form = await formOf({ from: 'A', subject: '', text, format: 'records', isForeign: true });
        expect(Buffer.from(form.slice(form.indexOf('\r\n\r\n') + 4), 'base64')).toEqual(Buffer.from(file));
      }),
      { numRuns: 50 },
    );
  });
});
