import { PassThrough, Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { mailServiceForTests } from '../../../test/support/mail-service.ts';
import { createPipedInput } from '../../adapters/node/piped-input.ts';
import { createStreamOutput } from '../../adapters/node/stream-output.ts';
import type { FileSystem } from '../../ports/file-system.ts';
import { createProcessContext } from '../../system/process-context.ts';
import { createMailImage } from './mail-image.ts';

it('a bug is logged, shown without its stack, and the session goes on', async () => {
  const { mail, systemStore, clock } = await mailServiceForTests();
  const broken = Object.create(mail, {
    profile: { value: () => Promise.reject(new TypeError('x is not a function')) },
  }) as typeof mail;
  const bugs: unknown[] = [];
  const process = await createProcessContext({
    account: (await systemStore.account('SMITH'))!,
    mode: 'OTHER',
    nodeName: 'VAX1',
    clock,
    files: {} as FileSystem,
  });
  let shown = '';
  const sink = new PassThrough().on('data', (chunk) => {
    shown += chunk;
  });
  const output = createStreamOutput(sink);
  const input = createPipedInput(Readable.from(['SHOW FORWARD\nSHOW NEW_MAIL_COUNT\n']));
  const image = createMailImage({
    mail: broken,
    resolveFile: () => async (text) => text,
    onBug: (error) => bugs.push(error),
  });
  await image({
    process,
    input,
    command: input,
    output,
    error: output,
    commandLine: '',
    setSymbol: () => undefined,
    subprocesses: () => {
      throw new Error('none here');
    },
    signal: new AbortController().signal,
  });
  await output.flush();
  expect(shown).toMatch(/^%MAIL-F-CODERR, .*\nYou have 0 new messages\.\n$/);
  expect(bugs).toHaveLength(1);
});
