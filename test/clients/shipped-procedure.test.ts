/** What the shipped TCPIP$SMTP_RECV_RUN.COM tells the managers of a site has to be true: its example is run. */
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startFixture } from '../support/node-fixture.ts';

const firstLine = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', reject);
    socket.once('data', (chunk) => {
      socket.destroy();
      resolve(chunk.toString('latin1'));
    });
  });

test('the example of a check by address refuses that address, and no other', async () => {
  await using fixture = await startFixture(['JONES']);
  const file = join(fixture.root, 'SYSEXE', 'TCPIP$SMTP_RECV_RUN.COM');
  const shipped = readFileSync(file, 'utf8');
  const port = fixture.node.port('SMTP');
  const reply = (address: string): Promise<string> => {
    const edited = shipped.replace(/^\$! +IF (.*)10\.9\.8\.7/m, `$ IF $1${address}`);
    expect(edited).not.toBe(shipped);
    writeFileSync(file, edited);
    return firstLine(port);
  };
  expect(await reply('127.0.0.1')).toMatch(/^421 /);
  expect(await reply('127.0.0.2')).toMatch(/^220 /);
}, 30_000);
