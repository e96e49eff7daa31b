/**
 * A private Postfix beside ours: own configuration, queue and port below a directory of the same file system, the
 * machine's Postfix untouched. Deliveries go to one local Unix user's Maildir. Settings that differ from the
 * distribution's are limits a benchmark must not hit; none of them weakens durability: Postfix syncs the queue file
 * before it answers.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

export interface PostfixInstance {
  readonly port: number;
  readonly maildir: string;
  /** Pid of the master, whose children do the work. */
  readonly masterPid: number;
  /** Nothing waits for its first attempt any more. */
  isEmpty(): boolean;
  stop(): Promise<void>;
}

export const postfixVersion = (): string | undefined => {
  const result = spawnSync('postconf', ['-h', 'mail_version'], { encoding: 'utf8' });
  return result.status === 0 ? result.stdout.trim() : undefined;
};

const run = (command: string, ...args: string[]): string => execFileSync(command, args, { encoding: 'utf8' });

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Whether something there greets its clients. */
export const isListening = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.setTimeout(1_000, () => socket.destroy());
    socket.once('data', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.once('data', () => socket.destroy());
  });

/** What happens to accepted mail: kept in the hold queue (accept alone), delivered to Maildirs, or sent where its MX records say. */
export type PostfixMode =
  | { readonly kind: 'hold' }
  /** Default: one of `user`; else of each user in turn. */
  | { readonly kind: 'maildir'; readonly users?: readonly string[] }
  | { readonly kind: 'relay' };

/**
 * Starts an instance. Needs root, as Postfix does; the caller has looked for it with `postfixVersion`.
 * @param settings  of main.cf, beside and instead of those here
 */
export async function startPostfix(
  directory: string,
  mode: PostfixMode,
  settings: Readonly<Record<string, string>> = {},
): Promise<PostfixInstance> {
  const etc = join(directory, 'etc');
  const queue = join(directory, 'spool');
  const data = join(directory, 'data');
  const vmail = join(directory, 'vmail');
  for (const each of [etc, queue, data, vmail]) mkdirSync(each, { recursive: true });
  chmodSync(directory, 0o755);
  run('chown', 'postfix', data);
  run('chown', '-R', 'nobody', vmail);
  const port = await freePort();
  const users = mode.kind === 'maildir' ? mode.users : undefined;
  const mailboxes = join(etc, 'mailboxes');
  if (users !== undefined)
    writeFileSync(mailboxes, users.map((user) => `${user}@bench.example ${user}/\n`).join(''));
  const main = {
    compatibility_level: '3.6',
    queue_directory: queue,
    data_directory: data,
    command_directory: '/usr/sbin',
    daemon_directory: run('postconf', '-dh', 'daemon_directory').trim(),
    mail_owner: 'postfix',
    setgid_group: 'postdrop',
    inet_interfaces: '127.0.0.1',
    inet_protocols: 'ipv4',
    myhostname: 'postfix.bench.example',
    mydestination: '',
    mynetworks: '127.0.0.0/8',
    maillog_file: '/dev/null',
    maillog_file_prefixes: '/dev',
    virtual_mailbox_domains: 'bench.example',
    virtual_mailbox_base: vmail,
    virtual_mailbox_maps: users === undefined ? 'static:user/' : `texthash:${mailboxes}`,
    virtual_uid_maps: `static:${run('id', '-u', 'nobody').trim()}`,
    virtual_gid_maps: `static:${run('id', '-g', 'nobody').trim()}`,
    virtual_minimum_uid: '1',
    smtpd_client_connection_count_limit: '0',
    smtpd_client_connection_rate_limit: '0',
    smtpd_peername_lookup: 'no',
    smtpd_recipient_restrictions:
      mode.kind === 'hold'
        ? 'check_recipient_access static:HOLD, permit_mynetworks, reject'
        : 'permit_mynetworks, reject',
    smtpd_relay_restrictions: 'permit_mynetworks, reject',
    in_flow_delay: '0',
    smtp_dns_support_level: mode.kind === 'relay' ? 'enabled' : 'disabled',
    ...settings,
  };
  writeFileSync(
    join(etc, 'main.cf'),
    Object.entries(main)
      .map(([name, value]) => `${name} = ${value}\n`)
      .join(''),
  );
  writeFileSync(
    join(etc, 'master.cf'),
    [
      `127.0.0.1:${port} inet n - n - - smtpd`,
      'pickup unix n - n 60 1 pickup',
      'cleanup unix n - n - 0 cleanup',
      'qmgr unix n - n 300 1 qmgr',
      'rewrite unix - - n - - trivial-rewrite',
      'bounce unix - - n - 0 bounce',
      'defer unix - - n - 0 bounce',
      'trace unix - - n - 0 bounce',
      'verify unix - - n - 1 verify',
      'proxymap unix - - n - - proxymap',
      'smtp unix - - n - - smtp',
      'relay unix - - n - - smtp',
      'error unix - - n - - error',
      'retry unix - - n - - error',
      'virtual unix - n n - - virtual',
      'anvil unix - - n - 1 anvil',
      'scache unix - - n - 1 scache',
      'tlsmgr unix - - n 1000? 1 tlsmgr',
      'postlog unix-dgram n - n - 1 postlogd',
      '',
    ].join('\n'),
  );
  run('postfix', '-c', etc, 'check');
  const started = spawn('postfix', ['-c', etc, 'start'], { stdio: 'ignore' });
  await new Promise((resolve) => started.once('exit', resolve));
  for (let attempt = 0; !(await isListening(port)); attempt += 1) {
    if (attempt > 100) throw new Error('Postfix does not answer');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const pidFile = join(queue, 'pid', 'master.pid');
  return {
    port,
    maildir: join(vmail, 'user', 'new'),
    // In the order in which mail passes through them.
    isEmpty: () => ['incoming', 'active'].every((each) => readdirSync(join(queue, each)).length === 0),
    masterPid: Number(run('cat', pidFile).trim()),
    async stop() {
      spawnSync('postfix', ['-c', etc, 'stop'], { stdio: 'ignore' });
      for (let attempt = 0; existsSync(pidFile) && attempt < 50 && (await isListening(port)); attempt += 1) {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
