import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { FileHeaders } from '../../sqlite/file-headers/index.ts';
import { hostFileSystem } from '../host-file-system.ts';
import { LOCK_PREFIX } from './host-names.ts';

it('takes the header of a removed file away before anybody can make one of the same version', async () => {
  const root = mkdtempSync(join(tmpdir(), 'vmsmail-names-'));
  const files = hostFileSystem({ root });
  const isLocked: boolean[] = [];
  const { remove } = FileHeaders.prototype;
  const spy = vi.spyOn(FileHeaders.prototype, 'remove').mockImplementation(function (
    this: FileHeaders,
    name,
  ) {
    isLocked.push(existsSync(join(root, `${LOCK_PREFIX}A.TXT`)));
    remove.call(this, name);
  });
  try {
    await (await files.create('DKA0:[000000]A.TXT')).close();
    await files.remove('DKA0:[000000]A.TXT;1');
    expect(isLocked).toEqual([true]);
  } finally {
    spy.mockRestore();
    files.close();
    rmSync(root, { recursive: true });
  }
});
