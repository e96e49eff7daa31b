/** Dovecot over a Maildir of its own, spoken to over a pipe, already logged in. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const hasDovecot = spawnSync('doveadm', ['--help']).error === undefined;

/** Dovecot opens no mail as root. */
const NOBODY = 65_534;

export class DovecotPeer {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #directory: string;
  #text = '';
  #arrived: (() => void) | undefined;
  #tags = 0;
  #isEnded = false;

  private constructor(process: ChildProcessWithoutNullStreams, directory: string) {
    this.#process = process;
    this.#directory = directory;
    const take = (chunk: Buffer): void => {
      this.#text += chunk.toString('latin1');
      this.#arrived?.();
    };
    process.stdout.on('data', take);
    process.stderr.on('data', take);
    process.once('close', () => {
      this.#isEnded = true;
      this.#arrived?.();
    });
  }

  /** @param messages  of INBOX, one character per octet */
  static async start(messages: readonly string[] = []): Promise<DovecotPeer> {
    const directory = await mkdtemp(join(tmpdir(), 'dovecot-'));
    const mail = join(directory, 'Maildir');
    for (const each of ['', 'cur', 'new', 'tmp']) await mkdir(join(mail, each), { recursive: true });
    for (const [index, message] of messages.entries())
      await writeFile(join(mail, 'cur', `${1_000_000 + index}.x:2,S`), message, 'latin1');
    const isRoot = process.getuid?.() === 0;
    await writeFile(
      join(directory, 'dovecot.conf'),
      [
        `base_dir = ${directory}/run`,
        `state_dir = ${directory}/run`,
        `log_path = ${directory}/log`,
        `mail_location = maildir:${mail}`,
        'protocols = imap',
        'ssl = no',
        `mail_uid = ${isRoot ? NOBODY : process.getuid!()}`,
        `mail_gid = ${isRoot ? NOBODY : process.getgid!()}`,
        'first_valid_uid = 1',
        'first_valid_gid = 1',
        '',
      ].join('\n'),
    );
    if (isRoot) {
      await chmod(directory, 0o755);
      await chown(directory, NOBODY, NOBODY);
      spawnSync('chown', ['-R', `${NOBODY}:${NOBODY}`, mail]);
    }
    const server = spawn('doveadm', ['-c', join(directory, 'dovecot.conf'), 'exec', 'imap'], {
      env: { PATH: process.env['PATH'], USER: 'nobody', HOME: directory },
      ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
      cwd: directory,
    });
    const peer = new DovecotPeer(server, directory);
    await peer.#until(/^\* PREAUTH .*\r\n/m);
    return peer;
  }

  /** Everything up to and with its tagged response. @param text  without tag and CRLF */
  async command(text: string): Promise<string> {
    const tag = `a${++this.#tags}`;
    this.#process.stdin.write(Buffer.from(`${tag} ${text}\r\n`, 'latin1'));
    return this.#until(new RegExp(`^${tag} [^\\r\\n]*\\r\\n`, 'm'));
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('close', resolve));
    this.#process.stdin.end();
    if (!this.#isEnded) await ended;
    await rm(this.#directory, { recursive: true, force: true });
  }

  async #until(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = pattern.exec(this.#text);
      if (found !== null) {
        const text = this.#text.slice(0, found.index + found[0].length);
        this.#text = this.#text.slice(text.length);
        return text;
      }
      if (this.#isEnded) throw new Error(`Dovecot said: ${this.#text.slice(0, 1_000)}`);
      await new Promise<void>((resolve) => {
        this.#arrived = resolve;
      });
    }
  }
}
