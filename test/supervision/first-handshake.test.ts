/** The client that makes a server start says its first word of TLS before anybody is there to hear it. */
import { connect } from 'node:tls';
import { expect, test } from 'vitest';
import { createProcessNode, freePort, pause, vmsmail } from '../support/process-node.ts';

/** The greeting; undefined where nobody listens yet. */
function greeting(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
    socket.setTimeout(20_000, () => socket.destroy());
    socket.once('data', (text: Buffer) => {
      resolve(text.toString());
      socket.destroy();
    });
    socket.on('error', () => {});
    socket.once('close', (hadError) => resolve(hadError ? undefined : 'no greeting'));
  });
}

test.each([
  ['IMAPS', '* OK '],
  ['POPS', '+OK '],
])(
  '%s greets the first client, too',
  async (service, begins) => {
    const port = await freePort();
    await using node = await createProcessNode({ users: [], ports: { [service]: port } });
    expect((await node.start()).status).toBe(0);
    const words = ['tcpip', '--user', 'SYSTEM', '--root', node.root, `ENABLE SERVICE ${service}`];
    expect((await vmsmail(words)).status).toBe(0);
    let said: string | undefined;
    for (let tries = 0; said === undefined && tries < 200; tries += 1) {
      said = await greeting(port);
      if (said === undefined) await pause(25);
    }
    expect(said).toContain(begins);
    expect((await node.stop()).status).toBe(0);
  },
  60_000,
);
