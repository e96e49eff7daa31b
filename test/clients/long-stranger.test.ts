/**
 * A long message of a stranger who is checked: the receiver writes it once, as it came, and everybody reads it with what was found
 * and without what was forged. Octet for octet by IMAP and POP, in MAIL, and by the host it is forwarded to.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createMemoryResolver } from '../../src/adapters/memory/resolver.ts';
import { imapView, popView } from '../support/mailbox-views.ts';
import { type ProgramNode, startProgramNode, withProgram } from '../support/program-node.ts';
import { SmtpLine } from '../support/smtp-line.ts';
import { type SmtpSink, startSink } from '../support/smtp-sink.ts';

let sink: SmtpSink;
let node: ProgramNode;
beforeAll(async () => {
  sink = await startSink({ extensions: ['PIPELINING', 'SIZE', '8BITMIME', 'CHUNKING'] });
  node = await startProgramNode(['IMAPS', 'POPS'], {
    remotePort: sink.port,
    resolver: createMemoryResolver({ addresses: { 'away.example': ['127.0.0.1'] } }),
  });
  await node.node.addUser('BAKER');
  await node.node.systemStore.putSetting('Good-Clients', '10.0.0.1');
  await node.mail('BAKER', 'SET FORWARD SMTP%"baker@away.example"\n');
});
afterAll(async () => {
  await node?.[Symbol.asyncDispose]();
  await sink?.[Symbol.asyncDispose]();
});

const spoolDirectory = (): string => join(node.root, 'TCPIP$SMTP', 'SPOOL');
const address = (user: string): string => `${user}@${node.node.hostName}`;
const fields = (forged: string): string =>
  `From: Ann <ann@far.example>\r\nTo: jones\r\n${forged}Subject: the long one\r\n`;
const lines = Array.from({ length: 5_000 }, (_, index) => `line ${index} of a story that is long\r\n`);
const body = `\r\n.a line with a dot\r\n${lines.join('')}the end\r\n`;

async function send(text: string): Promise<void> {
  const line = new SmtpLine(node.node.port('SMTP'));
  try {
    await line.reply();
    for (const command of [
      'EHLO far.example',
      'MAIL FROM:<ann@far.example>',
      `RCPT TO:<${address('jones')}>`,
      `RCPT TO:<${address('baker')}>`,
      'DATA',
    ])
      expect(await line.command(command)).toMatch(/^[23]/);
    line.write(`${text.replaceAll(/^\./gm, '..')}.\r\n`);
    expect(await line.reply()).toMatch(/^250 /);
  } finally {
    line.close();
  }
}

withProgram('python3', () => {
  test('it is the same by IMAP, POP and EXTRACT, and for the host it is forwarded to', async () => {
    await send(
      `${fields(`X-Spam: No\r\nAuthentication-Results: ${node.node.hostName}; dmarc=pass\r\n`)}${body}`,
    );
    await sink.received(1);
    await node.queueIsEmpty();

    const found = [...(await imapView(node)).texts.values()];
    expect(found).toHaveLength(1);
    const [text] = found;
    const onTop =
      /^Return-Path: <ann@far\.example>\r\nAuthentication-Results: [^;]+;\r\n\tdkim=none [\s\S]+?\r\nReceived: from far\.example /;
    expect(text).toMatch(onTop);
    expect(text).not.toMatch(/X-Spam|dmarc=pass/);
    expect(text!.endsWith(`\r\n${fields('')}${body}`)).toBe(true);

    const { messages } = await popView(node);
    expect(messages).toMatchObject([{ text, sizeBytes: text!.length }]);

    await node.mail('JONES', 'READ/NEW\nEXTRACT/NOHEADER LONG.TXT\nEXIT\n');
    const directory = join(node.root, 'JONES');
    const file = readdirSync(directory).find((name) => /^long\.txt/i.test(name));
    const extracted = readFileSync(join(directory, file ?? 'nowhere'), 'latin1');
    expect(extracted).toContain(body.trim().replaceAll('\r\n', '\n'));

    const relayed = sink.messages[0]!;
    expect(relayed.forwardPaths).toEqual(['baker@away.example']);
    expect(relayed.text).toBe(text!.replace(/^Return-Path: .*\r\n/, ''));
    expect(sink.commands).toContainEqual(
      expect.stringMatching(new RegExp(`^MAIL FROM:<.*> SIZE=${relayed.text.length}\\b`)),
    );
    expect(relayed.chunks.length).toBeGreaterThan(0);
    // All that is left of it is the file of the mail file.
    await vi.waitFor(() => expect(readdirSync(spoolDirectory())).toEqual([]), 10_000);
  }, 60_000);
});

test('in the queue it is whole, has the size that it has, and is copied as it is', async () => {
  const forged = 'X-Spam: No\r\n';
  await node.dcl('SYSTEM', 'TCPIP STOP MAIL\n');
  await send(`${fields(forged)}${body}`);
  const listed = await node.dcl('SYSTEM', 'SHOW QUEUE/ALL/FULL TCPIP$SMTP*\n');
  const { entry, blocks } = /^ +(?<entry>\d+) +\S+\n +TCPIP\$SMTP +(?<blocks>\d+) /m.exec(listed)!.groups!;
  const [spooled] = readdirSync(spoolDirectory());
  expect(readFileSync(join(spoolDirectory(), spooled!), 'latin1')).toContain(forged);
  const analysis = await node.dcl('SYSTEM', 'TCPIP ANALYZE MAIL\n');
  expect(analysis).toContain('found 1 file-queue entry pairs');
  expect(analysis).not.toMatch(/-[EW]-/);

  await node.dcl(
    'SYSTEM',
    `SET ENTRY ${entry}/HOLD\nTCPIP REMOVE MAIL/NOCONFIRM/ENTRY=${entry}/COPY=DKA0:[JONES]\n`,
  );
  const directory = join(node.root, 'JONES');
  const copy = readdirSync(directory).find((name) => name.includes('.TCPIP_'));
  const [, text = ''] = readFileSync(join(directory, copy ?? 'nowhere'), 'latin1').split('\nDATA\n');
  expect(text).toMatch(/^Authentication-Results: /);
  expect(text.trimEnd().endsWith(`\n${`${fields('')}${body}`.replaceAll('\r\n', '\n').trimEnd()}`)).toBe(
    true,
  );
  // With CR and LF.
  const octets = text.length + text.split('\n').length - 1;
  expect(Math.abs(Number(blocks) - octets / 512)).toBeLessThan(1);
  await vi.waitFor(() => expect(readdirSync(spoolDirectory())).toEqual([]), 10_000);
});
