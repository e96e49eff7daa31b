/** `vmsmail config`: menus at a terminal; answers from a file or a pipe. What is chosen is done on a node that runs. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { COMMAND, createProcessNode, type ProcessNode, vmsmail } from '../support/process-node.ts';
import { hasTmux, startTmux } from '../support/tmux.ts';

const smtpLine = async (node: ProcessNode): Promise<string | undefined> => {
  const { stdout } = await vmsmail(['tcpip', '--user', 'SYSTEM', '--root', node.root, 'SHOW SERVICE SMTP']);
  return /^SMTP .*$/m.exec(stdout)?.[0].split(/\s+/).at(-1);
};

it('takes answers from a file, from a pipe, and says what is wrong', async () => {
  await using node = await createProcessNode({ users: [] });
  expect(await vmsmail(['config', '--root', `${node.root}-nowhere`])).toMatchObject({
    status: 1,
    stdout: '',
  });
  expect(await node.start()).toMatchObject({ status: 0 });
  const answers = join(node.root, 'answers.txt');
  writeFileSync(answers, '2\n5\n3\nE\nE\nE\n');
  const stopped = await vmsmail(['config', '--root', node.root, '--answers', answers]);
  expect(stopped).toMatchObject({ status: 0, stderr: '' });
  expect(stopped.stdout).toContain('%TCPIP-S-SHUTDONE, TCPIP$SMTP shutdown completed');
  expect(await smtpLine(node)).toBe('Disabled');

  const started = await vmsmail(['config', '--root', node.root], 60_000, '2\n5\n2\nE\nE\nE\n');
  expect(started.stdout).toContain('%TCPIP-S-STARTDONE, TCPIP$SMTP startup completed');
  expect(await smtpLine(node)).toBe('Enabled');
}, 120_000);

if (!hasTmux()) console.warn('SKIPPED: tmux is not installed: no terminal to choose from menus at');
it.skipIf(!hasTmux())(
  'has menus to choose from at a terminal, which E and RETURN leave, and nothing else does anything',
  async () => {
    await using node = await createProcessNode({ users: [] });
    expect(await node.start()).toMatchObject({ status: 0 });
    await using tmux = await startTmux();
    const window = await tmux.open(COMMAND, 'config', '--root', node.root);
    const shows = (text: string) =>
      window.until((lines) => lines.some((line) => line.includes(text)), 20_000);
    const answer = async (text: string, ...shown: readonly string[]) => {
      await window.type(text);
      await window.key('Enter');
      for (const each of shown) await shows(each);
    };
    await shows('1  -  Core environment');
    await answer('2', '5  - SMTP             Enabled  Started');
    await answer('99', '"99" is not one of the options');
    await answer('5', '3 - Disable & Stop service on this node');
    await answer('X', '"X" is not one of the options');
    await answer('');
    // The menu before it is there again, below this one.
    await window.until((lines) => {
      const last = (text: string) => lines.findLastIndex((line) => line.includes(text));
      return last('5  - SMTP             Enabled  Started') > last('3 - Disable & Stop service on this node');
    }, 20_000);
    expect(await smtpLine(node)).toBe('Enabled');
    await answer('5');
    await answer('3', '%TCPIP-S-SHUTDONE, TCPIP$SMTP shutdown completed');
    expect(await smtpLine(node)).toBe('Disabled');
    await window.key('C-c');
  },
  120_000,
);
