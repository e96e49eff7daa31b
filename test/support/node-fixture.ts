/** A whole node in this process with a root of its own, and sessions by piped lines. */
import { mkdtempSync, rmSync } from 'node:fs';
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
