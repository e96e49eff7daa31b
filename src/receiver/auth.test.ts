import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { processorMsOf } from '../../test/support/processor-time.ts';
import { createMemorySystemStore } from '../adapters/memory/system-store.ts';
import { systemClock } from '../adapters/node/system-clock.ts';
import type { Log } from '../ports/log.ts';
import type { SystemStore } from '../ports/system-store.ts';
import { deriveScramVerifier, formatScramVerifier } from '../sasl/index.ts';
import { newAccount } from '../system/accounts.ts';
import { openLoginDoor } from '../system/login-door.ts';
import { hashPassword, scramVerifierOf } from '../system/passwords.ts';
import { defaultReceiverSettings, type ReceiverDependencies, type ReceiverSettings } from './index.ts';
import { Client, closeAll, type Rig, startRig, textOf } from './testing/receiver-rig.ts';

afterAll(closeAll);

const hash = await hashPassword('SECRET');
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const plain = (user: string, password: string, other = ''): string =>
  base64(`${other}\0${user}\0${password}`);

let store: SystemStore;
let alarms: string[];
let logged: string;
beforeEach(async () => {
  store = createMemorySystemStore();
  alarms = [];
  logged = '';
  await store.putAccount(newAccount('SMITH', { group: 128, member: 1 }, { passwordHash: hash }));
});

function rig(
  settings: Partial<ReceiverSettings> = {},
  overrides: Partial<ReceiverDependencies> = {},
): Promise<Rig> {
  const note = (...what: unknown[]): void => {
    logged += JSON.stringify(what);
  };
  return startRig({
    openLoginDoor: (peer) =>
      openLoginDoor(
        {
          systemStore: store,
          clock: systemClock,
          opcom: { operatorMessage: (_to, _from, text) => alarms.push(text) },
          nodeName: 'NODE',
          secret: async () => 'secret of the node',
        },
        peer,
      ),
    settings: async () => ({
      ...defaultReceiverSettings,
      goodClients: [],
      checksSenders: false,
      traces: true,
      ...settings,
    }),
    log: { debug: note, info: note, warn: note, error: note } as unknown as Log,
    ...overrides,
  });
}
const secure = async (settings: Partial<ReceiverSettings> = {}): Promise<Client> =>
  Client.secure((await rig(settings)).port);

const wrong = '535 5.7.8 Authentication credentials invalid';
const succeeded = '235 2.7.0 Authentication succeeded';

describe('wrong syntax and wrong order', () => {
  test('before EHLO, after HELO, in a transaction, a second time', async () => {
    const { port } = await rig({ authWithoutTls: true });
    const client = Client.plain(port);
    await client.reply();
    expect(await client.say('AUTH PLAIN')).toBe('503 Bad command sequence');
    await client.say('HELO me');
    expect(await client.say('AUTH PLAIN')).toBe('503 Bad command sequence');
    await client.say('EHLO me');
    await client.say('MAIL FROM:<smith@node.example>');
    expect(await client.say('AUTH PLAIN')).toBe('503 5.5.1 Bad command sequence');
    await client.say('RSET');
    expect(await client.say(`AUTH PLAIN ${plain('smith', 'secret')}`)).toBe(succeeded);
    expect(await client.say(`AUTH PLAIN ${plain('smith', 'secret')}`)).toBe('503 5.5.1 Bad command sequence');
    expect(await client.say('EHLO me')).not.toContain('AUTH');
  });
  test.each([
    ['AUTH', '501 5.5.4 Syntax error in parameters or arguments'],
    ['AUTH ', '501 5.5.4 Syntax error in parameters or arguments'],
    ['AUTH PLAIN a b', '501 5.5.4 Syntax error in parameters or arguments'],
    ['AUTH CRAM-MD5', '504 5.5.4 Unrecognized authentication type'],
    ['AUTH PLAIN *', '501 5.5.2 Cannot decode response'],
    ['AUTH PLAIN YQ', '501 5.5.2 Cannot decode response'],
    ['AUTH PLAIN =', '501 5.5.2 Cannot decode response'],
    [`AUTH PLAIN ${base64('smith')}`, '501 5.5.2 Cannot decode response'],
  ])('%s', async (line, reply) => {
    expect(await (await secure()).say(line)).toBe(reply);
  });
  test('a star cancels, lines that are no base64 and too long ones end the exchange', async () => {
    const client = await secure();
    expect(await client.say('AUTH PLAIN')).toBe('334 ');
    expect(await client.say('*')).toBe('501 5.7.0 Authentication canceled');
    expect(await client.say('AUTH LOGIN')).toBe('334 VXNlcm5hbWU6');
    expect(await client.say('%')).toBe('501 5.5.2 Cannot decode response');
    await client.say('AUTH LOGIN');
    expect(await client.say('A'.repeat(13_000))).toBe('500 5.5.6 Line too long');
    expect(await client.say('NOOP')).toBe('250 2.0.0 OK');
    // RFC 4954 §4: so long a line is borne, longer than any command.
    await client.say('AUTH PLAIN');
    expect(await client.say('A'.repeat(12_000))).toBe('501 5.5.2 Cannot decode response');
    expect(await client.say(`NOOP ${'A'.repeat(3_000)}`)).toBe('500 5.5.6 Line too long');
  });
});

describe('without TLS', () => {
  test('passwords are not taken, and not asked for', async () => {
    const client = Client.plain((await rig()).port);
    await client.reply();
    expect(await client.say('EHLO me')).toContain('\r\n250-AUTH SCRAM-SHA-256\r\n');
    for (const name of ['PLAIN', 'LOGIN']) {
      expect(await client.say(`AUTH ${name}`)).toBe(
        '538 5.7.11 Encryption required for requested authentication mechanism',
      );
    }
    expect(await client.say('AUTH SCRAM-SHA-256-PLUS')).toBe('504 5.5.4 Unrecognized authentication type');
  });
  test('unless the manager wants it', async () => {
    const client = Client.plain((await rig({ authWithoutTls: true })).port);
    await client.reply();
    expect(await client.say('EHLO me')).toContain('\r\n250-AUTH SCRAM-SHA-256 PLAIN LOGIN\r\n');
    expect(await client.say(`AUTH PLAIN ${plain('SMITH', 'secret')}`)).toBe(succeeded);
  });
  test('where no mechanism is wanted there is none', async () => {
    const client = await secure({ authMechanisms: [] });
    expect(await client.say('EHLO me')).not.toContain('AUTH');
    expect(await client.say(`AUTH PLAIN ${plain('SMITH', 'secret')}`)).toContain('504');
  });
});

describe('PLAIN and LOGIN', () => {
  test.each([
    ['a wrong password', plain('smith', 'wrong')],
    ['an unknown user', plain('nobody', 'secret')],
    ['acting for another', plain('smith', 'secret', 'jones')],
  ])('%s', async (_name, response) => {
    expect(await (await secure()).say(`AUTH PLAIN ${response}`)).toBe(wrong);
  });
  test.each(['DISUSER', 'DISMAIL', 'PWD_EXPIRED'])('an account with %s', async (flag) => {
    const smith = (await store.account('SMITH'))!;
    await store.putAccount({ ...smith, flags: [flag] });
    expect(await (await secure()).say(`AUTH PLAIN ${plain('smith', 'secret')}`)).toBe(wrong);
  });
  test('the right password, with the command, later, and for himself', async () => {
    expect(await (await secure()).say(`AUTH PLAIN ${plain('smith', 'secret', 'SMITH')}`)).toBe(succeeded);
    const later = await secure();
    expect(await later.say('auth plain')).toBe('334 ');
    expect(await later.say(plain('smith', 'secret'))).toBe(succeeded);
    const login = await secure();
    expect(await login.say('AUTH LOGIN')).toBe('334 VXNlcm5hbWU6');
    expect(await login.say(base64('smith'))).toBe('334 UGFzc3dvcmQ6');
    expect(await login.say(base64('Secret'))).toBe(succeeded);
    const named = await secure();
    expect(await named.say(`AUTH LOGIN ${base64('smith')}`)).toBe('334 UGFzc3dvcmQ6');
    expect(await named.say(base64('secret'))).toBe(succeeded);
  });
  test('three wrong ones end the connection, five make an intruder whom the right one does not help', async () => {
    const { port } = await rig();
    const first = await Client.secure(port);
    for (let attempt = 0; attempt < 3; attempt += 1)
      expect(await first.say(`AUTH PLAIN ${plain('smith', 'wrong')}`)).toBe(wrong);
    expect(await first.reply()).toBe('(closed)');
    const second = await Client.secure(port);
    for (let attempt = 0; attempt < 2; attempt += 1)
      await second.say(`AUTH PLAIN ${plain('smith', 'wrong')}`);
    expect(await store.intrusions()).toContainEqual(
      expect.objectContaining({ source: '192.0.2.7::SMITH', count: 5, isIntruder: true }),
    );
    expect(await second.say(`AUTH PLAIN ${plain('smith', 'secret')}`)).toBe(wrong);
    expect(alarms.at(-1)).toContain('breakin detection');
    const third = await Client.secure(port);
    expect(await scram(third)).toBe(wrong);
  });
  test('no log has what was said', async () => {
    const client = await secure();
    await client.say(`AUTH PLAIN ${plain('smith', 'hunter2')}`);
    await client.say('AUTH PLAIN');
    await client.say(plain('smith', 'hunter2'));
    await client.say('AUTH LOGIN');
    await client.say(base64('smith'));
    await client.say(base64('hunter2'));
    expect(logged).toContain('<<<AUTH PLAIN ***');
    expect(logged).not.toContain(plain('smith', 'hunter2'));
    expect(logged).not.toContain(base64('hunter2'));
    expect(logged).not.toContain('hunter2');
    expect(alarms.join()).not.toContain('hunter2');
  });
  test('a store that is broken is not his fault', async () => {
    const client = await secure();
    store.account = async () => {
      throw new Error('broken');
    };
    expect(await client.say(`AUTH PLAIN ${plain('smith', 'secret')}`)).toBe(
      '454 4.7.0 Temporary authentication failure',
    );
  });
});

/** The last reply to a client that has the password. */
async function scram(
  client: Client,
  options: { readonly user?: string; readonly password?: string; readonly binding?: Buffer } = {},
): Promise<string> {
  const { user = 'smith', password = 'SECRET', binding } = options;
  const header = binding === undefined ? 'n,,' : 'p=tls-exporter,,';
  const bare = `n=${user},r=nonce`;
  const name = binding === undefined ? 'SCRAM-SHA-256' : 'SCRAM-SHA-256-PLUS';
  const challenge = await client.say(`AUTH ${name} ${base64(header + bare)}`);
  const serverFirst = Buffer.from(challenge.slice(4), 'base64').toString();
  const [, nonce = '', salt = '', iterations = ''] = /^r=(.*),s=(.*),i=(.*)$/.exec(serverFirst) ?? [];
  const bound = Buffer.concat([Buffer.from(header), binding ?? Buffer.alloc(0)]).toString('base64');
  const withoutProof = `c=${bound},r=${nonce}`;
  const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
  const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256');
  const clientKey = hmac(salted, 'Client Key');
  const signed = `${bare},${serverFirst},${withoutProof}`;
  const signature = hmac(createHash('sha256').update(clientKey).digest(), signed);
  const proof = Buffer.from(clientKey.map((octet, index) => octet ^ signature[index]!)).toString('base64');
  const last = await client.say(base64(`${withoutProof},p=${proof}`));
  if (!last.startsWith('334')) return last;
  const expected = `v=${hmac(hmac(salted, 'Server Key'), signed).toString('base64')}`;
  expect(Buffer.from(last.slice(4), 'base64').toString()).toBe(expected);
  return client.say('');
}

describe('SCRAM-SHA-256', () => {
  test('however the password is written, as it is blind to case', async () => {
    for (const password of ['SECRET', 'secret']) {
      expect(await scram(await secure(), { password })).toBe(succeeded);
    }
    expect(await scram(await secure(), { password: 'wrong' })).toBe(wrong);
    expect(await store.intrusions()).toContainEqual(expect.objectContaining({ source: '192.0.2.7::SMITH' }));
  });
  test('bound to the connection', async () => {
    const { port } = await rig();
    const client = Client.plain(port);
    await client.reply();
    await client.say('EHLO me');
    await client.say('STARTTLS');
    const socket = await client.upgrade();
    expect(await client.say('EHLO me')).toContain('AUTH SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN LOGIN');
    const binding = socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0));
    expect(await scram(client, { binding: Buffer.alloc(32) })).toBe(wrong);
    expect(await scram(client, { binding })).toBe(succeeded);
  });
  test('who is not there has a salt, too, and always the same', async () => {
    const challenge = async (user: string): Promise<string> => {
      const text = await (await secure()).say(`AUTH SCRAM-SHA-256 ${base64(`n,,n=${user},r=x`)}`);
      return Buffer.from(text.slice(4), 'base64')
        .toString()
        .replace(/^r=[^,]*,/, '');
    };
    const nobody = await challenge('nobody');
    expect(nobody).toMatch(/^s=[A-Za-z0-9+/]{22}==,i=65536$/);
    expect(await challenge('nobody')).toBe(nobody);
    expect(await challenge('NOBODY')).toBe(nobody);
    expect(await challenge('other')).not.toBe(nobody);
    expect(await challenge('smith')).toMatch(/^s=[A-Za-z0-9+/]{22}==,i=65536$/);
    expect(await scram(await secure(), { user: 'nobody' })).toBe(wrong);
  });
  test('a password of before makes no intruder; logging in with PLAIN once is enough', async () => {
    const smith = (await store.account('SMITH'))!;
    await store.putAccount({ ...smith, passwordHash: hash.split(' ')[0]! });
    expect(await scram(await secure())).toBe(wrong);
    expect(await store.intrusions()).toEqual([]);
    expect(alarms.at(-1)).toContain('NOVERIFIER');
    expect(await (await secure()).say(`AUTH PLAIN ${plain('smith', 'secret')}`)).toBe(succeeded);
    expect(scramVerifierOf((await store.account('SMITH'))!)).toBeDefined();
    expect(await scram(await secure())).toBe(succeeded);
  });
  test('a password that was set with more iterations than clients take is counted anew when it comes with PLAIN', async () => {
    const smith = (await store.account('SMITH'))!;
    const verifier = formatScramVerifier(await deriveScramVerifier(['SECRET'], randomBytes(16), 100_000));
    await store.putAccount({ ...smith, passwordHash: `${hash.split(' ')[0]} ${verifier}` });
    expect(await scram(await secure())).toBe(succeeded);
    expect(scramVerifierOf((await store.account('SMITH'))!)?.iterations).toBe(100_000);
    expect(await (await secure()).say(`AUTH PLAIN ${plain('smith', 'secret')}`)).toBe(succeeded);
    expect(scramVerifierOf((await store.account('SMITH'))!)?.iterations).toBe(65_536);
    expect(await scram(await secure(), { password: 'secret' })).toBe(succeeded);
    expect(await (await secure()).say(`AUTH PLAIN ${plain('smith', 'secret')}`)).toBe(succeeded);
  });
});

describe('who is in', () => {
  test('may relay, and what he sends is his', async () => {
    const { port, submissions } = await rig();
    const client = await Client.secure(port);
    await client.say('MAIL FROM:<smith@node.example>');
    expect(await client.say('RCPT TO:<a@far.example>')).toContain('550');
    await client.say('RSET');
    await client.say(`AUTH PLAIN ${plain('smith', 'secret')}`);
    expect(await client.say('MAIL FROM:<smith@node.example> AUTH=smith@node.example')).toContain('250');
    expect(await client.say('RCPT TO:<a@far.example>')).toContain('250');
    await client.say('DATA');
    expect(await client.say('Subject: x\r\n\r\ntext\r\n.')).toBe('250 2.0.0 OK');
    expect(submissions[0]).toMatchObject({ userName: 'SMITH' });
    expect(textOf(submissions[0]!)).toContain('with ESMTPSA\r\n\t(TLSv1.3');
  });
  test.each([
    ['<>', '250'],
    ['e+3Dmc2@example.com', '250'],
    ['a+b', '501'],
    ['', '501'],
  ])('AUTH=%s of MAIL', async (value, code) => {
    expect(await (await secure()).say(`MAIL FROM:<smith@node.example> AUTH=${value}`)).toContain(code);
  });
});

test('the time tells nothing of who is there', { timeout: 60_000 }, async () => {
  const { port } = await rig({ errorLimit: 1_000 });
  const time = async (user: string): Promise<number> => {
    const client = await Client.secure(port);
    // Of processors, not of a clock: the machine may have much else to do.
    const took = await processorMsOf(() => client.say(`AUTH PLAIN ${plain(user, 'wrong')}`));
    await client.say('QUIT');
    return took;
  };
  // In turns, and the shortest: what else this process does is longer.
  let [there, nobody] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let index = 0; index < 10; index += 1) {
    there = Math.min(there, await time('smith'));
    nobody = Math.min(nobody, await time(`nobody${index}`));
  }
  // One scrypt each: without it the answer would come a hundred times as fast.
  expect(nobody / there).toBeGreaterThan(0.5);
  expect(nobody / there).toBeLessThan(2);
});

test('no trace has the password of a client that does not wait until AUTH is refused', async () => {
  const { port } = await rig();
  const client = Client.plain(port);
  await client.reply();
  await client.say('EHLO me');
  client.write(`AUTH LOGIN\r\n${base64('SMITH')}\r\n${base64('SECRET')}\r\nNOOP\r\n`);
  for (const code of ['538', '500', '500', '250']) expect(await client.reply()).toContain(code);
  expect(logged).toContain('<<<NOOP');
  expect(logged).not.toContain(base64('SECRET'));
});
