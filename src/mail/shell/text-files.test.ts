import { expect, it } from 'vitest';
import { condition, RMS } from '../../condition/index.ts';
import { collect, openTextFile } from './text-files.ts';

const resolve = async (text: string, defaults?: string): Promise<string> =>
  `DKA0:[JONES]${text}${defaults ?? ''}`;

it('reads UTF-8 and the Multinational Character Set, and lets go of the file', async () => {
  const chunks = [Buffer.from('Grüße\r\nGr'), Buffer.from('\xfc\xdfe \xd7\n\nlast', 'latin1')];
  let isOpen = true;
  const files = {
    openBytes: async () => ({
      read: async () => chunks.shift(),
      close: async () => {
        isOpen = false;
      },
    }),
  };
  {
    await using text = await openTextFile(files, resolve, 'A', '.TXT');
    expect(await collect(text)).toEqual(['Grüße', 'Grüße Œ', '', 'last']);
  }
  expect(isOpen).toBe(false);
});

it('says which file cannot be opened', async () => {
  const files = { openBytes: () => Promise.reject(condition(RMS.FNF)) };
  await expect(openTextFile(files, resolve, 'A', '.TXT')).rejects.toMatchObject({
    ident: 'OPENIN',
    text: 'error opening DKA0:[JONES]A.TXT; as input',
  });
});
