/** A private Postfix as a server under test, beside the machine's own: much as the distribution ships it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { postfixVersion, startPostfix } from '../../bench/postfix-instance.ts';
import { makeCertificate } from './certificate.ts';
import { readMaildir } from './maildir.ts';
import { startScriptedPeer } from './scripted-peer.ts';
import { conformExample, type Target } from './target.ts';

export function whyNoPostfix(): string | undefined {
  if (postfixVersion() === undefined) return 'Postfix is not installed on this machine';
  return process.getuid?.() === 0 ? undefined : 'Postfix has to be started as root';
}

export async function startPostfixTarget(directory: string): Promise<Target & AsyncDisposable> {
  const peer = await startScriptedPeer();
  const certificate = makeCertificate(directory, 'postfix.conform.example');
  const transports = join(directory, 'transports');
  const hosts = [0, 1, 2, 3].flatMap((high) =>
    Array.from({ length: 250 }, (_, low) => [high, low + 1] as const),
  );
  writeFileSync(
    transports,
    hosts
      .map(([high, low]) => `c${high}-${low}.relayed.example smtp:[127.7.${high}.${low}]:${peer.port}\n`)
      .join(''),
  );
  const mailboxes = ['jones', 'marlow', 'postmaster'].map((name) => `{${name}@conform.example=${name}/}`);
  const postfix = await startPostfix(
    directory,
    { kind: 'maildir' },
    {
      myhostname: 'postfix.conform.example',
      myorigin: 'conform.example',
      mynetworks: '127.0.0.1/32',
      virtual_mailbox_domains: 'conform.example',
      virtual_mailbox_maps: `inline:{${mailboxes.join(', ')}}`,
      smtpd_recipient_restrictions: 'permit_mynetworks, reject_unauth_destination',
      smtpd_relay_restrictions: 'permit_mynetworks, reject_unauth_destination',
      transport_maps: `texthash:${transports}`,
      // A tarpit would make a day of it.
      smtpd_error_sleep_time: '0',
      ...(certificate === undefined
        ? {}
        : {
            smtpd_tls_cert_file: certificate.certificate,
            smtpd_tls_key_file: certificate.key,
            smtpd_tls_security_level: 'may',
            smtp_tls_security_level: 'may',
          }),
    },
  );
  return {
    ...conformExample,
    name: 'postfix',
    host: '127.0.0.1',
    ports: { smtp: postfix.port },
    peer,
    strangerAddress: '127.0.0.2',
    mailbox: async () => readMaildir(join(directory, 'vmail', 'jones')),
    async [Symbol.asyncDispose]() {
      await postfix.stop();
      await peer[Symbol.asyncDispose]();
    },
  };
}
