/** Who may talk to the node. */
import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FrameWriter } from './frames.ts';
import { PROTOCOL } from './handshake.ts';
import { connectNode } from './index.ts';
import { linkedNode, partly } from './testing/linked-node.ts';

const { client, serve, socketPath } = linkedNode();

describe('who may talk to the node', () => {
  test('no node: the error of the system', async () => {
    await expect(connectNode(socketPath())).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('a wrong key is refused', async () => {
    await serve(partly({}));
    writeFileSync(`${socketPath()}.KEY`, '0'.repeat(64));
    await expect(connectNode(socketPath())).rejects.toThrow('the key of the node is wrong');
  });

  test.each([
    ['nothing', undefined],
    ['another kind', { length: 64 }],
    ['another length', '0'],
    ['as many characters, and more octets', '\u00e9'.repeat(64)],
  ])('a key that is no key is refused: %s', async (_what, key) => {
    await serve(partly({}));
    const socket = connect(socketPath());
    const writer = new FrameWriter();
    writer.append('hello', 0, { protocol: PROTOCOL, key, process: 'TEST' });
    for (const piece of writer.take()) socket.write(piece);
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString('latin1')).toContain('the key of the node is wrong');
    await once(socket, 'close');
  });

  test('who is refused is refused once, however much he says', async () => {
    await serve(partly({}));
    const warnings: Error[] = [];
    const warned = (warning: Error): void => void warnings.push(warning);
    process.on('warning', warned);
    const socket = connect(socketPath());
    const writer = new FrameWriter();
    for (let count = 0; count < 50; count++) writer.append('notification', 0, ['operatorMessage', []]);
    for (const piece of writer.take()) socket.write(piece);
    let answer = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      answer += text;
    });
    await once(socket, 'close');
    expect(answer.split('a hello was expected')).toHaveLength(2);
    process.off('warning', warned);
    // Of listeners that pile up.
    expect(warnings).toEqual([]);
  });

  test('an unknown peer is cut off for a long greeting', async () => {
    await serve(partly({}));
    const socket = connect(socketPath());
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {});
    socket.write(Buffer.from([0xff, 0xff, 0xff, 0x7f, 0, 0, 0, 0]));
    await closed;
  });

  test('socket and key belong to the owner alone', async () => {
    await serve(partly({}));
    expect(statSync(socketPath()).mode & 0o777).toBe(0o600);
    expect(statSync(`${socketPath()}.KEY`).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(socketPath())).mode & 0o777).toBe(0o700);
  });

  test('a second node on the socket is refused, a socket left by a crash is replaced', async () => {
    const server = await serve(partly({}));
    await expect(serve(partly({}))).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await server.close();
    writeFileSync(socketPath(), '');
    await serve(partly({}));
    expect((await client()).nodeName).toBe('HEARTS');
  });
});
