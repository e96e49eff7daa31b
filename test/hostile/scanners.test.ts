/** What scanners of the distribution find at the doors of a node: nmap, openssl. Skipped loudly where one is absent. */
import { execFile, spawn, spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMemoryResolver } from '../../src/adapters/memory/resolver.ts';
import { type Fixture, startFixture } from '../support/node-fixture.ts';

const run = promisify(execFile);
const isThere = (program: string): boolean => {
  const found = spawnSync('which', [program]).status === 0;
  if (!found) console.warn(`SKIPPED: ${program} is not installed on this machine`);
  return found;
};
const SECURE = ['SMTPS', 'POPS', 'IMAPS'] as const;

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture(['JONES'], { resolver: createMemoryResolver({}) });
  // This machine is a stranger, as the scanner is to be.
  await fixture.dcl(
    'SYSTEM',
    `TCPIP SET CONFIGURATION SMTP/NOGOOD_CLIENTS\n${SECURE.map((each) => `TCPIP ENABLE SERVICE ${each}\n`).join('')}`,
  );
});
afterAll(async () => fixture?.[Symbol.asyncDispose]());

describe.runIf(isThere('nmap'))('nmap', () => {
  test.each(SECURE)(
    'finds strong ciphers of TLS 1.2 and 1.3 alone at %s',
    async (service) => {
      const port = fixture.node.port(service);
      const { stdout } = await run('nmap', [
        '-Pn',
        '-p',
        `${port}`,
        '--script',
        'ssl-enum-ciphers',
        '127.0.0.1',
      ]);
      const versions = [...stdout.matchAll(/^\| {3}((?:TLS|SSL)v[\d.]+):/gm)].map(([, version]) => version);
      expect(versions).toEqual(['TLSv1.2', 'TLSv1.3']);
      expect(stdout).toContain('least strength: A');
      const ciphers = [...stdout.matchAll(/TLS_\w+/g)].map(([name]) => name);
      expect(ciphers.length).toBeGreaterThan(3);
      for (const each of ciphers) expect(each).toMatch(/GCM|POLY1305/);
    },
    60_000,
  );

  test('finds no open relay and no users', async () => {
    // Its scripts ask at the usual ports alone, unless they are told what is there.
    const port = fixture.node.port('SMTP');
    const { stdout } = await run('nmap', [
      ...['-Pn', '-p', `${port}`, '--script', '+smtp-open-relay,+smtp-enum-users,+smtp-commands'],
      ...[
        '--script-args',
        'smtp-open-relay.domain=elsewhere.example,smtp-enum-users.methods={VRFY,EXPN,RCPT}',
      ],
      '127.0.0.1',
    ]);
    expect(stdout).toContain('smtp-commands: hearts.example');
    // Who tries to route through again and again is cut off: tcpip-smtp.md §3.3 rule 4.
    expect(stdout).toMatch(
      /smtp-open-relay: (?:Server doesn't seem to be an open relay|.*connection closed)/,
    );
    expect(stdout.toLowerCase()).not.toContain('jones');
  }, 120_000);
});

/** What scanners for open relays try, each on a connection of its own. Sources: nmap's smtp-open-relay; abuse.net's tests. */
const relayForms: readonly (readonly [from: string, to: string])[] = [
  ['', 'relay@away.example'],
  ['spam@elsewhere.example', 'relay@away.example'],
  ['spam@hearts.example', 'relay@away.example'],
  ['spam@[127.0.0.1]', 'relay@away.example'],
  ['jones@hearts.example', 'relay@away.example'],
  ['postmaster', 'relay@away.example'],
  ['spam@elsewhere.example', 'relay%away.example@hearts.example'],
  ['spam@elsewhere.example', 'relay%away.example@[127.0.0.1]'],
  ['spam@elsewhere.example', '"relay@away.example"'],
  ['spam@elsewhere.example', '"relay%away.example"'],
  ['spam@elsewhere.example', 'relay@away.example@hearts.example'],
  ['spam@elsewhere.example', '"relay@away.example"@hearts.example'],
  ['spam@elsewhere.example', 'relay@away.example@[127.0.0.1]'],
  ['spam@elsewhere.example', '@hearts.example:relay@away.example'],
  ['spam@elsewhere.example', '@[127.0.0.1]:relay@away.example'],
  ['spam@elsewhere.example', 'away.example!relay'],
  ['spam@elsewhere.example', 'away.example!relay@hearts.example'],
  ['spam@elsewhere.example', 'away.example!relay@[127.0.0.1]'],
  ['spam@elsewhere.example', 'SMTP%"relay@away.example"'],
  ['spam@elsewhere.example', '"HEARTS::SMTP%relay"@hearts.example'],
  ['spam@elsewhere.example', 'jones+"relay@away.example"@hearts.example'],
];

test.each(relayForms)('from <%s> to <%s> nothing is relayed', async (from, to) => {
  const socket = connect(fixture.node.port('SMTP'), '127.0.0.1').setEncoding('latin1');
  let said = '';
  socket.on('data', (text: string) => {
    said += text;
  });
  socket.write(`EHLO x.example\r\nMAIL FROM:<${from}>\r\nRCPT TO:<${to}>\r\nQUIT\r\n`);
  await new Promise((resolve) => socket.once('close', resolve));
  const replies = said.split('\r\n').filter((line) => /^\d{3} /.test(line));
  // To the one of MAIL the greeting and EHLO come first.
  const [, , mail = '', rcpt = ''] = replies;
  expect(mail.startsWith('250') ? rcpt : mail).toMatch(/^5\d\d /);
  expect((await fixture.node.queueManager.queues()).every(({ counts }) => counts.pending === 0)).toBe(true);
});

describe.runIf(isThere('openssl'))('openssl', () => {
  /** What s_client says when a line is typed at it. */
  async function talk(words: readonly string[], typed: string): Promise<string> {
    const child = spawn('openssl', [
      's_client',
      '-connect',
      `127.0.0.1:${fixture.node.port('SMTPS')}`,
      ...words,
    ]);
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        if (chunk.includes('220 ')) child.stdin.write(typed);
      });
    const timer = setTimeout(() => child.kill(), 10_000);
    await new Promise((resolve) => child.once('exit', resolve));
    clearTimeout(timer);
    return text;
  }

  test('cannot negotiate anew', async () => {
    const text = await talk(['-tls1_2', '-crlf'], 'R\n');
    expect(text).toContain('220 hearts.example');
    expect(text).toMatch(/RENEGOTIATING[\s\S]*(?:no renegotiation|error)/);
  }, 20_000);
});
