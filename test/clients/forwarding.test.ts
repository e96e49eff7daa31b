/** What a stranger sends to a user who has it forwarded: sender, seal, and the way back, over real sockets. */
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMemoryResolver } from '../../src/adapters/memory/resolver.ts';
import { hostFileSystem } from '../../src/adapters/node/host-file-system.ts';
import { systemClock } from '../../src/adapters/node/system-clock.ts';
import { writeKeyFile } from '../../src/images/parts/dkim-key-files.ts';
import {
  createMessageVerifier,
  newSigningKey,
  recordName,
  recordText,
} from '../../src/message-authentication/index.ts';
import { putDkimKeys } from '../../src/system/settings/index.ts';
import { type Fixture, startFixture } from '../support/node-fixture.ts';
import { type SmtpSink, startSink } from '../support/smtp-sink.ts';

let sink: SmtpSink;
let fixture: Fixture;
const txt: Record<string, string[]> = {};
beforeAll(async () => {
  sink = await startSink();
  fixture = await startFixture(['JONES'], {
    nodeName: 'HEARTS',
    hostName: 'hearts.example',
    remotePort: sink.port,
    resolver: createMemoryResolver({
      addresses: { 'away.example': ['127.0.0.1'], 'far.example': ['127.0.0.1'] },
    }),
    ports: { SMTP: 0 },
  });
  const { systemStore } = fixture.node;
  await systemStore.putSetting('Good-Clients', '10.0.0.1');
  await fixture.mail('JONES', 'SET FORWARD SMTP%"jones@away.example"\n');
  const { privateKey, publicKey } = await newSigningKey('rsa');
  const files = hostFileSystem({ root: fixture.root, clock: systemClock });
  const file = await writeKeyFile(files, privateKey);
  files.close();
  const key = { domain: 'hearts.example', selector: 's', algorithm: 'rsa', publicKey } as const;
  txt[recordName(key)] = [recordText(key)];
  await putDkimKeys(systemStore, [{ ...key, createdAt: 0, activeFrom: 0, file }]);
});
afterAll(async () => {
  await fixture?.[Symbol.asyncDispose]();
  await sink?.[Symbol.asyncDispose]();
});

/** The replies, one after the other. */
async function dialogue(lines: readonly string[]): Promise<readonly string[]> {
  const socket = connect(fixture.node.port('SMTP'), '127.0.0.1');
  socket.setEncoding('latin1');
  const replies: string[] = [];
  for (const line of ['', ...lines, 'QUIT']) {
    if (line !== '') socket.write(`${line}\r\n`);
    replies.push(await new Promise<string>((resolve) => socket.once('data', resolve)));
  }
  socket.destroy();
  return replies;
}

test('it leaves with a sender of ours, sealed, and comes back to its own', async () => {
  const sent = await dialogue([
    'HELO there.example',
    'MAIL FROM:<ann@far.example>',
    'RCPT TO:<jones@hearts.example>',
    'DATA',
    'From: Ann <ann@far.example>\r\nSubject: Lunch\r\n\r\nAt noon?\r\n.',
  ]);
  expect(sent.at(-2)).toMatch(/^250 /);
  await sink.received(1);
  const { reversePath, text } = sink.messages[0]!;
  expect(reversePath).toMatch(/^SRS0=.*=far\.example=ann@hearts\.example$/);
  expect(text).toMatch(/^ARC-Seal: i=1; /);
  expect(text).not.toContain('DKIM-Signature');
  const end = text.indexOf('\r\n\r\n') + 4;
  const { sealedBy } = await createMessageVerifier({
    resolver: createMemoryResolver({ txt }),
    clock: systemClock,
    authservId: 'away.example',
  }).verify({
    address: '127.0.0.1',
    greetedAs: 'hearts.example',
    reversePath,
    header: Buffer.from(text.slice(0, end), 'latin1'),
    body: () => [Buffer.from(text.slice(end), 'latin1')],
  });
  expect(sealedBy).toBe('hearts.example');

  const back = await dialogue([
    'HELO away.example',
    'MAIL FROM:<>',
    `RCPT TO:<${reversePath.replace('ann@', 'eve@')}>`,
    'RCPT TO:<ann@far.example>',
    `RCPT TO:<${reversePath}>`,
    'DATA',
    'Subject: Returned mail\r\n\r\nMailbox full\r\n.',
  ]);
  expect(back.slice(3, 6).map((each) => each.slice(0, 3))).toEqual(['550', '550', '250']);
  await sink.received(2);
  expect(sink.messages[1]).toMatchObject({ reversePath: '', forwardPaths: ['ann@far.example'] });
});
