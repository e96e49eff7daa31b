/** A whole node in this process with a root of its own, sessions by piped lines, and an SMTP sink beside it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { createPipedInput } from '../../src/adapters/node/piped-input.ts';
import { createStreamOutput } from '../../src/adapters/node/stream-output.ts';
import { type BootedNode, type BootOptions, bootNode } from '../../src/images/boot-node.ts';

export interface Fixture extends AsyncDisposable {
  readonly node: BootedNode;
  readonly root: string;
  /** Runs lines as piped into `vmsmail dcl --user NAME`; what is printed. */
  dcl(userName: string, text: string): Promise<string>;
  /** Runs lines as piped into `vmsmail mail --user NAME`. */
  mail(userName: string, text: string): Promise<string>;
  /** Resolves when no entry is in the queue. */
  queueIsEmpty(): Promise<void>;
}

export async function startFixture(
  users: readonly string[],
  options: Partial<BootOptions> = {},
): Promise<Fixture> {
  const root = mkdtempSync(join(tmpdir(), 'vmsmail-test-'));
  const node = await bootNode({ root, ...options });
  for (const user of users) await node.addUser(user);
  const session = async (userName: string, text: string, use: 'dcl' | 'mail'): Promise<string> => {
    const written = new PassThrough();
    const chunks: Buffer[] = [];
    written.on('data', (chunk: Buffer) => chunks.push(chunk));
    const output = createStreamOutput(written);
    const dcl = await node.session(userName, createPipedInput(Readable.from([Buffer.from(text)])), output);
    if (use === 'mail') await dcl.execute('MAIL');
    else await dcl.interactive();
    await dcl.close();
    await output.flush();
    return Buffer.concat(chunks).toString();
  };
  return {
    node,
    root,
    dcl: (userName, text) => session(userName, text, 'dcl'),
    mail: (userName, text) => session(userName, text, 'mail'),
    async queueIsEmpty() {
      for (;;) {
        const busy = (await node.queueManager.queues()).some(
          ({ counts }) => counts.pending + counts.executing > 0,
        );
        if (!busy) return;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    async [Symbol.asyncDispose]() {
      await node.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

export interface Sink extends AsyncDisposable {
  readonly port: number;
  /** The next message: its envelope lines and its text. */
  next(): Promise<{ readonly commands: readonly string[]; readonly text: string }>;
}

/** An SMTP server that takes everything. */
export async function startSink(): Promise<Sink> {
  const messages: { commands: string[]; text: string }[] = [];
  const waiting: ((message: { commands: string[]; text: string }) => void)[] = [];
  const server: Server = createServer((socket) => {
    socket.on('error', () => {});
    socket.setEncoding('latin1');
    socket.write('220 sink.example ESMTP\r\n');
    let buffered = '';
    let commands: string[] = [];
    let isData = false;
    socket.on('data', (chunk: string) => {
      buffered += chunk;
      for (;;) {
        const end = isData ? buffered.indexOf('\r\n.\r\n') : buffered.indexOf('\r\n');
        if (end === -1) return;
        const taken = buffered.slice(0, end);
        buffered = buffered.slice(end + (isData ? 5 : 2));
        if (isData) {
          isData = false;
          const message = { commands, text: taken };
          commands = [];
          const waiter = waiting.shift();
          if (waiter === undefined) messages.push(message);
          else waiter(message);
          socket.write('250 taken\r\n');
        } else if (taken === 'DATA') {
          isData = true;
          socket.write('354 go\r\n');
        } else if (taken === 'QUIT') socket.end('221 bye\r\n');
        else {
          if (!/^(EHLO|HELO|RSET)/.test(taken)) commands.push(taken);
          socket.write(
            taken.startsWith('EHLO')
              ? '250-sink.example\r\n250-PIPELINING\r\n250 8BITMIME\r\n'
              : '250 ok\r\n',
          );
        }
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    next: () =>
      new Promise((resolve) => {
        const message = messages.shift();
        if (message === undefined) waiting.push(resolve);
        else resolve(message);
      }),
    async [Symbol.asyncDispose]() {
      server.close();
    },
  };
}
