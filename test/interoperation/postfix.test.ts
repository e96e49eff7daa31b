/** Our symbiont and a Postfix of the distribution: what it says it got. Needs root, as Postfix does. */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostfixInstance, postfixVersion, startPostfix } from '../../bench/postfix-instance.ts';
import { createClientTls } from '../../src/adapters/node/tls/client-tls.ts';
import type { Assignment } from '../../src/ports/queue-manager.ts';
import type { SymbiontSettings } from '../../src/symbiont/settings.ts';
import { type Authority, makeAuthority } from '../support/certificates.ts';
import { startRig } from '../support/symbiont-rig.ts';

const isThere = process.getuid?.() === 0 && postfixVersion() !== undefined;
if (!isThere) console.log('SKIPPED: Postfix is not installed, or we are not root');

describe.skipIf(!isThere)('Postfix', () => {
  const directory = mkdtempSync(join(tmpdir(), 'postfix-'));
  // Its processes are other users and have to get through.
  for (let each = directory; each !== tmpdir() && each !== '/'; each = join(each, '..'))
    chmodSync(each, 0o755);
  let postfix: PostfixInstance;
  let authority: Authority;

  beforeAll(async () => {
    authority = makeAuthority();
    const { cert, key } = authority.issue(['mx.bench.example']);
    const pem = join(directory, 'postfix.pem');
    writeFileSync(pem, key + cert, { mode: 0o600 });
    postfix = await startPostfix(
      join(directory, 'instance'),
      { kind: 'maildir' },
      {
        smtpd_tls_chain_files: pem,
        smtpd_tls_security_level: 'may',
        smtpd_tls_received_header: 'yes',
      },
    );
  }, 60_000);
  afterAll(async () => {
    await postfix?.stop();
    rmSync(directory, { recursive: true, force: true });
  });

  /** The message as it lies in the Maildir. */
  async function relayed(
    settings: Partial<SymbiontSettings> = {},
    text?: string,
    rest?: Partial<Assignment>,
  ): Promise<{ readonly outcome: unknown; readonly text: string }> {
    const before = new Set(mailboxes());
    await using rig = await startRig({
      dns: {
        mx: { 'bench.example': [{ preference: 10, exchange: 'mx.bench.example' }] },
        addresses: { 'mx.bench.example': ['127.0.0.1'] },
      },
      port: postfix.port,
      settings,
      dependencies: { clientTls: createClientTls({ authorities: [authority.certificate] }) },
    });
    const { recipients } = await rig.run(rig.assignment(['user@bench.example'], text, rest));
    const { outcome } = recipients[0]!;
    if (outcome.kind !== 'relayed') return { outcome, text: '' };
    let files: string[] = [];
    for (let tries = 0; tries < 200 && files.length === 0; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      files = mailboxes().filter((each) => !before.has(each));
    }
    return { outcome, text: readFileSync(join(postfix.maildir, files[0]!), 'latin1') };
  }
  const mailboxes = (): string[] => {
    try {
      return readdirSync(postfix.maildir);
    } catch {
      return [];
    }
  };

  it('gets mail over TLS, opportunistic and verified', async () => {
    for (const outboundTls of ['OPPORTUNISTIC', 'VERIFIED']) {
      const { outcome, text } = await relayed({ outboundTls });
      expect(outcome).toMatchObject({ kind: 'relayed', tls: 'TLSv1.3' });
      expect(text).toMatch(/Received: from pluto\.acme\.com .*\n\t\(using TLSv1\.3 with cipher/);
    }
  });

  it('gets the very text, in chunks', async () => {
    const body = `.\r\n..\r\nGrüße\r\n.\r\n\r\n${`${'x'.repeat(98)}\r\n`.repeat(9_000)}end`;
    const { outcome, text } = await relayed({}, `Subject: x\r\n\r\n${body}\r\n`, { body: '8BITMIME' });
    expect(outcome).toMatchObject({ kind: 'relayed' });
    const got = Buffer.from(text, 'latin1').toString();
    expect(got.slice(got.indexOf('\n\n') + 2)).toBe(`${body.replaceAll('\r\n', '\n')}\n`);
  });

  it('gets mail in clear when we are told so', async () => {
    const { outcome, text } = await relayed({ outboundTls: 'NONE' });
    expect(outcome).toMatchObject({ kind: 'relayed' });
    expect(text).not.toContain('TLS');
  });
});
