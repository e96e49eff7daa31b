/** A session whose reader has left ends, instead of working for nobody. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createProcessNode } from '../support/process-node.ts';

const COMMAND = fileURLToPath(new URL('../../bin/vmsmail', import.meta.url));

/** Exit status of the session; its output is read up to the first piece, and its input stays open. */
async function statusAfterReaderLeft(root: string, verb: string, first: string, rest: string) {
  const child = spawn(COMMAND, [verb, '--user', 'SYSTEM', '--root', root], { stdio: 'pipe' });
  let complaint = '';
  child.stderr.on('data', (text: Buffer) => {
    complaint += text;
  });
  child.stdin.on('error', () => {});
  const ended = once(child, 'exit');
  child.stdin.write(first);
  await once(child.stdout, 'data');
  child.stdout.destroy();
  child.stdin.write(rest);
  const [status] = await ended;
  return { status, complaint };
}

it('a procedure that never ends, and utilities that wait for more', async () => {
  await using node = await createProcessNode({ users: [] });
  const loop = '$ LOOP:\n$ WRITE SYS$OUTPUT "again"\n$ GOTO LOOP\n';
  const ended = { status: 1, complaint: '' };
  expect(await statusAfterReaderLeft(node.root, 'dcl', loop, '')).toEqual(ended);
  expect(await statusAfterReaderLeft(node.root, 'dcl', 'SHOW TIME\n', 'SHOW TIME\n')).toMatchObject({
    complaint: '',
  });
  expect(await statusAfterReaderLeft(node.root, 'mail', 'SHOW ALL\n', 'SHOW ALL\n')).toMatchObject({
    complaint: '',
  });
});
