/**
 * A private Exim as a server under test. Its packages exclude Postfix's, so it is unpacked into a folder, not installed:
 * `test/conformance/unpack-exim.sh DIR`, and EXIM_DIRECTORY=DIR. It runs without any right, under a user that libnss-wrapper
 * makes up for it.
 */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../bench/postfix-instance.ts';
import { makeCertificate } from './certificate.ts';
import { Connection } from './connection.ts';
import { readMaildir } from './maildir.ts';
import { startScriptedPeer } from './scripted-peer.ts';
import { conformExample, type Target } from './target.ts';

const unpacked = process.env['EXIM_DIRECTORY'] ?? '/var/tmp/vmsmail-exim';
export const eximBinary = join(unpacked, 'usr/sbin/exim4');
const USER_ID = 65_111;
const PASSWORD = 'correct horse battery';

export function whyNoExim(): string | undefined {
  if (!existsSync(eximBinary))
    return `no ${eximBinary}: test/conformance/unpack-exim.sh ${unpacked} puts it there`;
  return process.getuid?.() === 0
    ? undefined
    : 'Exim gives up its rights here, and has to be started as root for that';
}

export async function startExim(directory: string): Promise<Target & AsyncDisposable> {
  const peer = await startScriptedPeer();
  const certificate = makeCertificate(directory, 'exim.conform.example');
  const [smtp, submission] = [await freePort(), await freePort()];
  const exim = spawnExim(
    directory,
    configuration({ directory, smtp, submission, peerPort: peer.port, certificate }),
  );
  for (let attempt = 0; !(await answers(smtp)); attempt += 1) {
    if (attempt > 50 || exim.hasEnded()) throw new Error('Exim does not answer');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    variables: { ...conformExample.variables, user: 'jones', password: PASSWORD },
    name: 'exim',
    host: '127.0.0.1',
    ports: { smtp, submission },
    peer,
    strangerAddress: '127.0.0.2',
    mailbox: async () => readMaildir(join(directory, 'vmail', 'jones')),
    async [Symbol.asyncDispose]() {
      await exim.stop();
      await peer[Symbol.asyncDispose]();
    },
  };
}

/** The daemon, with its spool, log and `vmail` below the directory. @param text  its configuration; the user is made up */
export function spawnExim(directory: string, text: string): { hasEnded(): boolean; stop(): Promise<void> } {
  for (const each of ['spool', 'log', 'vmail']) mkdirSync(join(directory, each));
  writeFileSync(
    join(directory, 'passwd'),
    `Debian-exim:x:${USER_ID}:${USER_ID}::/:/bin/false\nroot:x:0:0:::\n`,
  );
  writeFileSync(join(directory, 'group'), `Debian-exim:x:${USER_ID}:\nroot:x:0:\n`);
  writeFileSync(join(directory, 'exim.conf'), text);
  chmodSync(directory, 0o755);
  spawnSync('chown', ['-R', `${USER_ID}:${USER_ID}`, directory]);
  spawnSync('chown', ['root:root', join(directory, 'exim.conf')]);
  const library = spawnSync('find', [unpacked, '-name', 'libnss_wrapper.so'], {
    encoding: 'utf8',
  }).stdout.trim();
  const daemon = spawn(eximBinary, ['-C', join(directory, 'exim.conf'), '-bdf', '-q30m'], {
    uid: USER_ID,
    gid: USER_ID,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      LD_PRELOAD: library,
      NSS_WRAPPER_PASSWD: join(directory, 'passwd'),
      NSS_WRAPPER_GROUP: join(directory, 'group'),
    },
  });
  const ended = new Promise<void>((resolve) => daemon.once('exit', () => resolve()));
  return {
    hasEnded: () => daemon.exitCode !== null,
    async stop() {
      daemon.kill();
      await ended;
    },
  };
}

async function answers(port: number): Promise<boolean> {
  const connection = new Connection('127.0.0.1', port, {});
  const said = await connection.reply();
  connection.close();
  return typeof said !== 'string';
}

/** Debian's rules in short: its RCPT access list, DSN switched on, the rest Exim's own defaults. */
const configuration = (with_: {
  readonly directory: string;
  readonly smtp: number;
  readonly submission: number;
  readonly peerPort: number;
  readonly certificate: { readonly certificate: string; readonly key: string } | undefined;
}): string => `
exim_path = ${eximBinary}
keep_environment = LD_PRELOAD : NSS_WRAPPER_PASSWD : NSS_WRAPPER_GROUP : PATH
primary_hostname = exim.conform.example
qualify_domain = conform.example
spool_directory = ${with_.directory}/spool
log_file_path = ${with_.directory}/log/%slog
deliver_drop_privilege = true
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${with_.smtp} : ${with_.submission}
domainlist local_domains = conform.example
hostlist relay_from_hosts = 127.0.0.1
host_lookup =
dsn_advertise_hosts = *
acl_smtp_mail = acl_mail
acl_smtp_rcpt = acl_rcpt
acl_smtp_data = accept
${
  with_.certificate === undefined
    ? ''
    : `tls_certificate = ${with_.certificate.certificate}\ntls_privatekey = ${with_.certificate.key}`
}

begin acl
acl_mail:
  deny condition = \${if eq{$received_port}{${with_.submission}}}
       !authenticated = *
       message = Authentication required
  accept
acl_rcpt:
  deny domains = +local_domains
       local_parts = ^[.] : ^.*[@%!/|]
       message = Restricted characters in address
  deny domains = !+local_domains
       local_parts = ^[./|] : ^.*[@%!] : ^.*/\\\\.\\\\./
       message = Restricted characters in address
  accept local_parts = postmaster
       domains = +local_domains
  require message = Unrouteable address
       condition = \${if or{{!match_domain{$domain}{+local_domains}}{inlist{\${lc:$local_part}}{jones:marlow}}}}
  accept hosts = +relay_from_hosts
  accept authenticated = *
  require message = relay not permitted
       domains = +local_domains
  accept

begin routers
relayed:
  driver = manualroute
  domains = ^c\\\\d+-\\\\d+\\\\.relayed\\\\.example\\$
  transport = remote_smtp
  route_data = \${sg{$domain}{\\N^c(\\d+)-(\\d+)\\..*$\\N}{127.7.\\$1.\\$2}}
  self = send
local_user:
  driver = accept
  domains = +local_domains
  local_parts = jones : marlow : postmaster
  transport = maildir

begin transports
remote_smtp:
  driver = smtp
  port = ${with_.peerPort}
maildir:
  driver = appendfile
  directory = ${with_.directory}/vmail/$local_part_data
  maildir_format
  return_path_add

begin retry
* * F,2h,15m; G,16h,1h,1.5; F,4d,6h

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if and{{eq{$auth2}{jones}}{eq{$auth3}{${PASSWORD}}}}}
  server_set_id = $auth2
  server_advertise_condition = \${if def:tls_in_cipher}
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = \${if and{{eq{$auth1}{jones}}{eq{$auth2}{${PASSWORD}}}}}
  server_set_id = $auth1
  server_advertise_condition = \${if def:tls_in_cipher}
`;
