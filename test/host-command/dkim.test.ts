/** `vmsmail dkim` on the root of a node that runs: what it makes signs the mail that leaves. */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMemoryResolver } from '../../src/adapters/memory/resolver.ts';
import { systemClock } from '../../src/adapters/node/system-clock.ts';
import { createMessageVerifier } from '../../src/message-authentication/index.ts';
import { type DnsScript, startDnsServer } from '../support/dns-server.ts';
import { type Fixture, startFixture } from '../support/node-fixture.ts';
import { type SmtpSink, startSink } from '../support/smtp-sink.ts';

const launcher = join(import.meta.dirname, '../../bin/vmsmail');
let sink: SmtpSink;
let fixture: Fixture;
beforeAll(async () => {
  // What has the eighth bit becomes 7-bit for it.
  sink = await startSink({ extensions: ['PIPELINING', 'SIZE 0'] });
  fixture = await startFixture(['JONES'], {
    nodeName: 'HEARTS',
    hostName: 'hearts.example',
    remotePort: sink.port,
    resolver: createMemoryResolver({ addresses: { 'far.example': ['127.0.0.1'] } }),
  });
});
afterAll(async () => {
  await fixture?.[Symbol.asyncDispose]();
  await sink?.[Symbol.asyncDispose]();
});

async function dkim(...args: string[]): Promise<{ status: number; out: string; err: string }> {
  try {
    const { stdout, stderr } = await promisify(execFile)(launcher, ['dkim', ...args, '--root', fixture.root]);
    return { status: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { status: code, out: stdout, err: stderr };
  }
}

test('what cannot be is said', async () => {
  expect(await dkim('list')).toMatchObject({
    status: 0,
    out: expect.stringContaining('No domain has a key'),
  });
  expect(await dkim('rotate', 'acme.example')).toMatchObject({
    status: 1,
    err: expect.stringContaining('no key yet'),
  });
  expect(await dkim('show', 'acme.example')).toMatchObject({
    status: 1,
    err: expect.stringContaining('has no key'),
  });
  expect((await dkim('generate', 'not a domain')).status).toBe(1);
  expect((await dkim('generate', 'acme.example', '--bits', '512')).err).toContain('1024 to 4096');
  expect((await dkim('generate', 'acme.example', '--selector', 'a;b')).status).toBe(1);
});

/** Of a zone line: name, and the text in one piece. */
function record(line: string): { name: string; text: string } {
  const [, name = '', strings = ''] = /^(\S+)\. IN TXT \((.*)\)/.exec(line.trim()) ?? [];
  return { name, text: [...strings.matchAll(/"([^"]*)"/g)].map(([, each]) => each).join('') };
}

describe('a key', () => {
  const records: Record<string, string[]> = {};

  test('is a file that nobody else reads, and a record', async () => {
    const made = await dkim('generate', 'hearts.example', '--selector', 'one');
    expect(made.err).toContain('Put this record into the DNS');
    const { name, text } = record(made.out);
    expect(name).toBe('one._domainkey.hearts.example');
    expect(text).toMatch(/^v=DKIM1; k=rsa; p=MIIB/);
    records[name] = [text];
    const directory = join(fixture.root, 'TCPIP$SMTP');
    const [file = ''] = readdirSync(directory).filter((each) => each.startsWith('DKIM_'));
    expect(statSync(join(directory, file)).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(directory, file), 'utf8')).toContain('PRIVATE KEY');
    expect((await dkim('generate', 'hearts.example', '--selector', 'one')).err).toContain('not used twice');
  });

  test('is read by no user, and shown by no command', async () => {
    const typed = await fixture.dcl('JONES', 'TYPE DKA0:[TCPIP$SMTP]DKIM_*.PEM\n');
    expect(typed).toMatch(/-RMS-E-PRV|NOPRIV/);
    const shown = await fixture.dcl(
      'SYSTEM',
      'TCPIP SHOW CONFIGURATION SMTP/FULL\nTCPIP SHOW CONFIGURATION/COMMAND\nTCPIP SHOW DKIM\n',
    );
    expect(shown).toContain('hearts.example');
    expect(typed + shown).not.toContain('PRIVATE KEY');
    expect(shown).not.toContain('SRS_SECRET');
  });

  const sent = async (): Promise<string> => {
    const before = sink.messages.length;
    await fixture.dcl('JONES', 'MAIL/SUBJECT="Lunch" NL: "friend@far.example"\n');
    await sink.received(before + 1);
    return sink.messages.at(-1)!.text;
  };
  const signers = async (text: string) => {
    const end = text.indexOf('\r\n\r\n') + 4;
    const { dkimDomains, results } = await createMessageVerifier({
      resolver: createMemoryResolver({ txt: records }),
      clock: systemClock,
      authservId: 'far.example',
    }).verify({
      address: '127.0.0.1',
      greetedAs: 'hearts.example',
      reversePath: '',
      header: Buffer.from(text.slice(0, end), 'latin1'),
      body: () => [Buffer.from(text.slice(end), 'latin1')],
    });
    return { dkimDomains, selectors: results.flatMap((each) => /header\.s=(\S+)/.exec(each)?.[1] ?? []) };
  };

  test('signs the mail of its domain from now on', async () => {
    expect(await signers(await sent())).toEqual({ dkimDomains: ['hearts.example'], selectors: ['one'] });
  });

  test('signs what is sent, also where that is another form of what was written', async () => {
    const before = sink.messages.length;
    await fixture.node.queueManager.submit({
      envelope: {
        reversePath: 'jones@hearts.example',
        forwardPaths: ['friend@far.example'],
        body: '8BITMIME',
      },
      text: {
        kind: 'inline',
        bytes: Buffer.from(
          'From: jones@hearts.example\r\nSubject: Caf\r\nMIME-Version: 1.0\r\n' +
            'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nUn caf\u00e9?\r\n',
        ),
      },
      userName: 'JONES',
    });
    await sink.received(before + 1);
    const { text } = sink.messages.at(-1)!;
    expect(text).toContain('caf=C3=A9');
    expect((await signers(text)).dkimDomains).toEqual(['hearts.example']);
  });

  test('is followed by the next one', async () => {
    const later = await dkim('rotate', 'hearts.example', '--selector', 'two');
    expect(later.err).toMatch(/signed with it from 20/);
    expect((await signers(await sent())).selectors).toEqual(['one']);
    const now = await dkim('rotate', 'hearts.example', '--selector', 'three', '--activate-in', '0');
    records[record(now.out).name] = [record(now.out).text];
    expect((await signers(await sent())).selectors).toEqual(['three']);
    const list = (await dkim('list')).out;
    expect(list).toMatch(/one +rsa +superseded/);
    expect(list).toMatch(/two +rsa +waiting/);
    expect(list).toMatch(/three +rsa +active/);
  });

  test('of another algorithm signs beside it', async () => {
    const made = await dkim('generate', 'hearts.example', '--algorithm', 'ed25519', '--selector', 'curve');
    records[record(made.out).name] = [record(made.out).text];
    expect((await signers(await sent())).selectors).toEqual(['three', 'curve']);
  });

  test('of each algorithm is followed by one of its own, or none is', async () => {
    const before = (await dkim('list')).out;
    const named = await dkim('rotate', 'hearts.example', '--selector', 'four');
    expect(named).toMatchObject({ status: 1, out: '', err: expect.stringContaining('say --algorithm too') });
    expect((await dkim('list')).out).toBe(before);
    expect((await dkim('generate', 'acme.example', '--selector', 'old')).status).toBe(0);
    expect(
      (await dkim('generate', 'acme.example', '--selector', 'olde', '--algorithm', 'ed25519')).status,
    ).toBe(0);
    const lines = (await dkim('rotate', 'acme.example')).out.trim().split('\n');
    expect(lines.map((line) => /k=(\w+)/.exec(line)?.[1])).toEqual(['rsa', 'ed25519']);
    const one = await dkim('rotate', 'acme.example', '--selector', 'five', '--algorithm', 'ed25519');
    expect(record(one.out).name).toBe('five._domainkey.acme.example');
  });

  test('that is retired is gone', async () => {
    expect((await dkim('retire', 'hearts.example', 'one')).status).toBe(0);
    expect((await dkim('retire', 'hearts.example', 'one')).status).toBe(1);
    expect(record((await dkim('show', 'hearts.example', 'one')).out).text).toBe('v=DKIM1; k=rsa; p=');
    const left = readdirSync(join(fixture.root, 'TCPIP$SMTP')).filter((each) => each.startsWith('DKIM_'));
    expect(left).toHaveLength(8);
  });
});

const mayMount =
  process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true'], { stdio: 'ignore' }).status === 0;
if (!mayMount) process.stderr.write('SKIPPED: no mount namespaces here; vmsmail dkim check is not asked\n');

describe.skipIf(!mayMount)('whether the DNS has the records', () => {
  test('is told of each', async () => {
    const shown = (await dkim('show', 'hearts.example')).out.trim().split('\n').map(record);
    const [first, second, third] = shown;
    const script: DnsScript = {
      [first!.name]: { TXT: [first!.text.match(/.{1,200}/g) ?? []] },
      [second!.name]: { TXT: ['v=DKIM1; k=rsa; p=AAAA'] },
    };
    // Of the machine, for one command: resolv.conf knows no port but 53.
    await using server = await startDnsServer(script, { address: '127.0.0.98', port: 53 });
    const directory = mkdtempSync(join(tmpdir(), 'dkim-check-'));
    const file = join(directory, 'resolv.conf');
    writeFileSync(file, `nameserver ${server.address.split(':')[0]}\n`);
    const command = `mount --bind '${file}' /etc/resolv.conf && exec "$0" "$@"`;
    const args = [
      '-m',
      'sh',
      '-c',
      command,
      launcher,
      'dkim',
      'check',
      'hearts.example',
      '--root',
      fixture.root,
    ];
    const { stdout, code } = await promisify(execFile)('unshare', args).then(
      ({ stdout }) => ({ stdout, code: 0 }),
      (error: { stdout: string; code: number }) => error,
    );
    rmSync(directory, { recursive: true });
    expect(stdout.trim().split('\n')).toEqual([
      `${first!.name} is in the DNS`,
      `${second!.name} is in the DNS with something else`,
      `${third!.name} is not in the DNS`,
    ]);
    expect(code).toBe(1);
  });
});
