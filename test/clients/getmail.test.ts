/** getmail fetches by IMAP and by POP under TLS, checks the certificate, and fetches nothing twice. Skipped loudly where it is absent. */
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { countOfJones, deliverToJones, emptyOfJones } from '../support/delivered-mail.ts';
import { PASSWORD, type ProgramNode, startProgramNode, withProgram } from '../support/program-node.ts';

const run = promisify(execFile);

let node: ProgramNode;
beforeAll(async () => {
  node = await startProgramNode(['IMAPS', 'POPS']);
  await node.dcl('SYSTEM', 'DEFINE/SYSTEM TCPIP$POP_LEAVE_IN_NEWMAIL 1\n');
});
afterAll(async () => node?.[Symbol.asyncDispose]());

beforeEach(() => emptyOfJones(node.node.mailStore));

const textOf = (subject: string): string =>
  `From: anne@elsewhere.example\r\nTo: jones@hearts.example\r\nSubject: ${subject}\r\n\r\nfirst\r\n.dotted\r\nFrom here\r\nlast\r\n`;
const deliver = (subject: string): Promise<void> =>
  deliverToJones(node.node.mailStore, subject, textOf(subject));

/** What it got, and what it remembers, in a directory of its own. */
class Getmail {
  readonly #directory: string;
  readonly #got: string;

  constructor(retriever: string, service: 'IMAPS' | 'POPS', more: string) {
    this.#directory = join(node.directory, retriever);
    this.#got = join(this.#directory, 'got');
    mkdirSync(this.#got, { recursive: true });
    writeFileSync(
      join(this.#directory, 'getmailrc'),
      `[retriever]
type = ${retriever}
server = 127.0.0.1
port = ${node.node.port(service)}
username = jones
password = ${PASSWORD}
ca_certs = ${node.certificateFile}
ssl_cert_hostname = hearts.example
${more}
[destination]
type = MDA_external
path = /bin/sh
arguments = ("-c", "cat >${this.#got}/$$")
allow_root_commands = true
[options]
read_all = false
delivered_to = false
received = false
`,
      { mode: 0o600 },
    );
  }

  /** @returns its last word: how many messages it retrieved */
  async fetch(...options: readonly string[]): Promise<string> {
    const { stdout } = await run('getmail', [`--getmaildir=${this.#directory}`, ...options]);
    return stdout.trim().split('\n').at(-1)!.trim();
  }

  /** All it has, as it came, without the line that getmail puts on top. */
  texts(): readonly string[] {
    return readdirSync(this.#got)
      .map((name) => readFileSync(join(this.#got, name), 'latin1'))
      .map((text) => text.replace('Return-Path: <unknown>\n', '').replaceAll('\n', '\r\n'))
      .sort();
  }
}

withProgram('getmail', () => {
  test.each([
    ['SimpleIMAPSSLRetriever', 'IMAPS', 'record_mailbox = false'],
    ['SimplePOP3SSLRetriever', 'POPS', ''],
  ] as const)(
    '%s fetches everything once, and takes it away when told',
    async (retriever, service, more) => {
      const getmail = new Getmail(retriever, service, more);
      for (const subject of ['one', 'two']) await deliver(subject);
      expect(await getmail.fetch()).toBe('2 messages (210 bytes) retrieved, 0 skipped');
      expect(getmail.texts()).toEqual([textOf('one'), textOf('two')]);
      expect(await getmail.fetch()).toBe('0 messages (0 bytes) retrieved, 2 skipped');

      await deliver('three');
      expect(await getmail.fetch()).toBe('1 messages (107 bytes) retrieved, 2 skipped');
      expect(await getmail.fetch('--delete')).toBe('0 messages (0 bytes) retrieved, 3 skipped');
      expect(getmail.texts()).toEqual([textOf('one'), textOf('three'), textOf('two')]);
      expect(await countOfJones(node.node.mailStore, 'NEWMAIL')).toBe(0);
    },
    120_000,
  );
});
