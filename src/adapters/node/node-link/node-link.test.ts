/** Calls over the node's socket, what they carry, and what becomes of them when it breaks. */
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { manualClock } from '../../../adapters/memory/manual-clock.ts';
import { type Condition, condition, JBC, RMS, SYSTEM } from '../../../condition/index.ts';
import { createOpcom } from '../../../operator/opcom.ts';
import type { MessageText } from '../../../ports/message-text.ts';
import type { Submission } from '../../../ports/queue-manager.ts';
import { linkedNode, mail, partly } from './testing/linked-node.ts';

const { client, serve } = linkedNode();

describe('calls', () => {
  test('a condition arrives as it was, with those behind it', async () => {
    const failure = condition(JBC.OPENERR, 'QMAN$MASTER.DAT').with(condition(RMS.FNF));
    await serve(partly({ submit: () => Promise.reject(failure) }));
    const { queueManager } = await client();
    const arrived = (await queueManager
      .submit(mail(Buffer.from('x')))
      .catch((error: unknown) => error)) as Condition;
    expect(arrived.message).toBe('%JBC-E-OPENERR, error opening QMAN$MASTER.DAT');
    expect(arrived.value).toBe(JBC.OPENERR.value);
    expect(arrived.secondary[0]?.message).toBe('%RMS-E-FNF, file not found');
  });

  test('a bug arrives as an error, an unknown request too, and the connection lives on', async () => {
    await serve(partly({}));
    const node = await client();
    await expect(node.call('fail', {})).rejects.toThrow('a bug');
    await expect(node.call('nothing', {})).rejects.toThrow('does not know the request');
    expect(await node.call('echo', { a: [1, 'ä'] })).toEqual({ a: [1, 'ä'] });
  });

  test('the node asks back over the same connection', async () => {
    await serve(partly({}));
    const node = await client();
    node.handle('question', async (question: string) => `${question} answered`);
    expect(await node.call('askBack', 'who')).toBe('who answered');
  });

  test('mail text crosses as it is, small, large and as a file', async () => {
    const known = { start: Uint8Array.from(Buffer.from('Subject: x\r\n\r\n')), lines: 17 };
    const file = { kind: 'file', spoolId: 'id', sizeBytes: 7 } as const;
    const beginning = { head: Uint8Array.from(Buffer.from('X: y\r\n')), from: 3 };
    const files = [file, { ...file, known }, { ...file, beginning }, { ...file, beginning, known }];
    const seen: Submission[] = [];
    await serve(
      partly({
        async submit(submission) {
          seen.push(submission);
          return { entry: seen.length, jobName: 'job' };
        },
      }),
    );
    const { queueManager } = await client();
    const small = Buffer.from([0, 255, 10, 13]);
    const large = Buffer.alloc(65_536, 'x');
    const receipts = await Promise.all([
      queueManager.submit(mail(small)),
      queueManager.submit(mail(large)),
      ...files.map((text) => queueManager.submit({ ...mail(small), text })),
    ]);
    expect(receipts.map((each) => each.entry)).toEqual([1, 2, 3, 4, 5, 6]);
    const bytes = (index: number) => Buffer.from((seen[index]!.text as { bytes: Uint8Array }).bytes);
    expect(bytes(0).equals(small)).toBe(true);
    expect(bytes(1).equals(large)).toBe(true);
    expect(seen.slice(2).map(({ text }) => text)).toEqual(files);
  });

  test('a lost connection fails what waits with JOBQUEDIS, and later calls at once', async () => {
    let entered = (): void => {};
    const reached = new Promise<void>((resolve) => {
      entered = resolve;
    });
    const server = await serve(
      partly({
        submit: () => {
          entered();
          return new Promise(() => {});
        },
      }),
    );
    const node = await client();
    const lost = node.queueManager.submit(mail(Buffer.from('x')));
    await reached;
    const failed = expect(lost).rejects.toMatchObject({ ident: 'JOBQUEDIS' });
    await server.close();
    await failed;
    await expect(node.queueManager.queues()).rejects.toMatchObject({ ident: 'JOBQUEDIS' });
  });

  test('many megabytes in flight wait at the sender instead of growing', async () => {
    let inService = 0;
    let most = 0;
    const waiting: (() => void)[] = [];
    await serve(
      partly({
        async submit() {
          most = Math.max(most, ++inService);
          await new Promise<void>((resolve) => {
            waiting.push(resolve);
            setImmediate(() => waiting.shift()?.());
          });
          inService--;
          return { entry: 1, jobName: '' };
        },
      }),
    );
    const { queueManager } = await client();
    const text = Buffer.alloc(65_536);
    await Promise.all(Array.from({ length: 2_000 }, () => queueManager.submit(mail(text))));
    expect(most).toBeLessThan(600);
  });

  test('more than 20,000 round trips a second', async () => {
    await serve(partly({}));
    const node = await client();
    const count = 20_000;
    await Promise.all(Array.from({ length: 2_000 }, (_, index) => node.call('echo', index)));
    const started = performance.now();
    for (let done = 0; done < count; done += 500) {
      await Promise.all(Array.from({ length: 500 }, (_, index) => node.call('echo', { index })));
    }
    const perSecond = (count * 1000) / (performance.now() - started);
    // Both ends share this process here; a loaded machine is no reason to fail.
    expect(perSecond).toBeGreaterThan(5_000);
    if (perSecond < 20_000) console.warn(`only ${Math.round(perSecond)} round trips a second`);
  });
});

test('operator messages and broadcasts reach the node', async () => {
  const heard: unknown[] = [];
  let both = (): void => {};
  const arrived = new Promise<void>((resolve) => {
    both = resolve;
  });
  await serve(partly({}), {
    operatorMessage: (...message) => heard.push(message),
    broadcast: (...message) => {
      heard.push(message);
      both();
    },
  });
  const node = await client();
  node.operator.operatorMessage('NETWORK', 'INTERnet', condition(SYSTEM.TIMEOUT).message, { about: 'x' });
  node.operator.broadcast('JONES', 'MAIL', 'New mail');
  await arrived;
  expect(heard).toEqual([
    ['NETWORK', 'INTERnet', '%SYSTEM-F-TIMEOUT, device timeout', { about: 'x' }],
    ['JONES', 'MAIL', 'New mail'],
  ]);
});

test('a request waits over the wire for its answer, and is canceled when its process is gone', async () => {
  const opcom = createOpcom({
    log: { append() {}, version: 1, beginVersion() {} },
    clock: manualClock(0),
    nodeName: 'HEARTS',
  });
  await serve(partly({}), opcom, opcom);
  const [asking, other] = [await client(), await client()];
  const request = { classes: ['CENTRAL' as const], userName: 'JONES', text: 'Are you there?' };
  const first = await asking.operatorRequests.ask(request);
  const second = await asking.operatorRequests.ask(request);
  const answer = asking.operatorRequests.nextAnswer(first);
  await other.operatorRequests.answer(first, { kind: 'completed', text: 'yes', operator: 'OPA0' });
  expect(await answer).toEqual({ kind: 'completed', text: 'yes', operator: 'OPA0', at: 0 });
  await expect(
    other.operatorRequests.answer(first, { kind: 'aborted', text: '', operator: 'OPA0' }),
  ).rejects.toMatchObject({ ident: 'NOSUCHREQ', args: [first] });
  expect((await other.operatorRequests.outstanding()).map(({ number }) => number)).toEqual([second]);
  await asking.close();
  while ((await other.operatorRequests.outstanding()).length > 0) await setTimeout(2);
});

test('the text of mail comes as it is stored, or with its name where it is spooled', async () => {
  const bytes = Uint8Array.from([0, 13, 10, 255]);
  const file = { kind: 'file', spoolId: 'X', sizeBytes: 7 } as const;
  const texts: MessageText[] = [
    { kind: 'inline', bytes },
    file,
    { ...file, beginning: { head: Buffer.from(bytes), from: 5 } },
  ];
  await serve(partly({ mailText: async (entry) => texts[entry - 1]! }));
  const { queueManager } = await client();
  const caller = { userName: 'JONES', privileges: [] };
  const text = await queueManager.mailText(1, caller);
  expect(text.kind === 'inline' && Uint8Array.from(text.bytes)).toEqual(bytes);
  expect(await queueManager.mailText(2, caller)).toEqual(texts[1]);
  expect(await queueManager.mailText(3, caller)).toEqual(texts[2]);
});
