import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { defaultReceiverSettings, type ReceiverDependencies } from './index.ts';
import { countingSpool } from './testing/plain-dialogue.ts';
import { Client, closeAll, startRig, textOf } from './testing/receiver-rig.ts';

afterAll(closeAll);

async function begin(overrides: Partial<ReceiverDependencies> = {}) {
  const { port, submissions } = await startRig(overrides);
  const client = Client.plain(port);
  await client.reply();
  await client.say('EHLO me');
  return { client, submissions };
}
async function transaction(overrides: Partial<ReceiverDependencies> = {}) {
  const begun = await begin(overrides);
  await begun.client.say('MAIL FROM:<a@b.example>');
  await begun.client.say('RCPT TO:<smith@node.example>');
  return begun;
}
/** The message without the fields that are ours. */
const message = (text: string): string =>
  text.replace(/^(?:[\w-]+: .*\r\n(?:\t.*\r\n)*){1,2}(?=Subject|$)/, '');
const bad = '503 5.5.1 Bad command sequence';
const ok = '250 2.0.0 OK';

describe('wrong syntax and wrong order', () => {
  test.each(['BDAT', 'BDAT x', 'BDAT -1', 'BDAT 1 FIRST', 'BDAT 1x', 'BDAT 9999999999999999'])(
    '%s: what follows cannot be told from commands, the link is closed',
    async (line) => {
      const { client, submissions } = await transaction();
      expect(await client.say(`${line}\r\nRSET`)).toBe('501 5.5.4 Syntax error in parameters or arguments');
      expect(await client.reply()).toBe('(closed)');
      expect(submissions).toEqual([]);
    },
  );
  test('octets of a refused chunk are no commands', async () => {
    const { client } = await begin();
    client.write('BDAT 22 LAST\r\nMAIL FROM:<x@y.zz>\r\n\r\nNOOP\r\n');
    expect(await client.reply()).toBe(bad);
    expect(await client.reply()).toBe(ok);
    await client.say('MAIL FROM:<a@b.example>');
    client.write('BDAT 6\r\nRSET\r\nNOOP\r\n');
    expect(await client.reply()).toBe('503 5.5.1 No valid recipients preceded this');
    expect(await client.reply()).toBe(ok);
    expect(await client.say('MAIL FROM:<c@d.example>')).toBe('503 5.5.1 Sender already specified');
  });
  test('a refused chunk that is hopelessly large is not heard out', async () => {
    const { client } = await begin();
    client.write('BDAT 999999999999\r\nx');
    expect(await client.reply()).toBe('552 5.3.4 Message size exceeds the fixed limit');
    expect(await client.reply()).toBe('(closed)');
  });
  test('no RCPT, DATA or MAIL between chunks; RSET forgets them', async () => {
    const { client, submissions } = await transaction();
    client.write('BDAT 12\r\nSubject: x\r\n');
    expect(await client.reply()).toBe('250 2.0.0 12 octets received');
    expect(await client.say('RCPT TO:<jones@node.example>')).toBe(bad);
    expect(await client.say('DATA')).toBe(bad);
    expect(await client.say('MAIL FROM:<c@d.example>')).toBe('503 5.5.1 Sender already specified');
    expect(await client.say('RSET')).toBe(ok);
    expect(await client.say('BDAT 0 LAST')).toBe(bad);
    await client.say('MAIL FROM:<a@b.example>');
    await client.say('RCPT TO:<smith@node.example>');
    client.write('BDAT 12 LAST\r\nSubject: y\r\n');
    expect(await client.reply()).toBe(ok);
    expect(submissions.map((each) => message(textOf(each)))).toEqual(['Subject: y\r\n']);
    expect(await client.say('BDAT 0 LAST')).toBe(bad);
  });
});

describe('a message', () => {
  test('in one chunk, in several, in one burst with its commands', async () => {
    const text = 'Subject: x\r\n\r\n.\r\n..two\r\n';
    const { client, submissions } = await transaction();
    client.write(`BDAT ${text.length} last\r\n${text}`);
    expect(await client.reply()).toBe(ok);
    const commands = 'MAIL FROM:<a@b.example>\r\nRCPT TO:<smith@node.example>\r\n';
    client.write(
      `${commands}BDAT 5\r\n${text.slice(0, 5)}BDAT 0\r\nBDAT ${text.length - 5}\r\n${text.slice(5)}BDAT 0 LAST\r\n`,
    );
    const replies: string[] = [];
    for (let index = 0; index < 6; index += 1) replies.push(await client.reply());
    expect(replies.slice(2)).toEqual([
      '250 2.0.0 5 octets received',
      '250 2.0.0 0 octets received',
      `250 2.0.0 ${text.length - 5} octets received`,
      ok,
    ]);
    expect(submissions.map((each) => message(textOf(each)))).toEqual([text, text]);
  });
  test('whose last line has no end gets one', async () => {
    const { client, submissions } = await transaction();
    client.write('BDAT 15 LAST\r\nSubject: x\r\n\r\ny');
    expect(await client.reply()).toBe(ok);
    expect(message(textOf(submissions[0]!))).toBe('Subject: x\r\n\r\ny\r\n');
  });
  test('that is too large is refused with the chunk that makes it so', async () => {
    const settings = async () => ({
      ...defaultReceiverSettings,
      checksSenders: false,
      messageSizeLimit: 100,
    });
    const { client, submissions } = await transaction({ settings });
    client.write(`BDAT 80\r\n${'x'.repeat(78)}\r\n`);
    expect(await client.reply()).toBe('250 2.0.0 80 octets received');
    client.write(`BDAT 80\r\n${'x'.repeat(78)}\r\n`);
    expect(await client.reply()).toBe('552 5.3.4 Message size exceeds the fixed limit');
    client.write('BDAT 6 LAST\r\nRSET\r\n');
    expect(await client.reply()).toBe(bad);
    expect(await client.say('NOOP')).toBe(ok);
    expect(submissions).toEqual([]);
  });
  test('that is long goes through the spool, and what was begun is abandoned', async () => {
    const { spool, seen } = countingSpool();
    const settings = async () => ({ ...defaultReceiverSettings, goodClients: ['0.0.0.0/0'] });
    const { client, submissions } = await transaction({ spool, settings });
    const chunk = `${'x'.repeat(78)}\r\n`.repeat(1_000);
    client.write(`BDAT ${chunk.length}\r\n${chunk}`);
    expect(await client.reply()).toContain('250');
    expect(await client.say('RSET')).toBe(ok);
    expect(seen).toMatchObject({ committed: 0, abandoned: 1 });
    await client.say('MAIL FROM:<a@b.example>');
    await client.say('RCPT TO:<smith@node.example>');
    client.write(`BDAT ${chunk.length}\r\n${chunk}BDAT 1 LAST\r\ny`);
    expect(await client.reply()).toContain('250');
    expect(await client.reply()).toBe(ok);
    expect(seen.committed).toBe(1);
    expect(submissions[0]?.text.kind).toBe('file');
  });
});

describe('smuggling', () => {
  const smuggled =
    'MAIL FROM:<evil@b.example>\r\nRCPT TO:<smith@node.example>\r\nDATA\r\nSubject: evil\r\n\r\n.\r\n';
  test.each([
    '\n.\n',
    '\n.\r',
    '\r.\n',
    '\r.\r',
    '\n.\r\n',
    '\r.\r\n',
    '\r\n\0.\r\n',
    '\r\n.\r\r\n',
    '\r\r\n.\r\r\n',
    '\r\n.\r\n',
  ])('%j ends no chunk, and is text or refused', async (sequence) => {
    const { client, submissions } = await transaction();
    const text = `Subject: x\r\n\r\nbefore${sequence}${smuggled}`;
    client.write(`BDAT ${Buffer.byteLength(text)} LAST\r\n${text}`);
    const isSound = !/\r(?!\n)|(?<!\r)\n/.test(text);
    expect(await client.reply()).toBe(
      isSound ? ok : '550 5.6.0 Bare CR or LF in mail data; lines must end with CRLF',
    );
    expect(await client.say('NOOP')).toBe(ok);
    expect(submissions.map((each) => message(textOf(each)))).toEqual(isSound ? [text] : []);
  });
  test('in any chunks and packets one message is one', { timeout: 60_000 }, async () => {
    const { port, submissions } = await startRig();
    const client = Client.plain(port);
    await client.reply();
    await client.say('EHLO me');
    const pieces = fc.array(
      fc.constantFrom('a', '.', '\r\n', '.\r\n', 'RSET\r\n', 'QUIT\r\n', 'BDAT 3 LAST\r\n'),
      {
        minLength: 1,
      },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(pieces, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 40 }),
        async (parts, packet) => {
          const before = submissions.length;
          const chunks = ['Subject: x\r\n\r\n', ...parts.map((each) => each.join(''))];
          const wire = chunks
            .map(
              (each, index) => `BDAT ${each.length}${index === chunks.length - 1 ? ' LAST' : ''}\r\n${each}`,
            )
            .join('');
          await client.say('MAIL FROM:<a@b.example>');
          await client.say('RCPT TO:<smith@node.example>');
          for (let at = 0; at < wire.length; at += packet) client.write(wire.slice(at, at + packet));
          for (const _each of chunks) expect(await client.reply()).toMatch(/^250/);
          expect(submissions.length).toBe(before + 1);
          const whole = chunks.join('');
          expect(message(textOf(submissions.at(-1)!))).toBe(whole.endsWith('\r\n') ? whole : `${whole}\r\n`);
        },
      ),
      { numRuns: 60 },
    );
  });
});
