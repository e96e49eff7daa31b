import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ImapRig, startImapRig } from '../../test/support/imap-rig.ts';

const mail = 'From: jones@example.com\r\nSubject: Hello\r\n\r\nText\r\n';
const literal = (text: string): string => `{${text.length}+}\r\n${text}`;

describe('an IMAP session', () => {
  let rig: ImapRig;
  beforeEach(async () => {
    rig = await startImapRig();
  });
  afterEach(() => rig.close());

  it('logs in, appends, selects, flags, moves and expunges', async () => {
    const client = await rig.connect();
    expect(await client.command('SELECT INBOX')).toContain('BAD');
    expect(await client.command('LOGIN SMITH wrong')).toContain('NO [AUTHENTICATIONFAILED]');
    expect(await client.command('LOGIN SMITH secret')).toContain('OK [CAPABILITY IMAP4rev1');
    const appended = await client.command(
      `APPEND INBOX (\\Seen Work) " 7-Feb-1994 21:52:25 -0800" ${literal(mail)} ${literal(mail)}`,
    );
    expect(appended).toMatch(/OK \[APPENDUID \d+ 1:2\] APPEND completed/);
    expect(await client.command('SELECT INBOX')).toMatch(
      /\* 2 EXISTS[\s\S]*\[UIDNEXT 3\][\s\S]*OK \[READ-WRITE\]/,
    );
    expect(await client.command('STORE 1 +FLAGS (\\Deleted \\Flagged)')).toContain(
      '* 1 FETCH (FLAGS (\\Flagged \\Deleted \\Seen Work))',
    );
    expect(await client.command('COPY 2 WASTEBASKET')).toMatch(/OK \[COPYUID \d+ 2 1\]/);
    expect(await client.command('COPY 2 Elsewhere')).toContain('NO [TRYCREATE]');
    expect(await client.command('EXPUNGE')).toMatch(/^\* 1 EXPUNGE\r\na\d+ OK/);
    expect(await client.command('UID MOVE 2 Wastebasket')).toMatch(
      /\* OK \[COPYUID \d+ 2 3\] Moved\r\n\* 1 EXPUNGE\r\n/,
    );
    expect(await client.command('NOOP')).toBe('a11 OK NOOP completed\r\n');
    expect(await client.command('LOGOUT')).toContain('* BYE');
  });

  it('hears of what others do', async () => {
    const one = await rig.login();
    const other = await rig.login();
    await one.command('SELECT INBOX');
    one.write('i IDLE\r\n');
    await one.until(/^\+ idling\r\n/m);
    await other.command(`APPEND INBOX ${literal(mail)}`);
    expect(await one.until(/EXISTS\r\n/)).toContain('* 1 EXISTS');
    await other.command('SELECT INBOX');
    await other.command('STORE 1 FLAGS.SILENT (\\Deleted)');
    expect(await one.until(/FETCH.*\r\n/)).toContain('* 1 FETCH (FLAGS (\\Deleted))');
    await other.command('CLOSE');
    expect(await one.until(/EXPUNGE\r\n/)).toContain('* 1 EXPUNGE');
    one.write('DONE\r\n');
    expect(await one.until(/^i .*\r\n/m)).toContain('i OK');
  });

  it('refuses what is too long, and goes on', async () => {
    const client = await rig.login();
    expect(await client.command('APPEND INBOX {4294967296}')).toContain('NO [TOOBIG]');
    expect(await client.command('STATUS {4294967296}')).toContain('BAD');
    expect(await client.command(`LOGIN {70000+}\r\n${'x'.repeat(70_000)} y`)).toContain('BAD');
    expect(await client.command('NOOP')).toContain('OK');
    client.write('b APPEND INBOX {4294967296+}\r\n');
    expect(await client.until(/^b .*\r\n/m)).toMatch(/\* BYE[\s\S]*b NO/);
  });

  it('compresses', async () => {
    const client = await rig.login();
    expect(await client.command('COMPRESS DEFLATE')).toContain('OK');
  });
});
