/** Print jobs in processes of their own: from PRINT to the paper, and what is left when one of them is given up. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createProcessNode, type ProcessNode, pause, processesOf, vmsmail } from '../support/process-node.ts';

const commandLine = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // It ended meanwhile.
  }
};
const symbionts = ({ root }: ProcessNode): readonly number[] =>
  processesOf(root).filter((pid) => commandLine(pid).includes('batch-image'));

async function until(look: () => Promise<boolean> | boolean): Promise<void> {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await pause(20)) {
    if (await look()) return;
  }
  throw new Error('it did not happen');
}

const dcl = (node: ProcessNode, user: string, lines: string) =>
  vmsmail(['dcl', '--root', node.root, '--user', user], 60_000, lines);

test('a job is printed by the manager’s program, waits where it is told, and ends when it is given up', async () => {
  await using node = await createProcessNode({ users: ['JONES'] });
  const paper = join(node.root, 'paper');
  writeFileSync(join(node.root, 'JONES', 'REPORT.LIS'), 'Totals\n12 letters\n');
  writeFileSync(
    join(node.root, 'SYSMGR', 'VMSMAIL$PRINTERS.DAT'),
    `LPA0 "/usr/bin/tee" "${paper}"\nLPA1 "/bin/sleep" "600"\n`,
  );
  expect((await node.start()).status).toBe(0);
  const made = await dcl(
    node,
    'SYSTEM',
    'INITIALIZE/QUEUE/START/ON=LPA0: SYS$PRINT\nINITIALIZE/QUEUE/START/ON=LPA1: SLOW\n',
  );
  expect(made.stdout).toBe('');
  const asked = await dcl(node, 'JONES', 'PRINT REPORT\nPRINT/QUEUE=SLOW REPORT\n');
  expect(asked.stdout).toBe(
    'Job REPORT (queue SYS$PRINT, entry 1) started on SYS$PRINT\n' +
      'Job REPORT (queue SLOW, entry 2) started on SLOW\n',
  );
  await until(() => existsSync(paper) && readFileSync(paper, 'utf8') === 'Totals\n12 letters\n\f');

  await until(() => symbionts(node).length === 1);
  const [symbiont] = symbionts(node);
  const printer = () => readFileSync(`/proc/${symbiont}/task/${symbiont}/children`, 'utf8').trim() !== '';
  await until(() => printer());
  const deleted = await dcl(node, 'SYSTEM', 'STOP/QUEUE SLOW\nSTART/QUEUE SLOW\nDELETE/ENTRY=2\n');
  expect(deleted.stdout).toBe('');
  await until(() => symbionts(node).length === 0);
  expect((await node.stop()).status).toBe(0);
}, 90_000);
