import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OpenFiles } from './index.ts';

const alone = { readers: false, writers: false };
const withReaders = { readers: true, writers: false };
const withAll = { readers: true, writers: true };

describe('open files', () => {
  let directory: string;
  let here: OpenFiles;
  let there: OpenFiles;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'vmsmail-open-files-'));
    here = new OpenFiles(join(directory, 'locks'));
    there = new OpenFiles(join(directory, 'locks'));
  });
  afterEach(() => {
    here.close();
    there.close();
    rmSync(directory, { recursive: true });
  });

  it.each([
    ['read', withReaders, 'read', withReaders, true],
    ['read', withReaders, 'write', alone, false],
    ['read', withAll, 'write', alone, false],
    ['read', withAll, 'write', withReaders, true],
    ['write', alone, 'read', withAll, false],
    ['write', withReaders, 'read', withReaders, false],
    ['write', withReaders, 'read', withAll, true],
    ['write', withAll, 'write', withAll, true],
    ['write', withAll, 'write', withReaders, false],
    ['read', alone, 'read', withReaders, false],
  ] as const)('%s with %j, then %s with %j: %s', (first, itsSharing, second, sharing, isAllowed) => {
    const lock = here.open('1:1', first === 'write', itsSharing);
    const open = () => there.open('1:1', second === 'write', sharing);
    if (isAllowed) open().release();
    else expect(open).toThrow('RMS-E-FLK');
    there.open('1:2', true, alone).release();
    lock.release();
    open().release();
  });

  it('asks for whoever reads for a moment, and enters nothing', () => {
    there.check('1:1', true);
    const lock = here.open('1:1', false, withReaders);
    there.check('1:1', false);
    expect(() => there.check('1:1', true)).toThrow('RMS-E-FLK');
    expect(() => there.checkFree('1:1')).toThrow('RMS-E-FLK');
    lock.release();
    there.checkFree('1:1');
  });

  it('gives one record to one opening at a time', () => {
    const [one, other] = [here.open('1:1', true, withAll), there.open('1:1', true, withAll)];
    one.hold(7);
    one.hold(7);
    expect(() => other.hold(7)).toThrow('RMS-E-RLK');
    expect(() => other.look(7)).toThrow('RMS-E-RLK');
    other.hold(8);
    one.hold(9);
    other.hold(7);
    other.release();
    one.look(7);
    one.release();
  });

  it('forgets what a process held that was killed', async () => {
    const script = join(directory, 'holder.mjs');
    writeFileSync(
      script,
      `import { OpenFiles } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))};
       new OpenFiles(${JSON.stringify(join(directory, 'locks'))}).open('1:1', true, ${JSON.stringify(withAll)}).hold(7);
       process.send('held');
       setInterval(() => {}, 1000);`,
    );
    const child = fork(script, { execArgv: [] });
    try {
      await once(child, 'message');
      expect(() => here.open('1:1', false, withReaders)).toThrow('RMS-E-FLK');
      const lock = here.open('1:1', true, withAll);
      expect(() => lock.hold(7)).toThrow('RMS-E-RLK');
      child.kill('SIGKILL');
      await once(child, 'exit');
      lock.hold(7);
      lock.release();
      here.open('1:1', true, alone).release();
    } finally {
      child.kill('SIGKILL');
    }
  });
});
