/** Real SMTP clients send to a local user; MAIL> shows it; REPLY goes out to a sink. Skipped loudly where one is absent. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMemoryResolver } from '../../src/adapters/memory/resolver.ts';
import { type Fixture, startFixture } from '../support/node-fixture.ts';
import { isInstalled } from '../support/program-node.ts';
import { type SmtpSink, startSink } from '../support/smtp-sink.ts';

const run = promisify(execFile);

let sink: SmtpSink;
let fixture: Fixture;
beforeAll(async () => {
  sink = await startSink();
  const resolver = createMemoryResolver({
    mx: { 'elsewhere.example': [{ preference: 10, exchange: 'mx.elsewhere.example' }] },
    addresses: { 'mx.elsewhere.example': ['127.0.0.1'] },
  });
  fixture = await startFixture(['JONES'], { resolver, remotePort: sink.port });
});
afterAll(async () => {
  await fixture?.[Symbol.asyncDispose]();
  await sink?.[Symbol.asyncDispose]();
});

const text = (client: string): string =>
  `From: "Anne Smith" <anne@elsewhere.example>\r\nTo: jones@hearts.example\r\nSubject: sent by ${client}\r\n` +
  'Date: Mon, 2 Nov 1998 17:31:22 -0600\r\n\r\nHello from a real client.\r\n';

interface Client {
  readonly program: string;
  send(port: number): Promise<unknown>;
}
const clients: readonly Client[] = [
  {
    program: 'python3',
    send: (port) =>
      run('python3', [
        '-c',
        `import smtplib,sys
s=smtplib.SMTP('127.0.0.1',${port})
s.sendmail('anne@elsewhere.example',['jones@hearts.example'],sys.argv[1])
s.quit()`,
        text('python3'),
      ]),
  },
  {
    program: 'swaks',
    send: (port) =>
      run('swaks', [
        '--server',
        `127.0.0.1:${port}`,
        '--from',
        'anne@elsewhere.example',
        '--to',
        'jones@hearts.example',
        '--data',
        text('swaks'),
      ]),
  },
  {
    program: 'curl',
    send: async (port) => {
      const child = run('curl', [
        '--silent',
        '--show-error',
        '--url',
        `smtp://127.0.0.1:${port}`,
        '--mail-from',
        'anne@elsewhere.example',
        '--mail-rcpt',
        'jones@hearts.example',
        '--upload-file',
        '-',
      ]);
      child.child.stdin?.end(text('curl'));
      return child;
    },
  },
];

describe('real clients', () => {
  let sent = 0;
  for (const client of clients) {
    const present = isInstalled(client.program);
    if (!present) console.warn(`SKIPPED: ${client.program} is not installed on this machine`);
    test.runIf(present)(`${client.program}: MAIL> shows what it sent, and REPLY arrives`, async () => {
      sent += 1;
      await client.send(fixture.node.port('SMTP'));
      await fixture.queueIsEmpty();
      const screen = await fixture.mail('JONES', 'READ/NEW\nREPLY\nThank you.\n\x1a\nDELETE\nEXIT\n');
      expect(screen).toMatch(/From:\tSMTP%"anne@elsewhere\.example"\s+"Anne Smith"/);
      expect(screen).toContain('To:\t');
      expect(screen).toContain(`Subj:\tsent by ${client.program}`);
      expect(screen).toContain('Hello from a real client.');
      await sink.received(sent);
      const reply = sink.messages.at(-1)!;
      expect(reply.reversePath.toLowerCase()).toBe('jones@hearts.example');
      expect(reply.forwardPaths).toEqual(['anne@elsewhere.example']);
      expect(reply.text).toContain(`Subject: RE: sent by ${client.program}`);
      expect(reply.text).toContain('Thank you.');
    });
  }
});
