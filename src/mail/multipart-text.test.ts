import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { attachmentsOf } from './attachments.ts';
import { multipartText, multipartType, newBoundary, type OutgoingAttachment } from './multipart-text.ts';
import { readableLines } from './readable-text.ts';

async function* chunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
async function message(text: readonly string[], attachments: readonly OutgoingAttachment[]): Promise<Buffer> {
  const boundary = newBoundary();
  const parts: Uint8Array[] = [
    Buffer.from(`MIME-Version: 1.0\r\nContent-Type: ${multipartType(boundary)}\r\n\r\n`),
  ];
  for await (const part of multipartText(text, each(attachments), boundary)) parts.push(part);
  return Buffer.concat(parts);
}

const binary = Buffer.from(Array.from({ length: 10_000 }, (_, index) => (index * 7) % 256));
const names = [
  'report.pdf',
  'with "quotes" and \\.txt',
  'Grüße aus Köln, mit einem Namen, der länger ist als eine Zeile eines Kopfes es sein darf.pdf',
  '日本語.txt',
];

describe('a message with attachments', () => {
  it('is read by others as it was meant', async () => {
    const text = ['Grüße', 'From here', '.', 'x'.repeat(2_000)];
    const bytes = await message(
      text,
      names.map((name) => ({ name, type: 'application/pdf', bytes: chunks(binary, 1_000) })),
    );
    expect(bytes.toString('latin1')).not.toMatch(/[^\r]\n|[\x80-\xff]|[^\r\n]{999}/);
    const parsed = await PostalMime.parse(bytes);
    expect(parsed.text?.trimEnd().split('\n')).toEqual(text);
    expect(parsed.attachments.map(({ filename }) => filename)).toEqual(names);
    for (const { content, mimeType, disposition } of parsed.attachments) {
      expect([mimeType, disposition]).toEqual(['application/pdf', 'attachment']);
      expect(Buffer.from(content as ArrayBuffer).equals(binary)).toBe(true);
    }
  });
  it('is read here as it was meant', async () => {
    const bytes = await message(
      ['plain'],
      names.map((name, index) => ({ name, type: 'image/png', bytes: chunks(binary.subarray(index), 333) })),
    );
    const found: string[] = [];
    for await (const { name, bytes: content } of attachmentsOf(chunks(bytes, 100))) {
      const parts: Uint8Array[] = [];
      for await (const part of content) parts.push(Buffer.from(part));
      expect(Buffer.concat(parts).equals(binary.subarray(found.length))).toBe(true);
      found.push(name!);
    }
    expect(found).toEqual(names);
    const lines: string[] = [];
    for await (const line of readableLines(chunks(bytes, 100), 'rfc5322')) lines.push(line);
    expect(lines.slice(0, 3)).toEqual(['plain', '', '================== Attachments ==================']);
    expect(lines.length).toBe(3 + names.length);
  });
  it('says what texts are written in, and wraps no message in an encoding', async () => {
    const header = async (type: string, bytes: Buffer, charset?: string): Promise<string> =>
      /Content-Type: ([^\r]*)(?:\r\n\tname="x")?\r\nContent-Disposition/s.exec(
        (await message([], [{ name: 'x', type, charset, bytes: chunks(bytes, 5_000) }])).toString('latin1'),
      )![1]!;
    expect(await header('text/plain', Buffer.from('Grüße'))).toBe('text/plain; charset=UTF-8;');
    expect(await header('text/plain', Buffer.from('Gr\xfc', 'latin1'))).toBe(
      'text/plain; charset=ISO-8859-1;',
    );
    expect(await header('text/plain', Buffer.from('x'), 'KOI8-R')).toBe('text/plain; charset=KOI8-R;');
    expect(await header('text/plain', Buffer.from('x'), 'a;\r\nb')).toBe('text/plain;');
    expect(await header('message/rfc822', Buffer.from('Subject: x'))).toBe('message/rfc822;');
    expect(await header('message/rfc822', Buffer.from('Subject: Gr\xfc'))).toBe('application/octet-stream;');
    expect(await header('multipart/mixed', Buffer.from('--x'))).toBe('application/octet-stream;');
    expect(await header('image/png', Buffer.alloc(0))).toBe('image/png;');
  });

  it.each([
    ['as it is', 'Subject: inner\r\nTo: a\r\n\r\ntext\r\n', '7bit'],
    ['as a file when it is none by the letter', 'Subject: Gr\xfc\r\n\r\ntext\r\n', 'base64'],
    ['as a file when it is long', `Subject: long\r\n\r\n${'line\r\n'.repeat(1_000_000)}`, 'base64'],
  ])('has a message in it %s', async (_, inner, encoding) => {
    const type = 'message/rfc822';
    const content = Buffer.from(inner, 'latin1');
    const bytes = await message(['see'], [{ name: 'x.eml', type, bytes: chunks(content, 65_536) }]);
    expect(bytes.toString('latin1')).toContain(
      `filename="x.eml"\r\nContent-Transfer-Encoding: ${encoding}\r\n`,
    );
    for await (const { bytes: pieces } of attachmentsOf(chunks(bytes, 50_000))) {
      const parts: Uint8Array[] = [];
      for await (const part of pieces) parts.push(Buffer.from(part));
      expect(Buffer.concat(parts).equals(content)).toBe(true);
    }
  });
});
