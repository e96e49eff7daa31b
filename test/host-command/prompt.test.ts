/**
 * The prompt comes up fast: DESIGN §5, measured by `npm run bench -- prompt`. Here only what is grossly wrong fails, a
 * large library that every session loads: processor time against that of an empty program, on a real terminal.
 */
import { expect, it } from 'vitest';
import { promptPrograms } from '../../bench/prompt.ts';
import { hasPython, median, timeUntil } from '../../bench/time-until.ts';
import { createProcessNode, vmsmail } from '../support/process-node.ts';

/** Three and a half, when this was written; a session that loaded everything took nine. */
const LIMIT = 5;

if (!hasPython()) console.warn('SKIPPED: python3 is not installed: no terminal to measure a prompt on');
it.skipIf(!hasPython())('takes a few times as long as Node alone, for MAIL and for DCL', async () => {
  await using node = await createProcessNode({ users: [] });
  expect(await node.start()).toMatchObject({ status: 0 });
  // What is compiled once is found compiled later.
  expect(await vmsmail(['mail', '--root', node.root])).toMatchObject({ status: 0, stderr: '' });
  const [bare, mail, dcl] = (await timeUntil(promptPrograms(node.root), 5)).map((times) =>
    median(times.map(({ cpu }) => cpu)),
  );
  expect(mail! / bare!).toBeLessThan(LIMIT);
  expect(dcl! / bare!).toBeLessThan(LIMIT);
});

it('the commands of the bundle work: what they load when used is found', async () => {
  await using node = await createProcessNode({ users: [] });
  const status = await vmsmail(['status', '--root', node.root]);
  expect(status).toEqual({ status: 1, stdout: '', stderr: `vmsmail: no node is running on ${node.root}\n` });
  expect(await node.start()).toMatchObject({ status: 0 });
  expect((await vmsmail(['status', '--root', node.root])).stdout).toContain('Node HEARTS, vmsmail ');
  const session = 'TCPIP SHOW SERVICE SMTP\nMCR AUTHORIZE SHOW SYSTEM/BRIEF\nSHOW QUEUE\n';
  const dcl = await vmsmail(['dcl', '--user', 'SYSTEM', '--root', node.root], 20_000, session);
  expect(dcl.stderr).toBe('');
  expect(dcl.stdout).toMatch(/^SMTP .* Enabled$/m);
  expect(dcl.stdout).toContain('SYSTEM MANAGER');
  expect(dcl.stdout).toContain('TCPIP$SMTP_HEARTS_00');

  const letter = 'SEND\nnobody@hearts.example\nGrüße\ntext\n\x1aEXIT\n';
  const mail = (input: string) => vmsmail(['mail', '--user', 'SYSTEM', '--root', node.root], 20_000, input);
  expect(await mail(letter)).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(await node.drained(20_000)).toBe(true);
  // It comes back: there is no such user.
  expect(await mail('READ/NEW\n')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('Subject: Grüße\n'),
    stderr: '',
  });
});
