import { afterEach, expect, it } from 'vitest';
import { ImapClient, type ImapRig, startImapRig } from '../../test/support/imap-rig.ts';
import type { ImapFields } from '../system/settings/index.ts';

let rig: ImapRig;
afterEach(() => rig.close());

const startWith = async (fields: Partial<ImapFields>, log: string[] = []): Promise<void> => {
  const note = (_fields: unknown, message: string): void => void log.push(message);
  rig = await startImapRig({
    settings: fields,
    log: { debug: note, info: note, warn: note, error: note },
  });
};

for (const limit of ['maxConnections', 'maxAddressConnections'] as const) {
  it(`refuses one connection more than ${limit}, until one has gone`, async () => {
    await startWith({ [limit]: 2 });
    const first = await rig.connect();
    await rig.connect();
    expect(await ImapClient.open(rig.port).until(/\r\n/)).toBe(
      '* BYE [UNAVAILABLE] There are too many connections, try again later.\r\n',
    );
    first.close();
    await expect.poll(() => ImapClient.open(rig.port).until(/\r\n/)).toMatch(/^\* OK/);
  });
}

it('refuses a user one session more than he may have, and no other user', async () => {
  await startWith({ maxUserConnections: 1 });
  const first = await rig.login('SMITH');
  const second = await rig.connect();
  expect(await second.command('LOGIN smith secret')).toMatch(/NO \[LIMIT\]/);
  expect(await second.command('LOGIN jones secret')).toMatch(/ OK /);
  await first.command('LOGOUT');
  const third = await rig.connect();
  await expect.poll(() => third.command('LOGIN smith secret')).toMatch(/ OK /);
});

it('traces a dialogue without a password, whatever is done wrong, and without messages', async () => {
  const log: string[] = [];
  await startWith({ serverTrace: true }, log);
  const client = await rig.connect();
  const plain = Buffer.from('\0smith\0secret').toString('base64');
  await client.command('LOGN smith secret');
  await client.command('smith secret');
  await client.command('LOGIN smith wrong-secret');
  // A client that does not wait for the refusal says its response as a command.
  client.write(`x AUTHENTICATE NOTHING\r\n${plain}\r\n`);
  await client.until(/^\S+ BAD.*\r\n/m);
  client.write(`y AUTHENTICATE PLAIN\r\n${plain}\r\n`);
  await client.until(/^y OK.*\r\n/m);
  await client.command('LOGIN smith secret');
  await client.command('APPEND INBOX {13+}\r\nX: secret\r\n\r\n');
  await client.command('SELECT INBOX');
  expect(log.join('\n')).not.toMatch(/secret|smith/i);
  expect(log.join('\n')).not.toContain(plain);
  expect(log).toContain('<<<a3 LOGIN ***');
  expect(log).toContain('<<<y AUTHENTICATE ***');
  expect(log).toContain('<<<a5 APPEND INBOX {***}');
  expect(log).toContain('>>>* 1 EXISTS');
});
