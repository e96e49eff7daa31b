/** A message from its greeting to its acknowledgement, and where that ends otherwise. */
import { afterEach, describe, expect, test } from 'vitest';
import { condition, JBC, RMS } from '../condition/index.ts';
import { silentLog } from '../ports/log.ts';
import type { Spool } from '../ports/message-text.ts';
import { defaultReceiverSettings } from './index.ts';
import { countingSpool, dialogue, hello, startReceiver } from './testing/plain-dialogue.ts';
import { Client, closeAll } from './testing/receiver-rig.ts';

afterEach(closeAll);

test('the product voice', async () => {
  const { port } = await startReceiver();
  const client = Client.plain(port);
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
  const client = Client.plain(port);
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
    const client = Client.plain(port);
    await client.reply();
    stopping.abort();
    expect(await client.reply()).toBe('421 node.example Service not available');
    client.socket.end();
    expect(await client.reply()).toBe('(closed)');
  });

  test('takes a message in hand to its end first', async () => {
    const stopping = new AbortController();
    const { port, submissions } = await startReceiver({ stopping: stopping.signal });
    const client = Client.plain(port);
    await client.reply();
    for (const line of [...hello, 'DATA']) await client.say(line);
    stopping.abort();
    expect(await client.say('Subject: x\r\n\r\nx\r\n.')).toMatch(/^250 /);
    expect(await client.reply()).toMatch(/^421 .*node\.example Service not available$/);
    expect(submissions).toHaveLength(1);
  });

  test('greets nobody any more', async () => {
    const { port } = await startReceiver({ stopping: AbortSignal.abort() });
    const client = Client.plain(port);
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
    const client = Client.plain(port);
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
  const client = Client.plain(port);
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
