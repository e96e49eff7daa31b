import { expect, it } from 'vitest';
import { Condition, RMS } from '../condition/index.ts';
import type { FileSystem } from '../ports/file-system.ts';
import { openSession } from './testing/session-fixture.ts';

/** The disk is full when what was written goes to it, at the latest when the file is closed. */
function fullWhenClosed(files: FileSystem): () => number {
  let closed = 0;
  const create = files.create.bind(files);
  files.create = async (...args) => {
    const writer = await create(...args);
    return {
      specification: writer.specification,
      write: (record) => writer.write(record),
      writeBytes: (bytes) => writer.writeBytes(bytes),
      async close() {
        closed += 1;
        await writer.close();
        throw new Condition(RMS.FUL);
      },
    };
  };
  return () => closed;
}

it('gives the terminal back to its parent, though what it left open cannot be written, and closes the rest', async () => {
  const { session, lines, files } = await openSession({
    files: {
      'DKA0:[JONES]CHILD.COM;1':
        '$ OPEN/WRITE A A.TXT\n$ OPEN/WRITE B B.TXT\n$ WRITE A "a"\n$ WRITE B "b"\n$ EXIT 1',
    },
  });
  const closed = fullWhenClosed(files.fileSystem);
  await session.execute('SPAWN/NOLOG @CHILD');
  expect(session.status & 1).toBe(0);
  expect(closed()).toBe(2);
  await session.execute('WRITE SYS$OUTPUT "on"');
  expect(lines.at(-1)).toBe('on');
});
