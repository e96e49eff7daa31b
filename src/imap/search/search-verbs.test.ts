import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ImapClient, type ImapRig, startImapRig } from '../../../test/support/imap-rig.ts';

describe('SEARCH, SORT and THREAD', () => {
  let rig: ImapRig;
  let client: ImapClient;
  /** Untagged lines alone. */
  const lines = async (command: string): Promise<readonly string[]> =>
    (await client.command(command))
      .replace(/TAG "a\d+"/, 'TAG "a"')
      .split('\r\n')
      .slice(0, -2);
  const append = async (header: string, body: string, flags = ''): Promise<void> => {
    const text = Buffer.from(`${header}\r\n\r\n${body}\r\n`).toString('latin1');
    await client.command(`APPEND INBOX (${flags}) {${text.length}+}\r\n${text}`);
  };
  beforeEach(async () => {
    rig = await startImapRig();
    client = await rig.login();
    await append(
      'From: b@x.example\r\nSubject: Hallo\r\nMessage-ID: <1@x>\r\nDate: 2 Nov 2026',
      'eins',
      '\\Seen',
    );
    await append(
      'From: a@x.example\r\nSubject: Re: Hallo\r\nReferences: <1@x>\r\nDate: 3 Nov 2026',
      'Straße',
      '\\Flagged Work',
    );
    await append('From: c@x.example\r\nSubject: Alles\r\nDate: 1 Nov 2026', 'drei');
    await client.command('SELECT INBOX');
    await client.command('STORE 2 +FLAGS (\\Deleted)');
    await client.command('EXPUNGE');
    await append(
      'From: a@x.example\r\nSubject: Re: Hallo\r\nReferences: <1@x>\r\nDate: 3 Nov 2026',
      'Straße',
    );
    await client.command('NOOP');
  });
  afterEach(() => rig.close());

  it('find what is there', async () => {
    expect(await lines('SEARCH UNSEEN')).toEqual(['* SEARCH 2 3']);
    expect(await lines('UID SEARCH UNSEEN')).toEqual(['* SEARCH 3 4']);
    expect(await lines(`SEARCH BODY {7+}\r\n${Buffer.from('STRAßE').toString('latin1')}`)).toEqual([
      '* SEARCH 3',
    ]);
    expect(await lines('SEARCH FROM nobody')).toEqual(['* SEARCH']);
    expect(await lines('UID SEARCH RETURN (MIN COUNT) SEEN')).toEqual([
      '* ESEARCH (TAG "a") UID MIN 1 COUNT 1',
    ]);
    expect(await client.command('SEARCH CHARSET KLINGON SUBJECT x')).toMatch(
      /^a\d+ NO \[BADCHARSET \(UTF-8 /,
    );
    expect(await client.command('SEARCH NOSUCH')).toContain('BAD');
    expect(await client.command('SEARCH ALL ')).toContain('BAD');
    const told = await lines('UID SEARCH MODSEQ 1 FROM b@x');
    expect(told).toEqual([
      expect.stringMatching(/^\* OK \[HIGHESTMODSEQ \d+\]/),
      expect.stringMatching(/^\* SEARCH 1 \(MODSEQ \d+\)$/),
    ]);
  });
  it('find few among many as they find them one by one', async () => {
    const day = 86_400_000;
    const start = Date.UTC(2026, 0, 1, 12);
    await rig.store.deliver(
      Array.from({ length: 1_500 }, (_, index) => ({
        owner: 'SMITH',
        folder: 'LISTS',
        isNew: index % 97 === 0,
        isMarked: index % 89 === 0,
        // Not in the order of their numbers.
        receivedAt: start + ((index * 7) % 1_500) * day,
        from: '',
        to: '',
        cc: '',
        subject: '',
        text: { kind: 'inline' as const, bytes: Buffer.from(`Subject: ${index}\r\n\r\n`) },
        format: 'rfc5322' as const,
      })),
    );
    await client.command('SELECT lists');
    // The same without what the store knows: it sees through no NOT and no OR.
    for (const key of [
      'UNSEEN',
      'FLAGGED',
      'UNSEEN SUBJECT 9',
      'SINCE 1-Dec-2029',
      'BEFORE 9-Feb-2026',
      'ON 4-Mar-2026',
      'SINCE 3-Mar-2026 BEFORE 20-Mar-2026',
    ]) {
      const [few] = await lines(`SEARCH ${key}`);
      const plain = key
        .split(/ (?=BEFORE)/)
        .map((each) => `OR RECENT (${each})`)
        .join(' ');
      expect([key, few]).toEqual([key, (await lines(`SEARCH ${plain}`))[0]]);
      expect(few).toMatch(/SEARCH \d/);
    }
    expect(await lines('SEARCH RETURN (MIN MAX) UNSEEN')).toEqual(['* ESEARCH (TAG "a") MIN 1 MAX 1456']);
    expect(await lines('SEARCH UNSEEN FLAGGED')).toEqual(['* SEARCH 1']);
    expect(await lines('SEARCH UNSEEN 2:97')).toEqual(['* SEARCH']);
  });
  it('save what was found', async () => {
    expect(await lines('SEARCH RETURN (SAVE) FROM x.example UNSEEN')).toEqual([]);
    expect(await lines('SEARCH $')).toEqual(['* SEARCH 2 3']);
    expect(await lines('UID SEARCH RETURN (SAVE MAX) UID $')).toEqual(['* ESEARCH (TAG "a") UID MAX 4']);
    expect(await lines('STORE $ +FLAGS.SILENT (Found)')).toEqual([]);
    expect(await lines('SEARCH KEYWORD found')).toEqual(['* SEARCH 3']);
  });
  it('answer as IMAP4rev2 does', async () => {
    await client.command('ENABLE IMAP4rev2');
    expect(await lines('SEARCH ALL')).toEqual(['* ESEARCH (TAG "a") ALL 1:3']);
    await client.command('ENABLE UTF8=ACCEPT');
    expect(await client.command('SEARCH CHARSET UTF-8 ALL')).toContain('BAD');
  });
  it('sort and thread', async () => {
    expect(await lines('SORT (SUBJECT REVERSE DATE) UTF-8 ALL')).toEqual(['* SORT 2 3 1']);
    expect(await lines('UID SORT (FROM) US-ASCII ALL')).toEqual(['* SORT 4 1 3']);
    expect(await lines('SORT (DATE) UTF-8 FROM nobody')).toEqual(['* SORT']);
    expect((await lines('SORT (SIZE) UTF-8 MODSEQ 1')).at(-1)).toMatch(/^\* SORT 2 1 3 \(MODSEQ \d+\)$/);
    expect(await client.command('SORT (DATE) KLINGON ALL')).toContain('NO [BADCHARSET');
    expect(await lines('THREAD REFERENCES UTF-8 ALL')).toEqual(['* THREAD (2)(1 3)']);
    expect(await lines('UID THREAD ORDEREDSUBJECT UTF-8 ALL')).toEqual(['* THREAD (3)(1 4)']);
    expect(await lines('THREAD REFERENCES UTF-8 FROM nobody')).toEqual(['* THREAD']);
  });
});
