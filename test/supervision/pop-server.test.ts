/** The POP server of a node of processes: there when somebody comes, the same for all, replaced when it is killed. */
import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { createProcessNode, freePort, type ProcessNode, pause, vmsmail } from '../support/process-node.ts';

/** A connection that has been greeted; undefined where it was closed instead. */
function greeted(port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', (text: Buffer) => resolve(text.toString().startsWith('+OK') ? socket : undefined));
    socket.on('error', () => {});
    socket.once('close', () => resolve(undefined));
  });
}

/** Nothing is sent, and no greeting is waited for. */
function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

async function popServer(node: ProcessNode) {
  return (await node.status())?.processes.find(({ image }) => image === 'pop-server');
}

test('starts with the first connection, serves all, and is replaced', async () => {
  const port = await freePort();
  await using node = await createProcessNode({ users: ['JONES'], ports: { POP: port } });
  expect((await node.start()).status).toBe(0);
  const { processes } = await node.whole();
  expect(processes.map(({ image }) => image)).not.toContain('pop-server');
  const words = ['tcpip', '--user', 'SYSTEM', '--root', node.root, 'ENABLE SERVICE POP'];
  expect(await vmsmail(words)).toMatchObject({ status: 0, stdout: '' });

  // The auxiliary server notices the change within a moment.
  for (let tries = 0; tries < 200 && !(await listens(port)); tries += 1) await pause(25);
  const clients = await Promise.all(Array.from({ length: 20 }, () => greeted(port)));
  expect(clients.every((each) => each !== undefined)).toBe(true);
  await expect.poll(() => popServer(node)).toMatchObject({ name: 'TCPIP$POP_1', state: 'running' });
  const first = await popServer(node);

  const lost = Promise.all(clients.map((client) => new Promise((resolve) => client?.once('close', resolve))));
  process.kill(first!.pid!, 'SIGKILL');
  await lost;
  // A connection that was just being handed to it when it died is closed, and not left to wait.
  let next: Socket | undefined;
  for (let tries = 0; tries < 20 && next === undefined; tries += 1) next = await greeted(port);
  expect(next).toBeDefined();
  await expect.poll(() => popServer(node)).toMatchObject({ state: 'running' });
  expect((await popServer(node))?.pid).not.toBe(first!.pid);

  // Who is served when the node stops is told so.
  const last = new Promise<string>((resolve) =>
    next!.once('data', (text: Buffer) => resolve(text.toString())),
  );
  const stopped = node.stop();
  expect(await last).toBe('-ERR [SYS/TEMP] The server is being stopped.\r\n');
  next!.destroy();
  expect((await stopped).status).toBe(0);
}, 90_000);
