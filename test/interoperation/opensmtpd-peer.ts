/** OpenSMTPD as a neighbour, unpacked into a folder and run in a mount namespace: its packages exclude Postfix's. */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readMaildir } from '../conformance/maildir.ts';
import { freePort } from '../support/process-node.ts';
import { greets } from './greets.ts';
import type { PeerOptions, PeerProgram } from './peer.ts';

const unpacked = process.env['OPENSMTPD_DIRECTORY'] ?? '/var/tmp/vmsmail-opensmtpd';
const USERS = ['opensmtpd', 'opensmtpq', 'mailer'];
const FIRST_ID = 65_120;

export const openSmtpdPeer: PeerProgram = {
  name: 'OpenSMTPD',
  whyNot() {
    if (!existsSync(join(unpacked, 'usr/sbin/smtpd')))
      return `no ${unpacked}: test/interoperation/unpack-opensmtpd.sh puts it there`;
    return spawnSync('unshare', ['--mount', 'true']).status === 0
      ? undefined
      : 'no mount namespace can be made here';
  },
  async start(options) {
    const { directory } = options;
    const port = await freePort();
    chmodSync(directory, 0o755);
    mkdirSync(join(directory, 'vmail'));
    chmodSync(join(directory, 'vmail'), 0o777);
    const made = (form: (name: string, id: number) => string): string =>
      USERS.map((name, index) => `${form(name, FIRST_ID + index)}\n`).join('');
    const home = '/var/lib/opensmtpd/empty';
    writeFileSync(
      join(directory, 'passwd'),
      readFileSync('/etc/passwd', 'utf8') + made((name, id) => `${name}:x:${id}:${id}::${home}:/bin/false`),
    );
    writeFileSync(
      join(directory, 'group'),
      readFileSync('/etc/group', 'utf8') + made((name, id) => `${name}:x:${id}:`),
    );
    writeFileSync(join(directory, 'smtpd.conf'), configuration(options, port));
    const script = join(import.meta.dirname, 'run-opensmtpd.sh');
    const daemon = spawn(
      'unshare',
      ['--mount', '--pid', '--fork', '--kill-child', script, unpacked, directory],
      { stdio: 'ignore' },
    );
    const ended = new Promise<void>((resolve) => daemon.once('exit', () => resolve()));
    await greets(port, () => daemon.exitCode !== null);
    return {
      port,
      domain: 'opensmtpd.example',
      mailbox: () => readMaildir(join(directory, 'vmail')),
      async [Symbol.asyncDispose]() {
        daemon.kill('SIGKILL');
        await ended;
      },
    };
  },
};

const configuration = ({ directory, relayTo, certificate }: PeerOptions, port: number): string =>
  [
    ...(certificate === undefined
      ? []
      : [
          `pki mx.opensmtpd.example cert "${certificate.certificate}"`,
          `pki mx.opensmtpd.example key "${certificate.key}"`,
        ]),
    'table users { "@" = mailer }',
    `listen on 127.0.0.1 port ${port} ${certificate === undefined ? '' : 'tls pki mx.opensmtpd.example '}hostname mx.opensmtpd.example`,
    `action "here" maildir "${directory}/vmail" virtual <users>`,
    certificate === undefined
      ? `action "away" relay host smtp+notls://127.0.0.1:${relayTo}`
      : `action "away" relay host smtp+tls://127.0.0.1:${relayTo} tls no-verify`,
    'match from any for domain "hearts.example" action "away"',
    'match from any for domain "opensmtpd.example" action "here"',
    '',
  ].join('\n');
