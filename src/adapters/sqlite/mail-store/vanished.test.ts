import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { newMessage } from '../../../../test/contract/mail-store/new-message.ts';
import { openMailStore } from './index.ts';

const root = mkdtempSync(join(tmpdir(), 'vanished-'));
afterAll(() => rmSync(root, { recursive: true }));

const numbers = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

it('remembers what vanished since a client opened the folder, the latest thousands', async () => {
  const store = openMailStore({ file: join(root, 'a.dat'), textDirectory: root });
  const other = openMailStore({ file: join(root, 'a.dat'), textDirectory: root });
  const boxes = store.mailboxes;
  await store.deliver(Array.from({ length: 10_300 }, () => newMessage()));
  const { id } = (await store.mailFile('SMITH', 'MAIL.MAI'))!;
  const opened = (await boxes.find(id, 'NEWMAIL'))!;
  const vanishedAfter = async (modseq: number) => (await boxes.changes(id, 'NEWMAIL', { modseq }))?.vanished;
  await other.mailboxes.move(id, 'NEWMAIL', [1], 'MAIL');
  // Nobody watched.
  expect(await vanishedAfter(opened.highestModseq)).toBeUndefined();
  const watched = (await boxes.open(id, 'NEWMAIL'))!.mailbox.highestModseq;
  await other.mailboxes.move(id, 'NEWMAIL', numbers(2, 101), 'MAIL');
  expect(await vanishedAfter(watched)).toEqual(numbers(2, 101));
  const later = (await boxes.find(id, 'NEWMAIL'))!.highestModseq;
  await other.mailboxes.move(id, 'NEWMAIL', numbers(102, 10_101), 'MAIL');
  expect(await vanishedAfter(watched)).toBeUndefined();
  expect(await vanishedAfter(later)).toEqual(numbers(102, 10_101));
  await store.close();
  await other.close();
});

it('shows by the stamp what another process has written', async () => {
  const options = { file: join(root, 'b.dat'), textDirectory: root };
  const [store, other] = [openMailStore(options), openMailStore(options)];
  const before = store.mailboxes.stamp();
  await other.deliver([newMessage()]);
  expect(store.mailboxes.stamp()).not.toBe(before);
  await store.close();
  await other.close();
});
