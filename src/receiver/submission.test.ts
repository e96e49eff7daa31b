import { afterAll, describe, expect, test } from 'vitest';
import type { SpoolWriter } from '../ports/message-text.ts';
import type { Account } from '../ports/system-store.ts';
import { newAccount } from '../system/accounts.ts';
import type { LoginAttempts } from '../system/login-door.ts';
import { defaultReceiverSettings, type ReceiverDependencies, type ReceiverSettings } from './index.ts';
import { Client, closeAll, startRig, textOf } from './testing/receiver-rig.ts';

afterAll(closeAll);

const notAsked = (): never => {
  throw new Error('PLAIN asks for no proof');
};

/** A door that knows everybody by his name. */
const openDoor = (given: Partial<Account>) => (): LoginAttempts => ({
  verifier: notAsked,
  attemptByProof: notAsked,
  attempt: async (userName) => ({
    kind: 'in',
    account: newAccount(userName.toUpperCase(), { group: 128, member: 1 }, given),
  }),
});

async function begin(
  given: Partial<Account> = {},
  settings: Partial<ReceiverSettings> = {},
  overrides: Partial<ReceiverDependencies> = {},
) {
  const { port, submissions } = await startRig(
    {
      openLoginDoor: openDoor(given),
      settings: async () => ({ ...defaultReceiverSettings, checksSenders: false, ...settings }),
      ...overrides,
    },
    { isSubmission: true },
  );
  const client = await Client.secure(port);
  return { client, submissions, port };
}
const login = (user: string): string => `AUTH PLAIN ${Buffer.from(`\0${user}\0x`).toString('base64')}`;

/** The reply to a message, and the message as it was taken. */
async function send(text: string, given: Partial<Account> = {}, settings: Partial<ReceiverSettings> = {}) {
  const { client, submissions } = await begin(given, settings);
  await client.say(login('smith'));
  await client.say('MAIL FROM:<smith@node.example>');
  await client.say('RCPT TO:<a@far.example>');
  await client.say('DATA');
  const reply = await client.say(`${text}\r\n.`);
  const taken = submissions[0] === undefined ? '' : textOf(submissions[0]);
  return { reply, taken, message: taken.replace(/^Received: .*\r\n(?:\t.*\r\n)*/, '') };
}

describe('the service of submission', () => {
  test('wants to know who it is', async () => {
    const { client } = await begin();
    const required = '530 5.7.0 Authentication required';
    for (const line of ['MAIL FROM:<smith@node.example>', 'VRFY smith', 'EXPN list'])
      expect(await client.say(line)).toBe(required);
    for (const line of ['NOOP', 'RSET', 'HELP', 'EHLO me']) expect(await client.say(line)).toMatch(/^250/);
    await client.say(login('smith'));
    expect(await client.say('MAIL FROM:<smith@node.example>')).toMatch(/^250/);
  });
  test('does not ask block lists for its users', async () => {
    const { port } = await begin({}, { rbls: ['list.example'], rejectUnbacktranslatable: true });
    expect(await Client.plain(port).reply()).toMatch(/^220/);
  });
});

describe('whose address it is', () => {
  test.each([
    ['jones@node.example', '553 5.7.1 <jones@node.example>... Sender address is not yours'],
    ['smith@far.example', '553 5.7.1 <smith@far.example>... Sender address is not yours'],
    ['smith@node.example', '250 2.1.0 <smith@node.example>... Sender OK'],
    ['Smith+folder@alias.example', '250 2.1.0 <Smith+folder@alias.example>... Sender OK'],
    ['smith', '250 2.1.0 <smith@node.example>... Sender OK'],
    ['', '250 2.1.0 <>... Sender OK'],
  ])('MAIL FROM:<%s>', async (path, reply) => {
    const { client } = await begin();
    await client.say(login('smith'));
    expect(await client.say(`MAIL FROM:<${path}>`)).toBe(reply);
  });
  test.each(['SYSPRV', 'BYPASS'])('%s sends as anybody', async (privilege) => {
    const { client } = await begin({ privileges: [privilege] });
    await client.say(login('smith'));
    expect(await client.say('MAIL FROM:<anybody@far.example>')).toMatch(/^250/);
    const { reply } = await send('From: anybody@far.example\r\n\r\nx', { privileges: [privilege] });
    expect(reply).toBe('250 2.0.0 OK');
  });
  test('an unqualified name is of the substitute domain', async () => {
    const { client } = await begin({}, { substituteDomain: 'alias.example' });
    await client.say(login('smith'));
    expect(await client.say('MAIL FROM:<smith>')).toBe('250 2.1.0 <smith@alias.example>... Sender OK');
  });
  const refused = (address: string): string =>
    `550 5.7.1 <${address}>... is not your address, From: field refused`;
  test.each([
    ['From: jones@node.example\r\n\r\nx', refused('jones@node.example')],
    ['From: "smith@node.example" <jones@node.example>\r\n\r\nx', refused('jones@node.example')],
    ['From: smith@node.example, jones@node.example\r\n\r\nx', refused('jones@node.example')],
    ['FROM : jones@node.example\r\n\r\nx', refused('jones@node.example')],
    ['From: smith@node.example\r\n <jones@node.example>\r\n\r\nx', refused('jones@node.example')],
    ['From: smith@node.example, "\r\n\r\nx', '550 5.6.0 From: field cannot be read'],
    ['From: smith@node.example\r\nFrom: x@y\r\n\r\nx', '550 5.6.0 More than one From: field'],
    ['From: smith@node.example\r\nResent-From: jones@node.example\r\n\r\nx', refused('jones@node.example')],
    ['From: smith@node.example\r\n\r\nx', '250 2.0.0 OK'],
    ['From: Group: smith@alias.example;\r\n\r\nx', '250 2.0.0 OK'],
    ['From: smith@bücher.example\r\n\r\nx', '250 2.0.0 OK'],
    [
      'From: jones@bücher.example\r\nResent-From: smith@node.example\r\n\r\nx',
      refused('jones@b?cher.example'),
    ],
    ['From: a@far.example\r\nResent-From: smith@node.example\r\n\r\nx', '250 2.0.0 OK'],
    ['From: smith@node.example\r\nResent-From: smith@alias.example\r\n\r\nx', '250 2.0.0 OK'],
    ['Resent-From: smith@node.example\r\n\r\nx', '250 2.0.0 OK'],
    ['From: jones@node.example\r\nResent-From: smith@node.example\r\n\r\nx', refused('jones@node.example')],
    [
      'From: a@far.example, jones@node.example\r\nResent-From: smith@node.example\r\n\r\nx',
      refused('jones@node.example'),
    ],
    [
      'From: a@far.example, "\r\nResent-From: smith@node.example\r\n\r\nx',
      '550 5.6.0 From: field cannot be read',
    ],
  ])('%j', async (text, reply) => {
    expect((await send(text)).reply).toBe(reply);
  });
});

describe('what a message must have', () => {
  const date = 'Date: \\w{3}, \\d+ \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d .*\\r\\n';
  const id = 'Message-ID: <\\d+\\.[0-9a-f]{16}@node\\.example>\\r\\n';
  test('is added behind our own field', async () => {
    const { message, taken } = await send('Subject: hi\r\n\r\ntext');
    expect(taken).toMatch(/^Received: /);
    expect(message).toMatch(
      new RegExp(`^${date}${id}From: smith@node\\.example\\r\\nSubject: hi\\r\\n\\r\\ntext\\r\\n$`),
    );
  });
  test('is left as it came', async () => {
    const whole = 'from: Anne <smith@node.example>\r\nDATE: x\r\nmessage-id: <y>\r\n\r\ntext';
    expect((await send(whole)).message).toBe(`${whole}\r\n`);
  });
  test.each([
    ['no header section', 'just text\r\nFrom: not a field', '\\r\\njust text\\r\\nFrom: not a field\\r\\n$'],
    ['an empty one', '\r\ntext\r\n\r\nFrom: x', '\\r\\ntext\\r\\n\\r\\nFrom: x\\r\\n$'],
    ['nothing but a header', 'Subject: x', 'Subject: x\\r\\n$'],
  ])('where there is %s', async (_name, text, rest) => {
    const { message } = await send(text);
    expect(message).toMatch(new RegExp(`^${date}${id}From: smith@node\\.example\\r\\n${rest}`));
  });
  test('also in a long message, which is in the spool', async () => {
    const written: Buffer[] = [];
    const writer = (): SpoolWriter => {
      const own: Buffer[] = [];
      return {
        async write(chunk) {
          own.push(Buffer.from(chunk));
        },
        async *read() {
          yield* own;
        },
        async commit() {
          written.push(...own);
          return 'SPOOLED';
        },
        async abandon() {},
      };
    };
    const spool = { create: () => writer() } as unknown as ReceiverDependencies['spool'];
    const { client, submissions } = await begin({}, {}, { spool });
    await client.say(login('smith'));
    await client.say('MAIL FROM:<smith@node.example>');
    await client.say('RCPT TO:<a@far.example>');
    await client.say('DATA');
    const body = `${'x'.repeat(70)}\r\n`.repeat(3_000);
    expect(await client.say(`Subject: long\r\n\r\n${body}.`)).toBe('250 2.0.0 OK');
    // The file has what came, the rest stands beside it.
    const file = Buffer.concat(written).toString();
    expect(file).toMatch(/^Received: .*\r\n(?:\t.*\r\n)*Subject: long\r\n\r\nxxx/);
    const kept = submissions[0]!.text;
    if (kept.kind !== 'file' || kept.beginning === undefined) throw new Error('it begins as it came');
    const text = Buffer.from(kept.beginning.head).toString() + file.slice(kept.beginning.from);
    expect(kept).toMatchObject({ spoolId: 'SPOOLED', sizeBytes: text.length });
    expect(text).toMatch(
      new RegExp(
        `^Received: .*\\r\\n(?:\\t.*\\r\\n)*${date}${id}From: smith@node\\.example\\r\\nSubject: long\\r\\n\\r\\nxxx`,
      ),
    );
    expect(text.endsWith(body)).toBe(true);
  });
});

describe('OPTIONS=CLASSIC', () => {
  test('knows HELO alone, and stamps as the product did', async () => {
    const { port, submissions } = await startRig({
      settings: async () => ({ ...defaultReceiverSettings, checksSenders: false, classic: true }),
    });
    const client = Client.plain(port);
    await client.reply();
    const unknown = '500 Syntax error, command unrecognized';
    for (const line of ['EHLO me', 'STARTTLS', 'AUTH PLAIN']) expect(await client.say(line)).toBe(unknown);
    expect(await client.say('HELP')).not.toMatch(/EHLO|STARTTLS|AUTH/);
    expect(await client.say('HELP EHLO')).toBe('214 Help text not available');
    await client.say('HELO me');
    expect(await client.say('MAIL FROM:<a@b.example> SIZE=1')).toMatch(/^555/);
    await client.say('MAIL FROM:<a@b.example>');
    await client.say('RCPT TO:<smith@node.example>');
    await client.say('DATA');
    expect(await client.say('Subject: x\r\n\r\ntext\r\n.')).toBe('250 OK');
    expect(textOf(submissions[0]!)).toMatch(
      /^(?:Authentication-Results: .*\r\n(?:\t.*\r\n)*)?Received: by node\.example \(V1\.0, OpenVMS V8\.4 x86\);\r\n\t\w{3}, .*\r\nSubject: x\r\n/,
    );
  });
});
