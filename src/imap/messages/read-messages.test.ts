import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { newMessage } from '../../../test/contract/mail-store/new-message.ts';
import { openMailStore } from '../../adapters/sqlite/mail-store/index.ts';
import { writeForeign } from '../../mail/foreign-text.ts';
import type { MailStore, NewMessage } from '../../ports/mail-store.ts';
import type { ReadableMessage } from '../readable-message.ts';
import { structureOf } from '../structure/structure-parser.ts';
import { readMessages } from './index.ts';

let store: MailStore;
let file: number;
let calls: string[];
beforeEach(async () => {
  const directory = mkdtempSync(join(tmpdir(), 'messages-'));
  store = openMailStore({ file: join(directory, 'MAIL.DB'), textDirectory: join(directory, 'texts') });
  ({ id: file } = await store.createMailFile('SMITH', 'MAIL.MAI'));
  calls = [];
});
afterEach(() => store.close());

/** Notes what the store is asked for. */
const watched = <T extends object>(target: T): T =>
  new Proxy(target, {
    get(from, name) {
      const value = Reflect.get(from, name) as unknown;
      if (name === 'mailboxes') return watched(value as object);
      if (typeof value !== 'function') return value;
      return (...values: unknown[]) => {
        calls.push(String(name));
        return (value as (...values: unknown[]) => unknown).apply(from, values);
      };
    },
  });

async function* all(uids?: readonly number[]): AsyncGenerator<ReadableMessage> {
  const found = uids ?? (await store.mailboxes.uids(file, 'NEWMAIL', 0, 10_000));
  const places = found.map((uid, index) => ({ uid, sequence: index + 1 }));
  const folder = (await store.mailboxes.find(file, 'NEWMAIL'))?.id ?? 0;
  const source = { store: watched(store), file, folder, domain: 'hearts.example' };
  for await (const batch of readMessages(source, places)) yield* batch;
}
const collected = async (bytes: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
};
const internet = (content: string, changes: Partial<NewMessage> = {}): NewMessage =>
  newMessage({
    from: 'SMTP%"jones@elsewhere.example"',
    format: 'rfc5322',
    text: { kind: 'inline', bytes: Buffer.from(content) },
    ...changes,
  });
const multipart =
  'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\n';

it('reads whatever MAIL keeps in its Internet form', async () => {
  const writer = store.createText();
  await writer.write(Buffer.from(`From: a@b\r\n\r\n${'0123456789\r\n'.repeat(20_000)}`));
  await store.deliver([
    newMessage(),
    internet('From: a@b\r\nSubject: verbatim\r\n\r\nbody\r\n'),
    internet(multipart, { from: 'JONES', subject: 'with an attachment' }),
    internet('', { text: await writer.commit() }),
    newMessage({
      isForeign: true,
      text: await writeForeign(store, {
        header: { recordFormat: 'FIX', recordAttributes: '', maximumRecord: 512 },
        bytes: (async function* () {
          yield Buffer.alloc(1_000, 7);
        })(),
      }),
    }),
  ]);
  let count = 0;
  for await (const message of all()) {
    count++;
    const whole = await collected(message.bytes());
    expect(await message.octets()).toBe(whole.length);
    expect(await message.structure()).toEqual(await structureOf(message.bytes()));
    for (const [start, end] of [
      [0, 10],
      [5, 5],
      [3, 400],
      [whole.length - 5, whole.length + 5],
      [whole.length + 1, whole.length + 9],
    ] as const) {
      const got = await collected(message.bytes(start, end));
      expect([start, end, got.toString('latin1')]).toEqual([
        start,
        end,
        whole.toString('latin1', start, end),
      ]);
    }
  }
  expect(count).toBe(5);
});

it('reads a text once in its life', async () => {
  await store.deliver([
    internet('From: a@b\r\nSubject: one\r\n\r\nbody\r\n'),
    internet(multipart, { from: 'JONES' }),
  ]);
  const subjects = async () => {
    const found: unknown[] = [];
    for await (const message of all()) {
      const { envelope, root } = await message.structure();
      found.push([envelope.subject, root.type, await message.octets()]);
    }
    return found;
  };
  const first = await subjects();
  expect(first).toMatchObject([
    ['one', 'text', 33],
    ['lunch', 'multipart', expect.any(Number)],
  ]);
  expect(calls).toContain('shortTexts');
  calls = [];
  expect(await subjects()).toEqual(first);
  expect(calls).toEqual(['messages', 'findings', 'headers']);
});

it('asks for no more than what is wanted, and for all of a batch at once', async () => {
  await store.deliver(
    Array.from({ length: 700 }, (_, index) => internet(`Subject: ${index}\r\n\r\n${'x'.repeat(index)}\r\n`)),
  );
  for await (const message of all()) expect(message.numbered.flags.new).toBe(true);
  expect(calls).toEqual(['messages', 'messages']);
  calls = [];
  let octets = 0;
  for await (const message of all()) octets += await message.octets();
  expect(octets).toBeGreaterThan(200_000);
  // Of mail that is read as it is stored the record says all.
  expect(calls).toEqual(['messages', 'messages']);
  calls = [];
  for await (const message of all()) await message.structure();
  expect(calls.filter((each) => each === 'findings').length).toBe(12);
  expect(calls.filter((each) => each === 'shortTexts').length).toBeLessThan(30);
});

it('passes over what is gone, and says when something goes while it is read', async () => {
  await store.deliver([internet('a\r\n'), internet('b\r\n'), internet('c\r\n')]);
  const id = async (uid: number) => (await store.mailboxes.messages(file, 'NEWMAIL', [uid]))[0]!.id;
  await store.remove(file, [await id(2)]);
  const sequences: number[] = [];
  for await (const message of all([1, 2, 3])) {
    sequences.push(message.sequence);
    if (message.sequence === 1) await store.remove(file, [await id(3)]);
    else await expect(message.structure()).rejects.toThrow();
  }
  expect(sequences).toEqual([1, 3]);
});
