/** A Dovecot with one INBOX, and a client that has logged in to it. */
import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DovecotInstance, mailOwner, startDovecot } from '../../bench/dovecot-instance.ts';
import { ImapClient } from '../support/imap-rig.ts';

export class DovecotPeer {
  readonly #server: DovecotInstance;
  readonly #client: ImapClient;
  readonly #directory: string;

  private constructor(server: DovecotInstance, client: ImapClient, directory: string) {
    this.#server = server;
    this.#client = client;
    this.#directory = directory;
  }

  /** @param messages  of INBOX, one character per octet */
  static async start(messages: readonly string[] = []): Promise<DovecotPeer> {
    const directory = await mkdtemp(join(tmpdir(), 'dovecot-'));
    await writeMaildir(join(directory, 'mail', 'jones'), messages);
    const server = await startDovecot(directory);
    const client = await ImapClient.connect(server.port);
    const answer = await client.command('LOGIN jones secret');
    if (!/^a1 OK /m.test(answer)) throw new Error(`Dovecot said: ${answer}`);
    return new DovecotPeer(server, client, directory);
  }

  /** Everything up to and with its tagged response. @param text  without tag and CRLF */
  command(text: string): Promise<string> {
    return this.#client.command(text);
  }

  async close(): Promise<void> {
    this.#client.close();
    await this.#server.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

async function writeMaildir(directory: string, messages: readonly string[]): Promise<void> {
  const { uid, gid } = mailOwner();
  for (const folder of ['', 'cur', 'new', 'tmp']) {
    await mkdir(join(directory, folder), { recursive: true });
    await chown(join(directory, folder), uid, gid);
  }
  for (const [index, message] of messages.entries()) {
    const file = join(directory, 'cur', `${1_000_000 + index}.x:2,S`);
    await writeFile(file, message, 'latin1');
    await chown(file, uid, gid);
  }
}
