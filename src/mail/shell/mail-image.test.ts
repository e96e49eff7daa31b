import { PassThrough, Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { mailServiceForTests } from '../../../test/support/mail-service.ts';
import { createMemoryMailStore } from '../../adapters/memory/mail-store.ts';
import { createPipedInput } from '../../adapters/node/piped-input.ts';
import { createStreamOutput } from '../../adapters/node/stream-output.ts';
import type { FileSystem } from '../../ports/file-system.ts';
import type { MailStore } from '../../ports/mail-store.ts';
import type { ControlKeyListener, Terminal } from '../../ports/session-io.ts';
import { createProcessContext } from '../../system/process-context.ts';
import type { MailService } from '../index.ts';
import { createMailImage } from './mail-image.ts';

/** SMITH in MAIL; what is typed and shown, and the bugs that were logged. */
async function session(
  { systemStore, clock }: Awaited<ReturnType<typeof mailServiceForTests>>,
  mail: MailService,
  typed: string,
  terminal?: Terminal,
) {
  const bugs: unknown[] = [];
  const process = await createProcessContext({
    account: (await systemStore.account('SMITH'))!,
    mode: 'OTHER',
    nodeName: 'VAX1',
    clock,
    files: {} as FileSystem,
    ...(terminal === undefined ? {} : { terminal }),
  });
  let shown = '';
  const sink = new PassThrough().on('data', (chunk) => {
    shown += chunk;
  });
  const output = createStreamOutput(sink);
  const input = createPipedInput(Readable.from([typed]));
  const image = createMailImage({
    mail,
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
  return { shown, bugs };
}

it('a bug is logged, shown without its stack, and the session goes on', async () => {
  const rig = await mailServiceForTests();
  const broken = Object.create(rig.mail, {
    profile: { value: () => Promise.reject(new TypeError('x is not a function')) },
  }) as typeof rig.mail;
  const { shown, bugs } = await session(rig, broken, 'SHOW FORWARD\nSHOW NEW_MAIL_COUNT\n');
  expect(shown).toMatch(/^%MAIL-F-CODERR, .*\nYou have 0 new messages\.\n$/);
  expect(bugs).toHaveLength(1);
});

it('Ctrl/C ends a selection that compares texts, and what was selected before stays', async () => {
  const listeners = new Set<ControlKeyListener>();
  const terminal = {
    deviceName: 'FTA1:',
    onControlKey: (listener: ControlKeyListener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  } as unknown as Terminal;
  const memory = createMemoryMailStore();
  const store: MailStore = {
    ...memory,
    select: async (id, folder, criteria, stop) => {
      if (criteria?.from === undefined) return memory.select(id, folder, criteria);
      for (const each of listeners) each('C');
      expect(stop?.aborted).toBe(true);
      throw stop?.reason;
    },
  };
  const rig = await mailServiceForTests({ store });
  await rig.arrive();
  for (const verb of ['SELECT/FROM=A', 'DIRECTORY/FROM=A', 'READ/FROM=A']) {
    const { shown, bugs } = await session(rig, rig.mail, `SELECT NEWMAIL\n${verb}\nSHOW FOLDER\n`, terminal);
    expect(shown).toContain('%MAIL-I-SELECTED, 1 message selected\nYour current mail folder is NEWMAIL.\n');
    expect(bugs).toEqual([]);
  }
});
