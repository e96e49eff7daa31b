/** A whole node: mail leaves, a day passes, and the domain that asked for it gets a report that is signed. RFC 8460. */
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import PostalMime from 'postal-mime';
import { expect, test } from 'vitest';
import { manualClock } from '../src/adapters/memory/manual-clock.ts';
import { createMemoryResolver } from '../src/adapters/memory/resolver.ts';
import { createMessageVerifier } from '../src/message-authentication/index.ts';
import { startFixture } from './support/node-fixture.ts';
import { startSink } from './support/smtp-sink.ts';

const HOUR_MS = 3_600_000;

/** By the library of others that knows what RFC 8460 §3 wants of keys and signatures. Undefined: it is not here. */
function verifiedByDkimpy(message: Buffer, record: string, now: number): boolean | undefined {
  const program = `
import sys, time, dkim
time.time = lambda: float(sys.argv[2])
record = sys.argv[1].encode()
print(dkim.DKIM(sys.stdin.buffer.read(), tlsrpt=True).verify(dnsfunc=lambda name, timeout=5: record))`;
  const isThere = spawnSync('/usr/bin/python3', ['-c', 'import dkim']).status === 0;
  if (!isThere) {
    process.stderr.write(
      'SKIPPED: no dkimpy here (python3-dkim); nobody else checks the signature of a report\n',
    );
    return undefined;
  }
  return (
    spawnSync('/usr/bin/python3', ['-c', program, record, String(now / 1_000)], { input: message })
      .stdout.toString()
      .trim() === 'True'
  );
}

test('a report leaves by the queue, signed, and nothing is reported of it', async () => {
  await using sink = await startSink({});
  const clock = manualClock(Date.now());
  const txt: Record<string, string[]> = {
    '_smtp._tls.far.example': ['v=TLSRPTv1; rua=mailto:tls@far.example'],
  };
  const resolver = createMemoryResolver({ addresses: { 'far.example': ['127.0.0.1'] }, txt });
  await using fixture = await startFixture(['JONES'], { remotePort: sink.port, resolver, clock });
  const launcher = join(import.meta.dirname, '../bin/vmsmail');
  const line = execFileSync(launcher, ['dkim', 'generate', 'hearts.example', '--root', fixture.root], {
    encoding: 'utf8',
  });
  const [, name = '', strings = ''] = /^(\S+)\. IN TXT \((.*)\)/m.exec(line) ?? [];
  txt[name] = [[...strings.matchAll(/"([^"]*)"/g)].map(([, each]) => each).join('')];
  // The key was made a moment later, by the clock of the machine.
  clock.advance(HOUR_MS);
  await fixture.dcl('SYSTEM', 'TCPIP SET CONFIGURATION SMTP/TLS_REPORTS\n');
  await fixture.mail('JONES', 'SEND\nbob@far.example\nHello\nLunch?\n');
  await sink.received(1);
  await fixture.queueIsEmpty();

  const until = async (count: number, hours: number): Promise<void> => {
    for (let passed = 0; passed < hours && sink.messages.length < count; passed += 0.5) {
      clock.advance(HOUR_MS / 2);
      await new Promise((resolve) => setTimeout(resolve, 50));
      // What is on its way is not overtaken by half an hour.
      await fixture.queueIsEmpty();
    }
  };
  await until(2, 48);
  await sink.received(2);
  const { text, reversePath, forwardPaths } = sink.messages[1]!;
  expect([reversePath, forwardPaths]).toEqual(['postmaster@hearts.example', ['tls@far.example']]);
  const message = await PostalMime.parse(text);
  expect(message.headers.find(({ key }) => key === 'tls-report-domain')?.value).toBe('far.example');
  const [attachment] = message.attachments;
  expect(JSON.parse(gunzipSync(Buffer.from(attachment?.content as ArrayBuffer)).toString())).toMatchObject({
    'organization-name': 'hearts.example',
    policies: [
      {
        policy: { 'policy-type': 'no-policy-found' },
        summary: { 'total-failure-session-count': 1 },
        'failure-details': [
          { 'result-type': 'starttls-not-supported', 'receiving-mx-hostname': 'far.example' },
        ],
      },
    ],
  });
  const bytes = Buffer.from(text, 'latin1');
  const end = bytes.indexOf('\r\n\r\n') + 4;
  const verifier = createMessageVerifier({ resolver, clock, authservId: 'far.example' });
  const { dkimDomains } = await verifier.verify({
    address: '192.0.2.1',
    greetedAs: 'hearts.example',
    reversePath,
    header: bytes.subarray(0, end),
    body: () => [bytes.subarray(end)],
  });
  expect(dkimDomains).toEqual(['hearts.example']);
  expect(verifiedByDkimpy(bytes, txt[name]![0]!, clock.now())).not.toBe(false);

  await until(3, 60);
  expect(sink.messages).toHaveLength(2);
});
