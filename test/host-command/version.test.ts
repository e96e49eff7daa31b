/** Which version is installed, without a node. */
import { expect, test } from 'vitest';
import { packageVersion } from '../../src/images/package-version.ts';
import { vmsmail } from '../support/process-node.ts';

test.each(['--version', '-V'])('%s', async (option) => {
  expect(await vmsmail([option])).toMatchObject({
    status: 0,
    stdout: `vmsmail ${packageVersion()}\n`,
    stderr: '',
  });
});
