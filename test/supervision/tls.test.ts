/** TLS and AUTH of a node of separate processes: one reads the key, the receivers have it, and a new one counts at once. */
import { X509Certificate } from 'node:crypto';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect as connectPlain } from 'node:net';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import { createSelfSignedCertificate } from '../../src/adapters/node/tls/self-signed-certificate.ts';
import { openSqliteSystemStore } from '../../src/adapters/sqlite/system-store/index.ts';
import { hashPassword } from '../../src/system/passwords.ts';
import { createProcessNode, type ProcessNode, pause, processesOf } from '../support/process-node.ts';

/** A session under STARTTLS, and what is said in it. */
async function secured(
  node: ProcessNode,
): Promise<{ socket: TLSSocket; say(line: string): Promise<string> }> {
  const plain = connectPlain(node.smtpPort, '127.0.0.1');
  const next = (socket: NodeJS.ReadableStream): Promise<string> =>
    new Promise((resolve, reject) => {
      let text = '';
      const take = (chunk: Buffer): void => {
        text += chunk.toString();
        if (!/^\d{3} .*\r\n$/m.test(text)) return;
        socket.off('data', take);
        resolve(text);
      };
      socket.on('data', take);
      socket.once('close', () => reject(new Error(`closed after ${JSON.stringify(text)}`)));
      socket.once('error', reject);
    });
  await next(plain);
  plain.write('STARTTLS\r\n');
  await next(plain);
  const socket = connect({ socket: plain, rejectUnauthorized: false });
  return {
    socket,
    say(line) {
      const reply = next(socket);
      socket.write(`${line}\r\n`);
      return reply;
    },
  };
}

const nameOf = async (node: ProcessNode): Promise<string> => {
  const { socket, say } = await secured(node);
  await say('EHLO me');
  const { subject } = new X509Certificate(socket.getPeerCertificate(true).raw);
  await say('QUIT').catch(() => {});
  socket.destroy();
  return subject;
};

test('the certificate of the first start, one put in its place, and a queue manager that begins anew', async () => {
  await using node = await createProcessNode({ users: ['JONES'] });
  const store = openSqliteSystemStore(node.paths.systemDirectory);
  const jones = (await store.account('JONES'))!;
  await store.putAccount({ ...jones, passwordHash: await hashPassword('secret') });
  await store.close();
  await node.start();
  expect(await nameOf(node)).toBe('CN=hearts.example');
  const key = join(node.paths.managerDirectory, 'TCPIP$TLS_KEY.PEM');
  const certificate = join(node.paths.managerDirectory, 'TCPIP$TLS_CERTIFICATE.PEM');
  expect(statSync(key).mode & 0o777).toBe(0o600);

  const session = await secured(node);
  expect(await session.say('EHLO me')).toMatch(/AUTH SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN LOGIN/);
  const login = Buffer.from('\0jones\0secret').toString('base64');
  expect(await session.say(`AUTH PLAIN ${login}`)).toContain('235 2.7.0');
  session.socket.destroy();

  const other = createSelfSignedCertificate('mail.example', Date.now());
  writeFileSync(key, other.key);
  writeFileSync(certificate, other.certificate);
  chmodSync(key, 0o600);
  for (let tries = 0; (await nameOf(node)) !== 'CN=mail.example'; tries += 1) {
    expect(tries).toBeLessThan(50);
    await pause(200);
  }

  const { processes } = await node.whole();
  process.kill(processes.find(({ name }) => name === 'QUEUE_MANAGER')!.pid!, 'SIGKILL');
  await pause(200);
  await node.whole();
  expect(await nameOf(node)).toBe('CN=mail.example');
  // Neither log nor database has it, nor arguments that everybody on the machine may read, nor the key of the node's socket.
  const secretPart = other.key.split('\n')[1]!;
  const socketKey = readFileSync(`${node.paths.socketPath}.KEY`, 'latin1').trim();
  expect(socketKey).toHaveLength(64);
  const commandLines = processesOf(node.root).flatMap((pid) => {
    try {
      return [readFileSync(`/proc/${pid}/cmdline`, 'latin1')];
    } catch {
      return []; // It ended meanwhile.
    }
  });
  expect(commandLines.length).toBeGreaterThanOrEqual(4);
  for (const text of [readFileSync(node.paths.nodeLog, 'latin1'), ...commandLines])
    for (const secret of [secretPart, socketKey]) expect(text).not.toContain(secret);
  expect(readFileSync(join(node.paths.systemDirectory, 'TCPIP$CONFIGURATION.DAT'), 'latin1')).not.toContain(
    secretPart,
  );
}, 120_000);
