/** mbox files read and written. Sources: RFC 4155; mboxrd quoting. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mboxFileNames } from './folder-mapping.ts';
import { MboxSplitter } from './mbox-splitter.ts';
import { withStatus } from './mbox-status.ts';
import { mboxText, separatorLine, unixText } from './mbox-text.ts';

interface Found {
  readonly sender: string;
  readonly receivedAt: number | undefined;
  text: string;
  status?: unknown;
  isInternal?: boolean;
}

function split(
  file: string | Uint8Array,
  chunkSize = 7,
): { readonly messages: Found[]; readonly isStrange: boolean } {
  const splitter = new MboxSplitter();
  const messages: Found[] = [];
  const bytes = Buffer.from(file);
  const take = (
    events: Iterable<ReturnType<MboxSplitter['push']> extends Generator<infer E> ? E : never>,
  ): void => {
    for (const event of events) {
      if (event.kind === 'start')
        messages.push({ sender: event.sender, receivedAt: event.receivedAt, text: '' });
      else if (event.kind === 'data') messages.at(-1)!.text += Buffer.from(event.bytes).toString('latin1');
      else Object.assign(messages.at(-1)!, { status: event.status, isInternal: event.isInternal });
    }
  };
  for (let at = 0; at < bytes.length; at += chunkSize)
    take(splitter.push(bytes.subarray(at, at + chunkSize)));
  take(splitter.end());
  return { messages, isStrange: splitter.isStrange };
}

const texts = (file: string, chunkSize?: number): string[] =>
  split(file, chunkSize).messages.map(({ text }) => text);
const FROM = 'From a@b.example Tue Mar 03 10:00:00 2026\n';

describe('reading', () => {
  it('takes a file apart at its separator lines', () => {
    const file = `${FROM}Subject: one\n\nfirst\n\n${FROM}Subject: two\n\nsecond\n`;
    for (const size of [1, 7, 10_000])
      expect(texts(file, size)).toEqual(['Subject: one\r\n\r\nfirst\r\n', 'Subject: two\r\n\r\nsecond\r\n']);
  });
  it('reads sender and time, in UTC where no zone is given', () => {
    const at = Date.UTC(2026, 2, 3, 10, 0, 0);
    expect(split(`${FROM}A: b\n\n`).messages).toMatchObject([{ sender: 'a@b.example', receivedAt: at }]);
    expect(split('From x Tue Mar  3 12:00:00 2026 +0200\nA: b\n\n').messages).toMatchObject([
      { receivedAt: at },
    ]);
    expect(split('From Tue Mar 03 10:00:00 2026\nA: b\n\n').messages).toMatchObject([
      { sender: '', receivedAt: at },
    ]);
  });
  it.each([
    ['no empty line before it', `${FROM}A: b\n\ntext\nFrom c Tue Mar 03 10:00:00 2026\nmore\n`],
    ['no time of day', `${FROM}A: b\n\n\nFrom here on, it was Tue Mar 03 that counted\n`],
  ])('a line of text is no separator: %s', (_, file) => expect(texts(file)).toHaveLength(1));
  it('keeps empty lines within a message, and drops the one that ends it', () => {
    const file = `${FROM}A: b\n\n\n\ntext\n\n\n\n${FROM}C: d\n\n`;
    expect(texts(file)).toEqual(['A: b\r\n\r\n\r\n\r\ntext\r\n\r\n\r\n', 'C: d\r\n\r\n']);
  });
  it('a message without a text', () => {
    expect(texts(`${FROM}A: b\n\n${FROM}C: d\n\n`)).toEqual(['A: b\r\n\r\n', 'C: d\r\n\r\n']);
  });
  it('takes one quote away', () => {
    expect(texts(`${FROM}A: b\n\n>From me\n>>From you\n> From\n`)).toEqual([
      'A: b\r\n\r\nFrom me\r\n>From you\r\n> From\r\n',
    ]);
  });
  it('reads the status and leaves it out, folded lines too', () => {
    const file = `${FROM}Status: RO\nX-Status: AF\nSubject: x\nX-Keywords: a\n b\nX-UID: 7\n\nStatus: here it is text\n`;
    expect(split(file).messages).toMatchObject([
      {
        text: 'Subject: x\r\n\r\nStatus: here it is text\r\n',
        status: { isRead: true, isReplied: true, isMarked: true, isDeleted: false },
      },
    ]);
    expect(split(`${FROM}X-Mozilla-Status: 0009\nA: b\n\n`).messages).toMatchObject([
      { status: { isRead: true, isReplied: false, isMarked: false, isDeleted: true } },
    ]);
  });
  it('knows the placeholder of c-client', () => {
    const file = `${FROM}Subject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA\nX-IMAP: 1 2\n\ntext\n`;
    expect(split(file).messages).toMatchObject([{ isInternal: true }]);
  });
  it.each([
    ['of another subject', `${FROM}Subject: hello\nX-IMAP: 1 2\n\ntext\n`],
    [
      'behind others',
      `${FROM}Subject: hello\n\ntext\n\n${FROM}Subject: DON'T DELETE THIS MESSAGE -- FOLDER INTERNAL DATA\nX-IMAP: 1 2\n\ntext\n`,
    ],
  ])('takes a message for its own that is marked like it, %s', (_, file) => {
    expect(split(file).messages.map(({ isInternal }) => isInternal)).not.toContain(true);
  });
  it('passes a line of megabytes in pieces', () => {
    const line = 'x'.repeat(3_000_000);
    expect(texts(`${FROM}A: b\n\n${line}\nend\n`, 60_000)).toEqual([`A: b\r\n\r\n${line}\r\nend\r\n`]);
  });
  it('says when it is no mbox', () => {
    expect(split('Subject: a message\n\ntext\n')).toEqual({ messages: [], isStrange: true });
    expect(split('\n\n').isStrange).toBe(false);
  });
  it('takes any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 50 }), (bytes, size) => {
        split(Buffer.concat([Buffer.from(FROM), bytes]), size);
      }),
    );
  });
});

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function written(text: string): Promise<string> {
  let file = separatorLine('a@b.example', Date.UTC(2026, 2, 3, 10, 0, 0));
  for await (const bytes of mboxText(unixText(once(Buffer.from(text, 'latin1'))))) {
    file += Buffer.from(bytes).toString('latin1');
  }
  return file;
}

describe('writing', () => {
  it('is read back as it was, `From ` lines and empty lines too', async () => {
    const line = fc.oneof(
      fc.constantFrom('', 'From a Tue Mar 03 10:00:00 2026', '>From x', '>>From y', 'text', ' From', 'From '),
      fc.string({ maxLength: 20 }).map((text) => text.replace(/[\r\n]|[^\x00-\xff]/g, '.')),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(line, { maxLength: 8 }), { minLength: 1, maxLength: 4 }),
        async (bodies) => {
          const wanted = bodies.map(
            (lines) => `Subject: x\r\n\r\n${lines.map((each) => `${each}\r\n`).join('')}`,
          );
          const file = (await Promise.all(wanted.map(written))).join('');
          const found = split(Buffer.from(file, 'latin1'), 13).messages;
          expect(found.map(({ text }) => text)).toEqual(wanted);
        },
      ),
    );
  });

  it('has the flags of the owner, whatever fields the sender wrote', async () => {
    const text =
      'Subject: x\nX-IMAP: 1\n 2\nStatus: R\nX-Status: D\nContent-Length: 3\nTo: y\n\nStatus: R\n\n';
    for (const size of [1, 5, 1_000]) {
      const pieces = async function* () {
        for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size));
      };
      const flags = { new: true, replied: true, marked: false };
      let file = FROM;
      for await (const bytes of mboxText(withStatus(unixText(pieces()), flags)))
        file += Buffer.from(bytes).toString();
      expect(file).toBe(`${FROM}Subject: x\nTo: y\nStatus: O\nX-Status: A\n\nStatus: R\n\n\n`);
    }
  });
  it('gives each folder a file of its own', () => {
    expect([...mboxFileNames(['A/B', 'A\\B', 'A_B', '.C', 'MAIL'])]).toEqual([
      ['A_B', 'A_B.mbox'],
      ['MAIL', 'MAIL.mbox'],
      ['A/B', 'A_B_2.mbox'],
      ['A\\B', 'A_B_3.mbox'],
      ['.C', '_C.mbox'],
    ]);
  });
});
