/**
 * A private Dovecot beside ours: configuration, sockets, index files and Maildirs below one directory, the machine's Dovecot
 * untouched. Any user may log in with the password `secret`. Without root everything runs as whoever starts it. Limits are
 * those a benchmark must not hit; durability is Dovecot's own default.
 */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { freePort } from './postfix-instance.ts';

export interface DovecotInstance {
  readonly port: number;
  /** Undefined where its POP server is not installed. */
  readonly popPort: number | undefined;
  readonly masterPid: number;
  stop(): Promise<void>;
}

export const dovecotVersion = (): string | undefined => {
  const result = spawnSync('dovecot', ['--version'], { encoding: 'utf8', env: withSbin() });
  return result.status === 0 ? result.stdout.trim().split(' ')[0] : undefined;
};

/** Why there is none to be started, for people. */
export const whyNoDovecot = (): string | undefined => {
  const version = dovecotVersion();
  if (version === undefined) return 'Dovecot is not installed';
  return version.startsWith('2.3') ? undefined : `Dovecot ${version} is configured in another way than 2.3`;
};

const withSbin = (): NodeJS.ProcessEnv => ({ ...process.env, PATH: `${process.env['PATH']}:/usr/sbin` });
const hasPop = (): boolean => spawnSync('test', ['-x', '/usr/lib/dovecot/pop3']).status === 0;

/** Mail belongs to somebody who is nobody else: Dovecot serves no mail as root. */
export const mailOwner = (): { readonly uid: number; readonly gid: number } =>
  process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : userInfo();

/** @param directory  with a short name, as it holds sockets; empty but for Maildirs of `mailOwner`: mail/NAME */
export async function startDovecot(directory: string): Promise<DovecotInstance> {
  const port = await freePort();
  const popPort = hasPop() ? await freePort() : undefined;
  const isRoot = process.getuid?.() === 0;
  const owner = mailOwner();
  const internal = isRoot ? 'dovecot' : userInfo().username;
  const login = isRoot ? 'dovenull' : internal;
  const group = isRoot ? 'dovecot' : spawnSync('id', ['-gn'], { encoding: 'utf8' }).stdout.trim();
  for (const name of ['run', 'state', 'mail']) mkdirSync(join(directory, name), { recursive: true });
  for (const name of ['', 'run', 'state']) chmodSync(join(directory, name), 0o755);
  chmodSync(join(directory, 'mail'), 0o777);
  const pop = popPort === undefined ? '' : `service pop3-login { ${onlyOn('pop3', popPort)} }`;
  const unprivileged = isRoot
    ? ''
    : `
service anvil {
  chroot =
}
service imap-login {
  chroot =
}
service pop3-login {
  chroot =
}`;
  writeFileSync(
    join(directory, 'dovecot.conf'),
    `base_dir = ${directory}/run
state_dir = ${directory}/state
log_path = ${directory}/log
protocols = imap${popPort === undefined ? '' : ' pop3'}
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
default_internal_user = ${internal}
default_internal_group = ${group}
default_login_user = ${login}
default_client_limit = 5000
default_process_limit = 5000
mail_max_userip_connections = 5000
first_valid_uid = 1
mail_location = maildir:${directory}/mail/%Lu
mail_fsync = always
auth_failure_delay = 0
passdb {
  driver = static
  args = password=secret
}
userdb {
  driver = static
  args = uid=${owner.uid} gid=${owner.gid} home=${directory}/mail/%Lu
}
namespace inbox {
  inbox = yes
  separator = /
}
# By default 1,024, whatever default_process_limit says: a client beyond that is put off.
service imap {
  process_limit = 5000
}
service imap-login { ${onlyOn('imap', port)} }
${pop}
${unprivileged}
`,
  );
  const master = spawn('dovecot', ['-F', '-c', join(directory, 'dovecot.conf')], {
    stdio: 'ignore',
    env: withSbin(),
  });
  const ended = new Promise<void>((resolve) => master.once('exit', () => resolve()));
  for (let tries = 0; !(await answers(port)); tries++) {
    if (tries > 100 || master.exitCode !== null)
      throw new Error(`Dovecot did not start: ${readLog(directory)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    port,
    popPort,
    masterPid: master.pid!,
    async stop() {
      master.kill('SIGTERM');
      await ended;
    },
  };
}

const onlyOn = (name: string, port: number): string =>
  `\n  inet_listener ${name} {\n    port = ${port}\n  }\n  inet_listener ${name}s {\n    port = 0\n  }\n  service_count = 0\n  process_min_avail = 1\n`;

const readLog = (directory: string): string => {
  try {
    return readFileSync(join(directory, 'log'), 'utf8').slice(-2_000);
  } catch {
    return 'no log';
  }
};

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', () => {
      resolve(true);
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
