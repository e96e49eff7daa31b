/** Commands piped into a session are all executed, however long one of them waits with nothing else going on. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createProcessNode } from '../support/process-node.ts';

const COMMAND = fileURLToPath(new URL('../../bin/vmsmail', import.meta.url));

it('goes on behind WAIT when the input has ended', async () => {
  await using node = await createProcessNode({ users: [] });
  const output = execFileSync(COMMAND, ['dcl', '--user', 'SYSTEM', '--root', node.root], {
    input: 'WAIT 00:00:00.3\nWRITE SYS$OUTPUT "behind"\n',
    encoding: 'utf8',
  });
  expect(output).toBe('behind\n');
});
