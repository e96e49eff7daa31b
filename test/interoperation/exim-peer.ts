/** Exim as a neighbour, unpacked into a folder: its packages exclude Postfix's. */
import { join } from 'node:path';
import { eximBinary, spawnExim, whyNoExim } from '../conformance/exim.ts';
import { readMaildir } from '../conformance/maildir.ts';
import { freePort } from '../support/process-node.ts';
import { greets } from './greets.ts';
import type { PeerOptions, PeerProgram } from './peer.ts';

export const eximPeer: PeerProgram = {
  name: 'Exim',
  whyNot: whyNoExim,
  async start(options) {
    const port = await freePort();
    const exim = spawnExim(options.directory, configuration(options, port));
    await greets(port, exim.hasEnded);
    return {
      port,
      domain: 'exim.example',
      mailbox: () => readMaildir(join(options.directory, 'vmail')),
      [Symbol.asyncDispose]: () => exim.stop(),
    };
  },
};

const configuration = ({ directory, relayTo, certificate }: PeerOptions, port: number): string => `
exim_path = ${eximBinary}
keep_environment = LD_PRELOAD : NSS_WRAPPER_PASSWD : NSS_WRAPPER_GROUP : PATH
primary_hostname = mx.exim.example
spool_directory = ${directory}/spool
log_file_path = ${directory}/log/%slog
deliver_drop_privilege = true
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${port}
host_lookup =
acl_smtp_rcpt = accept
acl_smtp_data = accept
${
  certificate === undefined
    ? 'tls_advertise_hosts ='
    : `tls_certificate = ${certificate.certificate}\ntls_privatekey = ${certificate.key}`
}

begin routers
away:
  driver = manualroute
  domains = hearts.example
  transport = smtp
  route_data = 127.0.0.1
  self = send
here:
  driver = accept
  domains = exim.example
  transport = maildir

begin transports
smtp:
  driver = smtp
  port = ${relayTo}
  ${certificate === undefined ? 'hosts_avoid_tls = *' : 'hosts_require_tls = *\n  tls_verify_hosts =\n  tls_try_verify_hosts ='}
maildir:
  driver = appendfile
  directory = ${directory}/vmail
  maildir_format

begin retry
* * F,2h,15m

begin authenticators
`;
