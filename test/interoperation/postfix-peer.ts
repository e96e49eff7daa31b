/** Postfix as a neighbour. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { postfixVersion, startPostfix } from '../../bench/postfix-instance.ts';
import { readMaildir } from '../conformance/maildir.ts';
import { whyNoPostfix } from '../conformance/postfix.ts';
import type { PeerProgram } from './peer.ts';

export const postfixPeer: PeerProgram = {
  name: `Postfix ${postfixVersion() ?? ''}`.trim(),
  whyNot: whyNoPostfix,
  async start({ directory, relayTo, certificate }) {
    const transports = join(directory, 'transports');
    writeFileSync(transports, `hearts.example smtp:[127.0.0.1]:${relayTo}\n`, { mode: 0o644 });
    const tls =
      certificate === undefined
        ? { smtpd_tls_security_level: 'none', smtp_tls_security_level: 'none' }
        : {
            smtpd_tls_cert_file: certificate.certificate,
            smtpd_tls_key_file: certificate.key,
            smtpd_tls_security_level: 'may',
            smtpd_tls_received_header: 'yes',
            smtp_tls_security_level: 'encrypt',
          };
    const instance = await startPostfix(
      join(directory, 'instance'),
      { kind: 'maildir' },
      { transport_maps: `texthash:${transports}`, ...tls },
    );
    return {
      port: instance.port,
      domain: 'bench.example',
      mailbox: () => readMaildir(join(instance.maildir, '..')),
      [Symbol.asyncDispose]: () => instance.stop(),
    };
  },
};
