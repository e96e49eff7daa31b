/** A server that one process is, in a node of processes: there when somebody comes, the same for all, replaced when it is killed. */
import { connect, type Socket } from 'node:net';
import { expect } from 'vitest';
import { createProcessNode, freePort, pause, vmsmail } from './process-node.ts';

export interface OnDemandServer {
  readonly service: string;
  /** As `status` names it: `pop-server`. */
  readonly image: string;
  readonly processName: string;
  /** How its greeting begins. */
  readonly greeting: string;
  /** What sessions hear when the node stops. */
  readonly farewell: string;
}

/** A connection that has been greeted; undefined where it was closed instead. */
function greeted(port: number, greeting: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('data', (text: Buffer) => resolve(text.toString().startsWith(greeting) ? socket : undefined));
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

/** Starts a node, lets the server come, kills it, and stops the node while somebody is served. */
export async function expectOnDemandServer({
  service,
  image,
  processName,
  greeting,
  farewell,
}: OnDemandServer): Promise<void> {
  const port = await freePort();
  const smtpPort = await freePort();
  await using node = await createProcessNode({
    users: ['JONES'],
    ports: { [service]: port, SMTP: smtpPort },
  });
  const server = async () => (await node.status())?.processes.find((each) => each.image === image);
  expect((await node.start()).status).toBe(0);
  const { processes } = await node.whole();
  expect(processes.map((each) => each.image)).not.toContain(image);
  const words = ['tcpip', '--user', 'SYSTEM', '--root', node.root, `ENABLE SERVICE ${service}`];
  expect(await vmsmail(words)).toMatchObject({ status: 0, stdout: '' });

  // The auxiliary server notices the change within a moment.
  for (let tries = 0; tries < 200 && !(await listens(port)); tries += 1) await pause(25);
  const clients = await Promise.all(Array.from({ length: 20 }, () => greeted(port, greeting)));
  expect(clients.every((each) => each !== undefined)).toBe(true);
  await expect.poll(server).toMatchObject({ name: processName, state: 'running' });
  const first = await server();
  const other = await greeted(smtpPort, '220 ');

  const lost = Promise.all(clients.map((client) => new Promise((resolve) => client?.once('close', resolve))));
  process.kill(first!.pid!, 'SIGKILL');
  await lost;
  // A connection that was just being handed to it when it died is closed, and not left to wait.
  let next: Socket | undefined;
  for (let tries = 0; tries < 20 && next === undefined; tries += 1) next = await greeted(port, greeting);
  expect(next).toBeDefined();
  await expect.poll(server).toMatchObject({ state: 'running', pid: expect.any(Number) });
  const pids = (await node.whole()).processes.filter((each) => each.image === image).map(({ pid }) => pid);
  expect(pids).not.toContain(first!.pid);
  // Who talks to another server has noticed nothing.
  expect(await answer(other!, 'NOOP')).toMatch(/^250 /);
  other!.destroy();

  // Who is served when the node stops is told so.
  const last = new Promise<string>((resolve) =>
    next!.once('data', (text: Buffer) => resolve(text.toString())),
  );
  const stopped = node.stop();
  expect(await last).toBe(`${farewell}\r\n`);
  next!.destroy();
  expect((await stopped).status).toBe(0);
}

function answer(socket: Socket, command: string): Promise<string> {
  return new Promise((resolve) => {
    socket.once('data', (text: Buffer) => resolve(text.toString()));
    socket.once('close', () => resolve('closed'));
    socket.write(`${command}\r\n`);
  });
}
