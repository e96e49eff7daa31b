import { connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { manualClock } from '../adapters/memory/manual-clock.ts';
import { createMemoryResolver } from '../adapters/memory/resolver.ts';
import { systemClock } from '../adapters/node/system-clock.ts';
import { condition, JBC, RMS } from '../condition/index.ts';
import { createMessageVerifier } from '../message-authentication/index.ts';
import { silentLog } from '../ports/log.ts';
import type { Spool } from '../ports/message-text.ts';
import type { Submission } from '../ports/queue-manager.ts';
import { noServerTls } from '../ports/server-tls.ts';
import { Outage } from '../system/outage.ts';
import { defaultReceiverSettings, type ReceiverDependencies, serveConnection } from './index.ts';

const open: { close(): void }[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.close();
});

/** A spool that counts and forgets. */
function countingSpool() {
  const seen = { bytes: 0, committed: 0, abandoned: 0 };
  const spool: Spool = {
    create() {
      return {
        write(chunk) {
          seen.bytes += chunk.byteLength;
          return undefined;
        },
        async *read() {},
        async commit() {
          seen.committed += 1;
          return 'SPOOLED';
        },
        async abandon() {
          seen.abandoned += 1;
        },
      };
    },
    async *read() {},
    async linkTo() {},
    async remove() {},
    async sizeBytes() {
      return undefined;
    },
    async list() {
      return [];
    },
    async strangers() {
      return 0;
    },
  };
  return { seen, spool };
}

async function startReceiver(overrides: Partial<ReceiverDependencies> = {}, address = '127.0.0.1') {
  const submissions: Submission[] = [];
  const dependencies: ReceiverDependencies = {
    queueManager: {
      async submit(submission) {
        submissions.push(submission);
        return { entry: submissions.length, jobName: 'X' };
      },
    },
    spool: countingSpool().spool,
    recipients: {
      async check(path) {
        if (path.endsWith('@node.example') || path === 'postmaster')
          return path.startsWith('nobody') ? 'unknown' : 'local';
        return 'remote';
      },
      async verify(name) {
        return name === 'smith'
          ? { kind: 'user', userName: 'SMITH', address: 'smith@node.example' }
          : { kind: 'unknown' };
      },
      isAddressOf: async () => false,
      loginName: async (given) => given,
      async expand(list) {
        return list === 'team' ? ['a@b.example', 'c@d.example'] : undefined;
      },
    },
    clock: systemClock,
    log: silentLog,
    resolver: createMemoryResolver({}),
    tls: noServerTls,
    verifier: createMessageVerifier({
      resolver: createMemoryResolver({}),
      clock: systemClock,
      authservId: 'node.example',
    }),
    events: { note() {} },
    storage: new Outage({ clock: systemClock, log: silentLog }, { begins: 'full', ends: 'over' }),
    hostName: 'node.example',
    versionInfo: 'V1.0, OpenVMS V8.4 x86',
    settings: async () => defaultReceiverSettings,
    ...overrides,
  };
  let latest: Socket | undefined;
  const server = createServer((socket) => {
    latest = socket;
    socket.on('error', () => {});
    void serveConnection(socket, { address, port: 1, name: 'client.example' }, dependencies);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push({ close: () => server.close() });
  const { port } = server.address() as { port: number };
  /** Resolves when so many bytes have come in, and been worked on. */
  const arrived = async (bytes: number): Promise<void> => {
    while (latest !== undefined && !latest.destroyed && latest.bytesRead < bytes) await turn();
    await turn();
  };
  return { port, submissions, arrived };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Sends a byte a minute, for so many minutes. */
async function drip(
  client: Client,
  clock: ReturnType<typeof manualClock>,
  arrived: (bytes: number) => Promise<void>,
  minutes: number,
): Promise<void> {
  for (let minute = 0; minute < minutes && !client.isClosed; minute += 1) {
    client.socket.write('x');
    await arrived(client.socket.bytesWritten);
    clock.advance(60_000);
  }
}

class Client {
  readonly socket: Socket;
  #text = '';
  #wake: () => void = () => {};
  isClosed = false;
  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    open.push({ close: () => this.socket.destroy() });
    this.socket.setEncoding('latin1');
    this.socket.on('data', (text: string) => {
      this.#text += text;
      this.#wake();
    });
    this.socket.on('error', () => {});
    this.socket.on('close', () => {
      this.isClosed = true;
      this.#wake();
    });
  }
  /** The next whole reply. */
  async reply(): Promise<string> {
    for (;;) {
      const match = /^(?:\d{3}-.*\r\n)*\d{3} .*\r\n/.exec(this.#text);
      if (match !== null) {
        this.#text = this.#text.slice(match[0].length);
        return match[0].trimEnd();
      }
      if (this.isClosed) return `(closed)${this.#text}`;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
  async say(line: string | Buffer): Promise<string> {
    this.socket.write(typeof line === 'string' ? Buffer.from(`${line}\r\n`, 'latin1') : line);
    return this.reply();
  }
}

async function dialogue(
  lines: readonly string[],
  overrides: Partial<ReceiverDependencies> = {},
  address?: string,
) {
  const { port, submissions } = await startReceiver(overrides, address);
  const client = new Client(port);
  await client.reply();
  const replies: string[] = [];
  for (const line of lines) replies.push(await client.say(line));
  return { replies, submissions, client };
}

const hello = ['EHLO me', 'MAIL FROM:<a@b.example>', 'RCPT TO:<smith@node.example>'];

describe('wrong syntax and wrong order', () => {
  const cases: readonly [string, readonly string[], string][] = [
    ['unknown verb', ['FOO'], '500 Syntax error, command unrecognized'],
    ['MAIL before HELO', ['MAIL FROM:<a@b.example>'], '503 Bad command sequence'],
    ['RCPT before MAIL', ['HELO me', 'RCPT TO:<smith@node.example>'], '503 Bad command sequence'],
    [
      'DATA without recipients',
      ['HELO me', 'MAIL FROM:<a@b.example>', 'DATA'],
      '503 No valid recipients preceded this',
    ],
    [
      'second MAIL',
      ['HELO me', 'MAIL FROM:<a@b.example>', 'MAIL FROM:<a@b.example>'],
      '503 Sender already specified',
    ],
    ['malformed sender', ['HELO me', 'MAIL FROM:<a@@b>'], '501 Syntax error in reverse-path'],
    [
      'sender without colon',
      ['HELO me', 'MAIL <a@b.example>'],
      '501 Syntax error in parameters or arguments',
    ],
    ['RSET with an argument', ['RSET x'], '500 Syntax error, command unrecognized'],
    ['TURN', ['TURN'], '502 Command not implemented'],
    ['eight-bit octets', ['HELO m\u00e9'], '500 Syntax error, command unrecognized'],
    ['a NUL', ['HELO m\0'], '500 Syntax error, command unrecognized'],
    [
      'a bare LF inside',
      ['HELO me\nMAIL FROM:<a@b.example>'],
      '500 Syntax error, bare CR or LF in a command',
    ],
    [
      'unknown local user',
      ['HELO me', 'MAIL FROM:<>', 'RCPT TO:<nobody@node.example>'],
      '550 <nobody@node.example> ... Addressee unknown',
    ],
    [
      'a path of 500 characters',
      ['HELO me', 'MAIL FROM:<>', `RCPT TO:<${'a'.repeat(500)}@node.example>`],
      '554 Address too long',
    ],
    [
      'a size beyond the limit',
      ['EHLO me', 'MAIL FROM:<> SIZE=99999999999'],
      '552 5.3.4 Message size exceeds the fixed limit',
    ],
    [
      'an unknown parameter',
      ['EHLO me', 'MAIL FROM:<> FOO=1'],
      '555 5.5.4 Command parameter not implemented',
    ],
  ];
  for (const [name, lines, want] of cases) {
    test(name, async () => expect((await dialogue(lines)).replies.at(-1)).toBe(want));
  }

  test('a stranger does not relay, and is cut off at the third attempt', async () => {
    const rcpt = 'RCPT TO:<x@elsewhere.example>';
    const { replies, client } = await dialogue(
      ['HELO me', 'MAIL FROM:<a@b.example>', rcpt, rcpt, rcpt],
      {},
      '192.0.2.1',
    );
    expect(replies.slice(-3)).toEqual(Array(3).fill('550 User not local, Relay disabled.'));
    expect(await client.reply()).toBe('(closed)');
  });
});

test('the product voice', async () => {
  const { port } = await startReceiver();
  const client = new Client(port);
  expect(await client.reply()).toMatch(
    /^220 node\.example V1\.0, OpenVMS V8\.4 x86 ready at \w{3}, \d+ \w{3} \d{4} /,
  );
  expect(await client.say('HELO me')).toBe('250 node.example Hello client.example, pleased to meet you');
  expect(await client.say('VRFY smith')).toBe('250 SMITH <smith@node.example>');
  expect(await client.say('VRFY jones')).toBe('550 Unknown user or disabled mailbox.');
  expect(await client.say('EXPN team')).toBe('250- <a@b.example>\r\n250 <c@d.example>');
  expect(await client.say('HELP DATA')).toBe('214 DATA ... Text is collected, end with a single dot.');
  expect(await client.say('QUIT')).toBe('221 node.example Service closing transmission channel');
  expect(await client.reply()).toBe('(closed)');
});

test('a message is submitted whole, with a Received: field, and then acknowledged', async () => {
  const { replies, submissions, client } = await dialogue([...hello, 'DATA']);
  expect(replies.at(-1)).toBe('354 Start mail input; end with <CRLF>.<CRLF>');
  expect(await client.say('Subject: x\r\n\r\n..dot\r\nend\r\n.')).toBe('250 2.0.0 OK');
  const text = submissions[0]!.text;
  const bytes = text.kind === 'inline' ? Buffer.from(text.bytes).toString() : '';
  expect(bytes).toMatch(/^Received: from me \(client\.example \[127\.0\.0\.1\]\)\r\n\tby node\.example \(V1/);
  expect(bytes.endsWith('Subject: x\r\n\r\n.dot\r\nend\r\n')).toBe(true);
  expect(submissions[0]!.envelope).toEqual({
    reversePath: 'a@b.example',
    forwardPaths: ['smith@node.example'],
  });
});

test('pipelined commands and data arrive in one piece and are answered in order', async () => {
  const { port, submissions } = await startReceiver();
  const client = new Client(port);
  await client.reply();
  client.socket.write(`${hello.join('\r\n')}\r\nDATA\r\n`);
  for (const want of ['250', '250', '250', '354']) expect((await client.reply()).slice(0, 3)).toBe(want);
  client.socket.write('one\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<postmaster>\r\nDATA\r\ntwo\r\n.\r\nQUIT\r\n');
  for (const want of ['250', '250', '250', '354', '250', '221'])
    expect((await client.reply()).slice(0, 3)).toBe(want);
  expect(submissions).toHaveLength(2);
});

test('a bare LF in the data refuses the message, and what follows is not taken for commands', async () => {
  const { submissions, client } = await dialogue([...hello, 'DATA']);
  expect(
    await client.say('x\n.\nMAIL FROM:<evil@b.example>\r\nRCPT TO:<smith@node.example>\r\nDATA\r\ny\r\n.'),
  ).toMatch(/^550 5\.6\.0 /);
  expect(await client.say('NOOP')).toBe('250 2.0.0 OK');
  expect(submissions).toHaveLength(0);
});

describe("a store that fails is never the sender's fault", () => {
  const failing = (error: unknown) => ({ queueManager: { submit: () => Promise.reject(error) } });
  test('full: 452', async () => {
    const { client } = await dialogue([...hello, 'DATA'], failing(condition(RMS.FUL)));
    expect(await client.say('x\r\n.')).toMatch(/^452 4\.3\.1 /);
    expect(await client.say('NOOP')).toBe('250 2.0.0 OK');
  });
  test('broken: 451, without the cause', async () => {
    const { client } = await dialogue([...hello, 'DATA'], failing(new Error('secret path')));
    expect(await client.say('x\r\n.')).toBe('451 4.3.0 Requested action aborted: local error');
  });
});

describe('hostile clients', () => {
  test('a line of 10 MB is swallowed', async () => {
    const { port } = await startReceiver();
    const client = new Client(port);
    await client.reply();
    const megabyte = Buffer.alloc(1024 * 1024, 'x');
    for (let count = 0; count < 10; count += 1) client.socket.write(megabyte);
    expect(await client.say('')).toBe('500 Line too long');
    expect(await client.say('NOOP')).toBe('250 OK');
  });

  test('data over the size limit is refused while it streams in, and not kept', async () => {
    const { spool, seen } = countingSpool();
    const settings = async () => ({ ...defaultReceiverSettings, messageSizeLimit: 100_000 });
    const { client } = await dialogue([...hello, 'DATA'], { spool, settings });
    const line = Buffer.from(`${'x'.repeat(998)}\r\n`);
    for (let count = 0; count < 5_000; count += 1) client.socket.write(line);
    expect(await client.say('.')).toBe('552 5.3.4 Message size exceeds the fixed limit');
    expect(seen.committed).toBe(0);
    expect(seen.abandoned).toBe(1);
    expect(seen.bytes).toBeLessThan(400_000);
  });

  test('data that never ends is cut off', async () => {
    const settings = async () => ({ ...defaultReceiverSettings, messageSizeLimit: 1_000 });
    const { client } = await dialogue([...hello, 'DATA'], { settings });
    const chunk = Buffer.alloc(64 * 1024, 'x');
    const pump = (): void => {
      while (!client.isClosed && client.socket.write(chunk));
      if (!client.isClosed) client.socket.once('drain', pump);
    };
    pump();
    expect(await client.reply()).toMatch(/^552 /);
  });

  test('2,000 Received: fields are a loop', async () => {
    const { client, submissions } = await dialogue([...hello, 'DATA']);
    const header = 'Received: from x by y;\r\n\tMon, 2 Nov 1998 17:31:22 -0600\r\n'.repeat(2_000);
    expect(await client.say(`${header}\r\nx\r\n.`)).toBe('554 5.4.6 Too many hops, mail is looping');
    expect(submissions).toHaveLength(0);
  });

  test('Received: lines in the body are text', async () => {
    const { client, submissions } = await dialogue([...hello, 'DATA']);
    expect(await client.say(`Subject: x\r\n\r\n${'Received: x\r\n'.repeat(100)}.`)).toBe('250 2.0.0 OK');
    expect(submissions).toHaveLength(1);
  });

  test('recipients beyond the limit get 452, the others are kept', async () => {
    const settings = async () => ({ ...defaultReceiverSettings, recipientLimit: 3 });
    const rcpt = (name: string) => `RCPT TO:<${name}@node.example>`;
    const names = ['smith', 'jones', 'smith', 'green', 'brown', 'smith'];
    const { replies, submissions, client } = await dialogue(
      ['HELO me', 'MAIL FROM:<>', ...names.map(rcpt), 'DATA'],
      { settings },
    );
    expect(replies.slice(2, -1)).toEqual([
      '250 <smith@node.example>... Recipient OK',
      '250 <jones@node.example>... Recipient OK',
      // Named twice: one copy.
      '250 <smith@node.example>... Recipient OK',
      '250 <green@node.example>... Recipient OK',
      '452 Too many recipients',
      '452 Too many recipients',
    ]);
    await client.say('x\r\n.');
    expect(submissions[0]!.envelope.forwardPaths).toEqual(
      ['smith', 'jones', 'green'].map((name) => `${name}@node.example`),
    );
  });

  test('100,000 recipients: ten thousand are taken, the others are told to come again', async () => {
    const { port, submissions } = await startReceiver();
    const client = new Client(port);
    await client.reply();
    await client.say('EHLO me');
    await client.say('MAIL FROM:<>');
    const codes = new Map<string, number>();
    for (let from = 0; from < 100_000; from += 1_000) {
      const some = Array.from({ length: 1_000 }, (_, n) => `RCPT TO:<user${from + n}@node.example>\r\n`);
      client.socket.write(some.join(''));
      for (const _ of some) {
        const code = (await client.reply()).slice(0, 3);
        codes.set(code, (codes.get(code) ?? 0) + 1);
      }
    }
    expect(Object.fromEntries(codes)).toEqual({ 250: 10_000, 452: 90_000 });
    await client.say('DATA');
    expect(await client.say('x\r\n.')).toMatch(/^250 /);
    expect(submissions[0]!.envelope.forwardPaths).toHaveLength(10_000);
  }, 60_000);

  test('a client that makes only mistakes is shown the door', async () => {
    const { replies } = await dialogue(Array(22).fill('FOO'));
    expect(replies.at(-1)).toMatch(/^421 node\.example Too many errors/);
  });

  test('silence ends the session', async () => {
    const clock = manualClock();
    const { port } = await startReceiver({ clock });
    const client = new Client(port);
    await client.reply();
    clock.advance(5 * 60_000);
    expect(await client.reply()).toMatch(/^421 /);
  });

  test('one byte a minute does not hold the data phase open for ever', async () => {
    const clock = manualClock();
    const { port, arrived } = await startReceiver({ clock });
    const client = new Client(port);
    await client.reply();
    for (const line of [...hello, 'DATA']) await client.say(line);
    await drip(client, clock, arrived, 59);
    expect(client.isClosed).toBe(false);
    await drip(client, clock, arrived, 2);
    expect(await client.reply()).toMatch(/^421 .*you are too slow/);
  });

  test('nor a command that never ends the session', async () => {
    const clock = manualClock();
    const { port, arrived } = await startReceiver({ clock });
    const client = new Client(port);
    await client.reply();
    await drip(client, clock, arrived, 5);
    expect(await client.reply()).toMatch(/^421 .*you are too slow/);
  });
});

test('a message whose way here is as long as allowed is taken; one hop more is refused here, not returned later', async () => {
  const settings = async () => ({ ...defaultReceiverSettings, hopCountMaximum: 3 });
  const hops = (count: number): string => `${'Received: x\r\n'.repeat(count)}\r\nx\r\n.`;
  const { client, submissions } = await dialogue([...hello, 'DATA'], { settings });
  // Ours is the third: the symbiont counts it too.
  expect(await client.say(hops(2))).toBe('250 2.0.0 OK');
  for (const line of hello.slice(1)) await client.say(line);
  await client.say('DATA');
  expect(await client.say(hops(3))).toMatch(/^554 5\.4\.6 /);
  expect(submissions).toHaveLength(1);
});

test('a size limit of 0 is none', async () => {
  const settings = async () => ({ ...defaultReceiverSettings, messageSizeLimit: 0 });
  const { replies, client } = await dialogue(
    ['EHLO me', 'MAIL FROM:<> SIZE=99999999999', 'RCPT TO:<smith@node.example>', 'DATA'],
    { settings },
  );
  expect(replies[0]).toContain('250-SIZE 0\r\n');
  expect(replies[1]).toBe('250 2.1.0 <>... Sender OK');
  expect(await client.say(`${`${'x'.repeat(998)}\r\n`.repeat(100)}.`)).toBe('250 2.0.0 OK');
});

describe('a text in the spool', () => {
  const long = `${`${'x'.repeat(998)}\r\n`.repeat(100)}.`;

  test('that cannot be made durable is let go of', async () => {
    const { spool, seen } = countingSpool();
    const broken: Spool = {
      ...spool,
      create: () => ({ ...spool.create(), commit: () => Promise.reject(condition(RMS.FUL)) }),
    };
    const { client } = await dialogue([...hello, 'DATA'], { spool: broken });
    expect(await client.say(long)).toMatch(/^452 4\.3\.1 /);
    expect(seen.abandoned).toBe(1);
  });

  const refusing = async (error: unknown) => {
    const { spool } = countingSpool();
    const removed: string[] = [];
    const { client } = await dialogue([...hello, 'DATA'], {
      spool: { ...spool, remove: async (spoolId) => void removed.push(spoolId) },
      queueManager: { submit: () => Promise.reject(error) },
    });
    expect(await client.say(long)).toMatch(/^45[12] /);
    return removed;
  };
  test('that the queue did not take is removed', async () => {
    expect(await refusing(condition(RMS.FUL))).toEqual(['SPOOLED']);
  });
  test('that the queue may have taken stays: an entry without its text would be of no use', async () => {
    expect(await refusing(condition(JBC.JOBQUEDIS))).toEqual([]);
  });
});

describe('a node that is being stopped', () => {
  test('tells a silent client, and closes', async () => {
    const stopping = new AbortController();
    const { port } = await startReceiver({ stopping: stopping.signal });
    const client = new Client(port);
    await client.reply();
    stopping.abort();
    expect(await client.reply()).toBe('421 node.example Service not available');
    client.socket.end();
    expect(await client.reply()).toBe('(closed)');
  });

  test('takes a message in hand to its end first', async () => {
    const stopping = new AbortController();
    const { port, submissions } = await startReceiver({ stopping: stopping.signal });
    const client = new Client(port);
    await client.reply();
    for (const line of [...hello, 'DATA']) await client.say(line);
    stopping.abort();
    expect(await client.say('Subject: x\r\n\r\nx\r\n.')).toMatch(/^250 /);
    expect(await client.reply()).toMatch(/^421 .*node\.example Service not available$/);
    expect(submissions).toHaveLength(1);
  });

  test('greets nobody any more', async () => {
    const { port } = await startReceiver({ stopping: AbortSignal.abort() });
    const client = new Client(port);
    await client.reply();
    expect(await client.reply()).toBe('421 node.example Service not available');
  });
});

test('RECV_TRACE logs each command and reply, and nothing without it', async () => {
  const lines: unknown[] = [];
  const log = {
    ...silentLog,
    info: (fields: Readonly<Record<string, unknown>>) => lines.push(fields['line']),
  };
  for (const traces of [false, true]) {
    const settings = async () => ({ ...defaultReceiverSettings, traces });
    const { port } = await startReceiver({ log, settings });
    const client = new Client(port);
    await client.reply();
    client.socket.write('NOOP\r\nVRFY\x1b[1m\r\nHunter2\r\n');
    await client.reply();
    await client.reply();
    await client.reply();
    if (!traces) expect(lines).toEqual([]);
  }
  expect(lines).toEqual([
    expect.stringMatching(/^>>>220 node\.example /),
    '<<<NOOP',
    expect.stringMatching(/^>>>250 /),
    // What is no command may be a password that was not asked for.
    '<<<***',
    expect.stringMatching(/^>>>500 /),
    '<<<***',
    expect.stringMatching(/^>>>500 /),
  ]);
});

test('what the sender asks for goes with the envelope (RFC 3461 §4)', async () => {
  const { port, submissions } = await startReceiver();
  const client = new Client(port);
  await client.reply();
  for (const line of [
    'EHLO x',
    'MAIL FROM:<ann@x.example> RET=hdrs ENVID=QQ1',
    'RCPT TO:<a@node.example>',
    'RCPT TO:<b@node.example> NOTIFY=success,FAILURE ORCPT=rfc822;old@x.example',
    'DATA',
  ])
    await client.say(line);
  expect(await client.say('x\r\n.')).toMatch(/^250 /);
  expect(submissions[0]?.envelope).toMatchObject({
    forwardPaths: ['a@node.example', 'b@node.example'],
    requests: {
      returnText: 'HDRS',
      envelopeId: 'QQ1',
      recipients: { 1: { notify: ['SUCCESS', 'FAILURE'], originalRecipient: 'rfc822;old@x.example' } },
    },
  });
});
