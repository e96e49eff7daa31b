import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ImapClient, type ImapRig, startImapRig } from '../../../test/support/imap-rig.ts';

describe('quotas and annotations', () => {
  let rig: ImapRig;
  let client: ImapClient;
  beforeEach(async () => {
    rig = await startImapRig();
    client = await rig.login();
  });
  afterEach(() => rig.close());

  /** Each of them may have four KiB. */
  async function limitUsers(): Promise<void> {
    await rig.close();
    const quota = {
      of: async (userName: string) => ({
        limitBytes: 4_096,
        usedBytes: await rig.store.usedBytes(userName),
      }),
    };
    rig = await startImapRig({ quota });
    client = await rig.login();
  }

  it('no mailbox has a quota', async () => {
    expect(await client.command('GETQUOTAROOT INBOX')).toMatch(/^\* QUOTAROOT INBOX\r\na\d+ OK/);
    expect(await client.command('GETQUOTAROOT nowhere')).toMatch(/^\* QUOTAROOT "nowhere"\r\na\d+ OK/);
    expect(await client.command('GETQUOTA ""')).toContain('NO [NONEXISTENT]');
    expect(await client.command('GETQUOTAROOT " "')).toMatch(/^a\d+ NO /);
    expect(await client.command('GETQUOTA')).toContain('BAD');
  });

  it('where the site limits users, all their folders have one', async () => {
    await limitUsers();
    const append = (octets: number) =>
      client.command(`APPEND INBOX {${octets}+}\r\nSubject: x\r\n\r\n${'x'.repeat(octets - 14)}`);
    expect(await append(3_000)).toContain('OK [APPENDUID');
    expect(await append(1_100)).toContain('NO [OVERQUOTA]');
    expect(await client.command('GETQUOTAROOT INBOX')).toMatch(
      /^\* QUOTAROOT INBOX ""\r\n\* QUOTA "" \(STORAGE 3 4\)\r\na\d+ OK/,
    );
    expect(await client.command('GETQUOTA ""')).toMatch(/^\* QUOTA "" \(STORAGE 3 4\)\r\na\d+ OK/);
    expect(await client.command('GETQUOTAROOT nowhere/')).toMatch(
      /^\* QUOTAROOT "nowhere" ""\r\n\* QUOTA "" \(STORAGE 3 4\)\r\na\d+ OK/,
    );
    expect(await client.command('GETQUOTA other')).toContain('NO [NONEXISTENT]');
    await client.command('CREATE notes');
    await client.command('SELECT INBOX');
    expect(await client.command('COPY 1 notes')).toContain('NO [OVERQUOTA]');
    expect(await client.command('MOVE 1 notes')).toMatch(/^a\d+ OK/m);
    expect(await client.command('STATUS notes (MESSAGES)')).toContain('(MESSAGES 1)');
  });

  it('who has as much as he may have makes room by COPY into the wastebasket, too', async () => {
    await limitUsers();
    const text = `Subject: x\r\n\r\n${'x'.repeat(986)}`;
    for (let count = 0; count < 4; count++)
      expect(await client.command(`APPEND INBOX {1000+}\r\n${text}`)).toContain('OK');
    await client.command('SELECT INBOX');
    expect(await client.command('COPY 1:4 WASTEBASKET')).toContain('OK [COPYUID');
    // Twice as much and no more: else it were no limit.
    expect(await client.command('COPY 1 WASTEBASKET')).toContain('NO [OVERQUOTA]');
    await client.command('STORE 1:4 +FLAGS (\\Deleted)');
    expect(await client.command('EXPUNGE')).toMatch(/^a\d+ OK/m);
    await client.command('SELECT WASTEBASKET');
    await client.command('STORE 1:* +FLAGS (\\Deleted)');
    expect(await client.command('EXPUNGE')).toMatch(/^a\d+ OK/m);
    expect(await client.command(`APPEND INBOX {1000+}\r\n${text}`)).toContain('OK [APPENDUID');
  });

  it('the server says what it is, and takes nothing', async () => {
    const admin = '/shared/admin "mailto:postmaster@vax1.example"';
    const comment = '/shared/comment "OpenVMS MAIL of vax1.example"';
    expect(await client.command('GETMETADATA "" /shared/comment')).toContain(
      `* METADATA "" (${comment})\r\n`,
    );
    expect(await client.command('GETMETADATA (DEPTH 1) "" (/Shared /private/x)')).toContain(
      `* METADATA "" (${admin} ${comment})\r\n`,
    );
    expect(await client.command('GETMETADATA "" (DEPTH 1) (/Shared /private/x)')).toContain(
      '/shared/comment',
    );
    expect(await client.command('GETMETADATA "" (MAXSIZE 1) /shared/comment')).toContain('LONGENTRIES 28');
    expect(await client.command('GETMETADATA (MAXSIZE 29) "" (/shared/admin /shared/comment)')).toMatch(
      /^\* METADATA "" \(\/shared\/comment [^\r]*\r\na\d+ OK \[METADATA LONGENTRIES 30\]/,
    );
    expect(await client.command('GETMETADATA INBOX /shared/comment')).toMatch(/^a\d+ OK/);
    expect(await client.command('GETMETADATA nowhere /shared/comment')).toContain('NO [NONEXISTENT]');
    expect(await client.command('GETMETADATA "" comment')).toContain('BAD');
    expect(await client.command('GETMETADATA (DEPTH 7) "" /shared')).toContain('BAD');
    expect(await client.command('SETMETADATA INBOX (/private/comment "mine")')).toContain(
      'NO [METADATA NOPRIVATE]',
    );
    expect(await client.command('SETMETADATA "" (/shared/comment NIL)')).toContain('NO [NOPERM]');
  });
});
