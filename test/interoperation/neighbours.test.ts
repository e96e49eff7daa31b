/** Whole nodes beside other servers of the distribution: mail goes both ways, in clear and under TLS, and arrives as it was. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import { describe, expect, it } from 'vitest';
import { createMemoryResolver } from '../../src/adapters/memory/resolver.ts';
import { makeCertificate } from '../conformance/certificate.ts';
import { type Fixture, startFixture } from '../support/node-fixture.ts';
import { freePort } from '../support/process-node.ts';
import { eximPeer } from './exim-peer.ts';
import { openSmtpdPeer } from './opensmtpd-peer.ts';
import type { MailPeer } from './peer.ts';
import { postfixPeer } from './postfix-peer.ts';

/** With what goes wrong on the way: dots, 8-bit letters, long and empty lines. */
const LINES = ['.', '..', 'From here', 'Grüße', '', '=20', 'x'.repeat(900), 'end'];

async function until<T>(what: string, look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const late = performance.now() + 30_000;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > late) throw new Error(`not so in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The one text in JONES's NEWMAIL whose subject is this. */
async function arrived(node: Fixture['node'], subject: string): Promise<string | undefined> {
  const file = await node.mailStore.mailFile('JONES', 'MAIL.MAI');
  if (file === undefined) return undefined;
  const ids = await node.mailStore.select(file.id, 'NEWMAIL', { subject });
  const [id] = await ids.slice(0, 1);
  ids.close();
  if (id === undefined) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of node.mailStore.readText(file.id, id)) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

for (const program of [postfixPeer, eximPeer, openSmtpdPeer]) {
  const why = program.whyNot();
  if (why !== undefined) console.log(`SKIPPED: ${program.name}: ${why}`);
  describe.skipIf(why !== undefined).each(['in clear', 'under TLS'])(`${program.name}, %s`, (how) => {
    const isTls = how === 'under TLS';

    async function stand(): Promise<AsyncDisposable & { peer: MailPeer; fixture: Fixture }> {
      const directory = mkdtempSync(join(tmpdir(), 'vmsmail-neighbour-'));
      // Its processes are other users, and have to get through.
      for (let each = directory; each !== '/' && each !== tmpdir(); each = join(each, '..'))
        chmodSync(each, 0o755);
      const certificate = isTls ? makeCertificate(directory, 'mx.neighbour.example') : undefined;
      if (certificate !== undefined) chmodSync(certificate.key, 0o600);
      const [relayTo] = [await freePort()];
      mkdirSync(join(directory, 'peer'), { mode: 0o755 });
      const peer = await program.start({
        directory: join(directory, 'peer'),
        relayTo,
        ...(certificate === undefined ? {} : { certificate }),
      });
      const resolver = createMemoryResolver({
        mx: { [peer.domain]: [{ preference: 10, exchange: 'mx.neighbour.example' }] },
        addresses: { 'mx.neighbour.example': ['127.0.0.1'] },
      });
      const fixture = await startFixture(['JONES'], {
        resolver,
        remotePort: peer.port,
        ports: { SMTP: relayTo },
      });
      if (!isTls) await fixture.dcl('SYSTEM', 'TCPIP SET CONFIGURATION SMTP/OUTBOUND_TLS=NONE\n');
      return {
        peer,
        fixture,
        async [Symbol.asyncDispose]() {
          await fixture[Symbol.asyncDispose]();
          await peer[Symbol.asyncDispose]();
          rmSync(directory, { recursive: true, force: true });
        },
      };
    }

    it('mail goes both ways, and is what it was', async () => {
      await using both = await stand();
      const { peer, fixture } = both;
      const text = LINES.join('\n');

      // Theirs to ours: they take it, and relay it to the node.
      const theirs = createTransport({ host: '127.0.0.1', port: peer.port, ignoreTLS: true });
      const common = { subject: `from ${peer.domain}`, text, textEncoding: 'quoted-printable' as const };
      await theirs.sendMail({ ...common, from: `anne@${peer.domain}`, to: 'jones@hearts.example' });
      const got = await until('it has arrived here', () => arrived(fixture.node, `from ${peer.domain}`));
      expect(got).toMatch(
        isTls ? /^Received: .*(\r\n\s.*)*with ESMTPS/m : /^Received: .*(\r\n\s.*)*with ESMTP\b/m,
      );
      const shown = await fixture.mail('JONES', `SELECT NEWMAIL\nREAD 1\n`);
      for (const line of LINES.filter((each) => each.length < 80)) expect(shown).toContain(`\n${line}\n`);

      // Ours to theirs: a user's mail at MAIL>.
      const body = LINES.map((line) => `${line}\n`).join('');
      const sent = await fixture.dcl(
        'JONES',
        `$ SET NOON\n$ CREATE HELLO.TXT\n${body}$ MAIL/SUBJECT="from the node" HELLO.TXT anne@${peer.domain}\n$ SHOW SYMBOL $STATUS\n`,
      );
      expect(sent).toContain('%X00000001');
      const there = await until('it has arrived there', () => {
        const all = peer.mailbox();
        return all.includes('Subject: from the node') ? all : undefined;
      });
      expect(there).toMatch(/^From: jones@hearts\.example/im);
      if (program === postfixPeer) expect(/\(using TLSv1\.3/.test(there)).toBe(isTls);
      const lines = unquoted(there.slice(there.indexOf('Subject: from the node'))).split('\n');
      for (const line of LINES) expect(lines).toContain(line);
    }, 90_000);
  });
}

/** Quoted-printable, as the lines in it need it. */
const unquoted = (text: string): string =>
  /^content-transfer-encoding: quoted-printable/im.test(text)
    ? Buffer.from(
        text
          .replace(/=\r?\n/g, '')
          .replace(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))),
        'latin1',
      ).toString('utf8')
    : Buffer.from(text, 'latin1').toString('utf8');
