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

  it('no mailbox has a quota', async () => {
    expect(await client.command('GETQUOTAROOT INBOX')).toMatch(/^\* QUOTAROOT INBOX\r\na\d+ OK/);
    expect(await client.command('GETQUOTAROOT nowhere')).toContain('NO [NONEXISTENT]');
    expect(await client.command('GETQUOTA ""')).toContain('NO [NONEXISTENT]');
    expect(await client.command('GETQUOTA')).toContain('BAD');
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
