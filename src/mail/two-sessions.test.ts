import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { mailServiceForTests } from '../../test/support/mail-service.ts';
import { createMemoryMailStore } from '../adapters/memory/mail-store.ts';
import { openMailStore } from '../adapters/sqlite/mail-store/index.ts';
import type { MailStore } from '../ports/mail-store.ts';
import type { MailFile } from './mail-service.ts';

const root = mkdtempSync(join(tmpdir(), 'two-sessions-'));
afterAll(() => rmSync(root, { recursive: true }));
let made = 0;
const texts = (): string => join(root, `${made}.texts`);
const adapters: readonly (readonly [string, () => MailStore])[] = [
  ['memory', createMemoryMailStore],
  ['sqlite', () => openMailStore({ file: join(root, `${++made}.dat`), textDirectory: texts() })],
];
const ident = (value: string) => ({ ident: value });

/** Longer than what is kept in the database. */
const longText = async (store: MailStore) => {
  const writer = store.createText();
  for (let line = 1; line <= 20_000; line++) await writer.write(Buffer.from(`line ${line}\n`));
  return writer.commit();
};

describe.each(adapters)('two sessions over one mail file: %s', (name, make) => {
  let store: MailStore;
  let one: MailFile;
  let other: MailFile;

  beforeEach(async () => {
    store = make();
    const { mail, user } = await mailServiceForTests({ store });
    const message = (subject: string, receivedAt: number) => ({
      owner: 'SMITH',
      folder: 'MAIL',
      isNew: false,
      receivedAt,
      from: 'JONES',
      to: 'SMITH',
      cc: '',
      subject,
      format: 'records' as const,
    });
    const short = { kind: 'inline', bytes: Buffer.from('first\nsecond\nthird\n') } as const;
    await store.deliver([
      { ...message('short', 1), text: short },
      { ...message('long', 2), text: await longText(store) },
    ]);
    one = await mail.openMailFile(user('SMITH'));
    other = await mail.openMailFile(user('SMITH'));
    await one.select('MAIL');
    await other.select('MAIL');
    return () => store.close();
  });

  /** As another session: into the wastebasket and out of it. */
  const destroy = async (number: number): Promise<void> => {
    await other.selection!.delete([number]);
    await other.purge();
  };

  it.each([1, 2])(
    'what is being read is read to its end, whoever purges it meanwhile: %i',
    async (number) => {
      const lines = (await one.selection!.message(number)).lines()[Symbol.asyncIterator]();
      const shown = [(await lines.next()).value];
      await destroy(number);
      for (let next = await lines.next(); next.done !== true; next = await lines.next())
        shown.push(next.value);
      expect(shown.length).toBe(number === 1 ? 3 : 20_000);
      expect(shown.at(-1)).toBe(number === 1 ? 'third' : 'line 20000');
      await expect(one.selection!.message(number)).rejects.toMatchObject(ident('DELMSG'));
    },
  );

  it.each([1, 2])('what is purged between its header and its text is DELMSG: %i', async (number) => {
    const message = await one.selection!.message(number);
    await destroy(number);
    await expect(message.lines()[Symbol.asyncIterator]().next()).rejects.toMatchObject(ident('DELMSG'));
    expect(await one.selection!.search('line 7')).toBe(number === 1 ? 2 : undefined);
  });

  it('of two that move a message one does, and it is there once', async () => {
    const moved = await Promise.all([one.selection!.move([1], 'ONE'), other.selection!.move([1], 'OTHER')]);
    expect(moved[0]! + moved[1]!).toBe(1);
    expect((await one.folders()).map((each) => each.count)).toEqual([1, 1]);
    for (const { selection } of [one, other]) {
      await expect(selection!.message(1)).rejects.toMatchObject(ident('DELMSG'));
      expect(await selection!.copy([1], 'COPIES')).toBe(0);
    }
  });

  it.runIf(name === 'sqlite')('a text file that is missing is named as OpenVMS names it', async () => {
    const [file] = readdirSync(texts());
    rmSync(join(texts(), file!));
    const message = await one.selection!.message(2);
    await expect(message.lines()[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      message: `%MAIL-E-OPENIN, error opening DKA0:[SMITH]${file}; as input`,
      secondary: [{ ident: 'FNF' }],
    });
    expect(await one.selection!.delete([2])).toBe(1);
  });
});
