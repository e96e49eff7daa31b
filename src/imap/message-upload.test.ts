import { existsSync, readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ImapClient, type ImapRig, startImapRig } from '../../test/support/imap-rig.ts';

let rig: ImapRig;
let client: ImapClient;
beforeEach(async () => {
  rig = await startImapRig();
  client = await rig.login();
});
afterEach(() => rig.close());

const head = 'From: jones@example.com\r\nSubject: Hello\r\nMIME-Version: 1.0\r\n';
const append = (text: string, head = '~') =>
  client.command(`APPEND INBOX ${head}{${text.length}+}\r\n${text}`);
const binary = (content: string): string =>
  `${head}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nA text.\r\n` +
  `--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: binary\r\n\r\n${content}\r\n--b--\r\n`;

describe('a message that is no text', () => {
  it.each([
    ['short', 'a\0b\nc\rd\r\n\xff'],
    ['long', 'a\0b\nc\rd\r\n\xff'.repeat(40_000)],
    ['without an octet 0', 'a\nb\r'],
  ])('is taken as literal8, and each part has the octets it had: %s', async (_, content) => {
    expect(await append(binary(content))).toMatch(/^a\d+ OK \[APPENDUID/m);
    await client.command('SELECT INBOX');
    const answer = await client.command('FETCH 1 (BINARY.SIZE[2] BINARY.PEEK[2])');
    const literal = content.includes('\0') ? '~' : '';
    expect(
      answer.includes(
        `BINARY.SIZE[2] ${content.length} BINARY[2] ${literal}{${content.length}}\r\n${content})`,
      ),
    ).toBe(true);
    expect(await client.command('FETCH 1 BODYSTRUCTURE')).toContain('"base64"');
    // The text as it came is not kept.
    const files = existsSync(rig.textDirectory) ? readdirSync(rig.textDirectory, { recursive: true }) : [];
    expect(files.filter((name) => String(name).includes('MAIL$'))).toHaveLength(
      content.length > 65_536 ? 1 : 0,
    );
  });

  it('is refused where nothing can be encoded, and as a literal', async () => {
    expect(await append(`${head}X: a\0b\r\n\r\ntext\r\n`)).toMatch(/^a\d+ NO \[UNKNOWN-CTE\]/m);
    expect(await append(binary('a\0b'), '')).toMatch(/^a\d+ NO \[UNKNOWN-CTE\]/m);
    expect(await client.command('STATUS INBOX (MESSAGES)')).toContain('(MESSAGES 0)');
  });

  it('as literal8 stays what it was where it is text', async () => {
    const text = `${head}\r\n${'A long line. '.repeat(100)}\r\n`;
    expect(await append(text)).toMatch(/^a\d+ OK/m);
    await client.command('SELECT INBOX');
    expect(await client.command('FETCH 1 BODY.PEEK[]')).toContain(text);
  });
});

it('of no octets gives up all that came with it', async () => {
  const text = `${head}\r\nText\r\n`;
  const both = `{${text.length}+}\r\n${text} (\\Seen) {0+}\r\n`;
  expect(await client.command(`APPEND INBOX ${both}`)).toMatch(/^a\d+ NO /m);
  expect(await client.command('APPEND INBOX {0+}\r\n')).toMatch(/^a\d+ NO /m);
  expect(await client.command('STATUS INBOX (MESSAGES)')).toContain('(MESSAGES 0)');
});

it('has each keyword once, however often it is named', async () => {
  const text = `${head}\r\nText\r\n`;
  await client.command(`APPEND INBOX (\\Seen $Work $WORK $Home $Work) {${text.length}+}\r\n${text}`);
  await client.command('SELECT INBOX');
  expect(await client.command('FETCH 1 FLAGS')).toContain('(\\Seen $Work $Home)');
});
