/** `import 'vmsmail/mail'`: the example of docs/callable-mail.md does what it says, in a process of its own. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createProcessNode } from '../support/process-node.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

it('the example of the guide runs', async () => {
  await using node = await createProcessNode({ users: ['JONES'] });
  const guide = readFileSync(`${ROOT}docs/callable-mail.md`, 'utf8');
  const example = /```ts\n([\s\S]*?)```/.exec(guide)?.[1] ?? '';
  const result = spawnSync(process.execPath, ['--input-type=module', '-', node.root], {
    cwd: ROOT,
    input: example.replace('await using mail', 'const mail').concat('\nawait mail[Symbol.asyncDispose]();\n'),
    encoding: 'utf8',
  });
  expect(result).toMatchObject({
    status: 0,
    stderr: '',
    stdout: expect.stringMatching(/^\w+::JONES {2}"Nightly report" all is well\n$/),
  });
});
