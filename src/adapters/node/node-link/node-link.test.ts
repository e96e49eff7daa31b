import { once } from 'node:events';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { manualClock } from '../../../adapters/memory/manual-clock.ts';
import { type Condition, condition, JBC, RMS, SYSTEM } from '../../../condition/index.ts';
import { createOpcom } from '../../../operator/opcom.ts';
import type { MessageText } from '../../../ports/message-text.ts';
import type { OperatorCommunication } from '../../../ports/operator-communication.ts';
import type { OperatorRequests } from '../../../ports/operator-requests.ts';
import type { Assignment, QueueManager, Submission, SymbiontPort } from '../../../ports/queue-manager.ts';
import { FrameWriter } from './frames.ts';
import { PROTOCOL } from './handshake.ts';
import { connectNode, type NodeClient, type NodeServer, serveNode } from './index.ts';

let directory: string;
let socketPath: string;
const open: { close(): Promise<unknown> }[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'link-'));
  socketPath = join(directory, 'private', 'QM.SOCK');
});
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close();
  rmSync(directory, { recursive: true });
});

/** A queue manager of which a test writes the calls it needs. */
const partly = (methods: Partial<QueueManager>): QueueManager => methods as QueueManager;
const mute: OperatorCommunication = { operatorMessage() {}, broadcast() {} };

async function serve(
  queueManager: QueueManager,
  operator = mute,
  operatorRequests = {} as OperatorRequests,
): Promise<NodeServer> {
  const server = await serveNode(socketPath, {
    nodeName: 'HEARTS',
    queueManager,
    operator,
    operatorRequests,
    handlers: {
      echo: async (params) => params,
      fail: async () => {
        throw new TypeError('a bug');
      },
      askBack: async (question, peer) => peer.call('question', question),
    },
  });
  open.push(server);
  return server;
}

async function client(): Promise<NodeClient> {
  const connected = await connectNode(socketPath, { process: 'TEST' });
  open.push(connected);
  return connected;
}

const mail = (text: Uint8Array): Submission => ({
  envelope: { reversePath: '', forwardPaths: ['jones@node.example'] },
  text: { kind: 'inline', bytes: text },
  userName: 'TCPIP$SMTP',
});

describe('who may talk to the node', () => {
  test('no node: the error of the system', async () => {
    await expect(connectNode(socketPath)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('a wrong key is refused', async () => {
    await serve(partly({}));
    writeFileSync(`${socketPath}.KEY`, '0'.repeat(64));
    await expect(connectNode(socketPath)).rejects.toThrow('the key of the node is wrong');
  });

  test.each([
    ['nothing', undefined],
    ['another kind', { length: 64 }],
    ['another length', '0'],
    ['as many characters, and more octets', '\u00e9'.repeat(64)],
  ])('a key that is no key is refused: %s', async (_what, key) => {
    await serve(partly({}));
    const socket = connect(socketPath);
    const writer = new FrameWriter();
    writer.append('hello', 0, { protocol: PROTOCOL, key, process: 'TEST' });
    for (const piece of writer.take()) socket.write(piece);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString('latin1')).toContain('the key of the node is wrong');
    await once(socket, 'close');
  });

  test('who is refused is refused once, however much he says', async () => {
    await serve(partly({}));
    const warnings: Error[] = [];
    const warned = (warning: Error): void => void warnings.push(warning);
    process.on('warning', warned);
    const socket = connect(socketPath);
    const writer = new FrameWriter();
    for (let count = 0; count < 50; count++) writer.append('notification', 0, ['operatorMessage', []]);
    for (const piece of writer.take()) socket.write(piece);
    let answer = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      answer += text;
    });
    await once(socket, 'close');
    expect(answer.split('a hello was expected')).toHaveLength(2);
    process.off('warning', warned);
    // Of listeners that pile up.
    expect(warnings).toEqual([]);
  });

  test('an unknown peer is cut off for a long greeting', async () => {
    await serve(partly({}));
    const socket = connect(socketPath);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
    socket.write(Buffer.from([0xff, 0xff, 0xff, 0x7f, 0, 0, 0, 0]));
    await closed;
  });

  test('socket and key belong to the owner alone', async () => {
    await serve(partly({}));
    expect(statSync(socketPath).mode & 0o777).toBe(0o600);
    expect(statSync(`${socketPath}.KEY`).mode & 0o777).toBe(0o600);
    expect(statSync(join(directory, 'private')).mode & 0o777).toBe(0o700);
  });

  test('a second node on the socket is refused, a socket left by a crash is replaced', async () => {
    const server = await serve(partly({}));
    await expect(serve(partly({}))).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await server.close();
    open.pop();
    writeFileSync(socketPath, '');
    await serve(partly({}));
    expect((await client()).nodeName).toBe('HEARTS');
  });
});

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

describe('a symbiont behind the wire', () => {
  test('is given work with its text, reports, and dies with its connection', async () => {
    let port: SymbiontPort | undefined;
    const calls: unknown[] = [];
    let died = (_how: unknown): void => {};
    const death = new Promise((resolve) => {
      died = resolve;
    });
    await serve(
      partly({
        async registerSymbiont(given, capacity) {
          port = given;
          calls.push(['register', capacity]);
          return {
            report: async (outcomes) => void calls.push(['report', outcomes]),
            giveBack: async (entries) => void calls.push(['giveBack', entries]),
            close: async (how) => died(how),
          };
        },
      }),
    );
    const node = await client();
    const batches: (readonly Assignment[])[] = [];
    let came = (): void => {};
    const arrival = new Promise<void>((resolve) => {
      came = resolve;
    });
    const registration = await node.queueManager.registerSymbiont(
      {
        process: (batch) => batches.push(batch),
        recall: (entries, how) => {
          calls.push(['recall', entries, how]);
          came();
        },
      },
      7,
    );
    const assignment = (entry: number, text: string): Assignment => ({
      entry,
      entryId: `id-${entry}`,
      queueName: 'Q',
      jobName: 'J',
      userName: 'U',
      reversePath: '',
      submittedAt: 1,
      text: { kind: 'inline', bytes: Buffer.from(text) },
      recipients: [{ index: 0, forwardPath: 'a@b', attempts: 0 }],
    });
    port?.process([assignment(1, 'one'), assignment(2, 'two')]);
    port?.recall([2], 'abort');
    await arrival;
    expect(
      batches[0]?.map(({ text }) => Buffer.from((text as { bytes: Uint8Array }).bytes).toString()),
    ).toEqual(['one', 'two']);
    await registration.report([
      {
        entry: 1,
        entryId: 'id-1',
        recipients: [{ index: 0, outcome: { kind: 'returned', reply: '550 no' } }],
        submissions: [mail(Buffer.from('bounce'))],
      },
    ]);
    await registration.giveBack([2]);
    expect(calls).toMatchObject([
      ['register', 7],
      ['recall', [2], 'abort'],
      ['report', [{ entry: 1, submissions: [{ text: { kind: 'inline' } }] }]],
      ['giveBack', [2]],
    ]);
    await node.close();
    expect(await death).toBe('died');
  });
});

/** A symbiont behind the wire that keeps the numbers of what it is given; `reported` are those the node hears of. */
async function numberingSymbiont() {
  let port: SymbiontPort | undefined;
  const reported: number[] = [];
  await serve(
    partly({
      async registerSymbiont(given) {
        port = given;
        return {
          report: async (outcomes) => void reported.push(...outcomes.map((each) => each.entry)),
          giveBack: async () => {},
          close: async () => {},
        };
      },
    }),
  );
  const entries: number[] = [];
  let look = (): void => {};
  const node = await client();
  const registration = await node.queueManager.registerSymbiont(
    {
      process(batch) {
        entries.push(...batch.map((each) => each.entry));
        look();
      },
      recall() {},
    },
    2_000,
  );
  return {
    reported,
    registration,
    /** Hands it these as one batch; what has arrived when as many have. */
    process(
      numbers: readonly number[],
      of: Pick<Assignment, 'text' | 'recipients'>,
    ): Promise<readonly number[]> {
      const all = new Promise<readonly number[]>((resolve) => {
        look = () => {
          if (entries.length === numbers.length) resolve(entries);
        };
      });
      port!.process(
        numbers.map((entry) => ({
          entry,
          entryId: `id-${entry}`,
          queueName: 'Q',
          jobName: 'J',
          userName: 'U',
          reversePath: '',
          submittedAt: 1,
          ...of,
        })),
      );
      return all;
    },
  };
}

test('a batch beyond any frame goes over in parts, in order', async () => {
  const symbiont = await numberingSymbiont();
  const bytes = Buffer.alloc(65_536);
  const numbers = Array.from({ length: 1_200 }, (_, index) => index + 1);
  const recipients = [{ index: 0, forwardPath: 'a@b', attempts: 0 }];
  expect(await symbiont.process(numbers, { text: { kind: 'inline', bytes }, recipients })).toEqual(numbers);
  await symbiont.registration.report(
    numbers.map((entry) => ({ entry, entryId: '', recipients: [], submissions: [mail(bytes)] })),
  );
  expect(symbiont.reported).toEqual(numbers);
});

test('so do batches whose recipients alone are beyond any frame', async () => {
  const symbiont = await numberingSymbiont();
  const numbers = Array.from({ length: 30 }, (_, index) => index + 1);
  const forwardPath = `${'j'.repeat(64)}@${`${'n'.repeat(60)}.`.repeat(3)}e`;
  const recipients = Array.from({ length: 10_000 }, (_, index) => ({ index, forwardPath, attempts: 0 }));
  const text = { kind: 'inline', bytes: Buffer.from('x') } as const;
  expect(await symbiont.process(numbers, { text, recipients })).toEqual(numbers);
  const forwardPaths = recipients.map((each) => each.forwardPath);
  const reply = '4'.repeat(500);
  await symbiont.registration.report(
    numbers.map((entry) => ({
      entry,
      entryId: '',
      recipients:
        entry % 2 === 0
          ? [{ index: 0, outcome: { kind: 'expanded', forwardPaths } }]
          : recipients.map(({ index }) => ({ index, outcome: { kind: 'retry', at: 1, reply } })),
    })),
  );
  expect(symbiont.reported.sort((a, b) => a - b)).toEqual(numbers);
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
