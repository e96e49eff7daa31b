import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ImapClient, type ImapRig, startImapRig } from '../../../test/support/imap-rig.ts';
import { processorMs } from '../../../test/support/processor-time.ts';
import { Cursor, SyntaxFault } from '../syntax/cursor.ts';
import { lsubListed } from './list-answer.ts';
import { ListPattern } from './list-pattern.ts';
import { mailboxTree, namesAbove } from './mailbox-tree.ts';
import { parseList } from './parse-list.ts';
import { specialUseOf } from './special-use.ts';
import { Spelling } from './spelling.ts';

describe('patterns', () => {
  it.each([
    ['*', 'Lists/Vms', true],
    ['%', 'Lists/Vms', false],
    ['%/%', 'Lists/Vms', true],
    ['%%/*%', 'Lists/Vms', true],
    ['L%', 'Lists/Vms', false],
    ['L*s', 'Lists/Vms', true],
    ['L%s/%', 'Lists/Vms', true],
    ['lists/VMS', 'Lists/Vms', true],
    ['', '', true],
    ['', 'a', false],
    ['%', '', true],
    ['a', 'ab', false],
    ['*b', 'ab', true],
    ['Übung*', 'übungen', true],
  ])('%s and %s: %s', (pattern, name, isMatch) => {
    expect(new ListPattern(pattern).matches(name)).toBe(isMatch);
  });
  it('match what an expression of the same meaning matches', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '/', '*', '%'), maxLength: 8 });
    const name = fc.string({ unit: fc.constantFrom('a', 'b', '/'), maxLength: 8 });
    fc.assert(
      fc.property(text, name, (pattern, candidate) => {
        const expression = pattern.replaceAll('*', '.*').replaceAll('%', '[^/]*');
        expect(new ListPattern(pattern).matches(candidate)).toBe(
          new RegExp(`^${expression}$`).test(candidate),
        );
      }),
      { numRuns: 2_000 },
    );
  });
  it('cost nothing, however long', () => {
    const took = processorMs(() => {
      const pattern = new ListPattern(`${'%*a'.repeat(300_000)}b`);
      for (let time = 0; time < 1_000; time++) pattern.matches('a'.repeat(39));
      const hard = new ListPattern('%a'.repeat(39));
      for (let time = 0; time < 1_000; time++) hard.matches(`${'a'.repeat(39)}b`);
    });
    expect(took).toBeLessThan(2_000);
  });
});

it.each([
  '',
  ' ""',
  ' "" (',
  ' (NOSUCH) "" *',
  ' (RECURSIVEMATCH) "" *',
  ' (RECURSIVEMATCH REMOTE) "" *',
  ' "" * RETURN (NOSUCH)',
  ' "" * RETURN (STATUS)',
  ' "" * RETURN (STATUS ())',
  ' "" * RETURN (STATUS (NOSUCH))',
])('LIST is not %j', (text) => {
  expect(() => {
    const cursor = new Cursor([text]);
    parseList(cursor);
    cursor.end();
  }).toThrow(SyntaxFault);
});

const asMailHasIt = new Spelling(new Map());

describe('a tree', () => {
  it('has what is above a name', () => {
    expect(namesAbove('a/b//c/')).toEqual(['a', 'a/b', 'a/b//c']);
    expect(namesAbove('/a')).toEqual([]);
  });
  it('has INBOX first, and no folder that MAIL calls so', () => {
    const tree = mailboxTree(
      ['ZEBRA', 'NEWMAIL', 'INBOX', 'INBOX/SENT'],
      new Map(),
      'WASTEBASKET',
      asMailHasIt,
    );
    expect(tree.map(({ name, hasChildren }) => [name, hasChildren])).toEqual([
      ['INBOX', true],
      ['INBOX/Sent', false],
      ['Zebra', false],
    ]);
  });
  it('knows the likeliest folder for a use', () => {
    const uses = specialUseOf(new Set(['SENT ITEMS', 'SENT', 'JUNK', 'BIN', 'MAIL']), 'BIN');
    expect([...uses]).toEqual([
      ['BIN', '\\Trash'],
      ['JUNK', '\\Junk'],
      ['SENT', '\\Sent'],
    ]);
  });
  it('is named by LSUB where a % does not reach down', () => {
    const said = new Map([
      ['A/B/C', true],
      ['A', true],
      ['D/E', true],
      ['NEWMAIL', false],
    ]);
    const tree = mailboxTree(['NEWMAIL'], said, '', asMailHasIt);
    const names = (pattern: string) =>
      lsubListed(tree, new ListPattern(pattern)).map(({ name, isSubscribed }) => [name, isSubscribed]);
    expect(names('%')).toEqual([
      ['A', true],
      ['D', false],
    ]);
    expect(names('*')).toEqual([
      ['A', true],
      ['A/B/C', true],
      ['D/E', true],
    ]);
    expect(names('%/%')).toEqual([
      ['A/B', false],
      ['D/E', true],
    ]);
  });
});

describe('the verbs', () => {
  let rig: ImapRig;
  let client: ImapClient;
  const mail = 'From: jones@example.com\r\nSubject: Hello\r\n\r\nText\r\n';
  const append = (mailbox: string, flags = ''): Promise<string> =>
    client.command(`APPEND ${mailbox} (${flags}) {${mail.length}+}\r\n${mail}`);
  /** Untagged lines alone. */
  const lines = async (command: string): Promise<readonly string[]> =>
    (await client.command(command)).split('\r\n').slice(0, -2);
  beforeEach(async () => {
    rig = await startImapRig();
    client = await rig.login();
  });
  afterEach(() => rig.close());

  it('make folders, and list them', async () => {
    expect(await lines('LIST "" ""')).toEqual(['* LIST (\\Noselect) "/" ""']);
    expect(await client.command('CREATE Lists/Vms/')).toMatch(
      /OK \[MAILBOXID \(F[\w-]+\)\] CREATE completed/,
    );
    expect(await client.command('CREATE lists/VMS')).toContain('NO [ALREADYEXISTS]');
    expect(await client.command('CREATE inbox')).toContain('NO [ALREADYEXISTS]');
    expect(await client.command('CREATE wastebasket')).toContain('NO [ALREADYEXISTS]');
    expect(await client.command(`CREATE ${'x'.repeat(40)}`)).toContain('NO [CANNOT]');
    for (const name of ['""', '"/"', '/a', 'a//b', '&AAE-'])
      expect(await client.command(`CREATE ${name}`), name).toMatch(/NO \[CANNOT\]/);
    expect(await client.command('CREATE "&bad"')).toContain('BAD');
    expect(await lines('LIST "" &bad*')).toEqual([]);
    expect(await client.command('CREATE Sent (USE (\\Sent))')).toContain('NO [USEATTR]');
    await client.command('CREATE Sent');
    await client.command('CREATE "Entw&APw-rfe"');
    expect(await lines('LIST "" *')).toEqual([
      '* LIST (\\HasNoChildren) "/" INBOX',
      '* LIST (\\HasNoChildren) "/" "Entw&APw-rfe"',
      '* LIST (\\Noselect \\HasChildren) "/" "Lists"',
      '* LIST (\\HasNoChildren) "/" "Lists/Vms"',
      '* LIST (\\HasNoChildren \\Sent) "/" "Sent"',
      '* LIST (\\HasNoChildren \\Trash) "/" "Wastebasket"',
    ]);
    expect(await lines('LIST lists/ %')).toEqual(['* LIST (\\HasNoChildren) "/" "Lists/Vms"']);
    expect(await lines('LIST (SPECIAL-USE) "" * RETURN (SPECIAL-USE)')).toHaveLength(2);
    expect(await lines('LIST "" ("INBOX" L%) RETURN (CHILDREN STATUS (MESSAGES))')).toEqual([
      '* LIST (\\HasNoChildren) "/" INBOX',
      '* STATUS INBOX (MESSAGES 0)',
      '* LIST (\\NonExistent \\HasChildren) "/" "Lists"',
    ]);
    expect(await client.command('ENABLE IMAP4rev2 imap4rev2')).toContain('* ENABLED IMAP4rev2\r\n');
    expect(await lines('LIST "" Entw*')).toEqual([
      `* LIST (\\HasNoChildren) "/" "${Buffer.from('Entwürfe').toString('latin1')}"`,
    ]);
    expect(await lines('LIST "" Lists')).toEqual(['* LIST (\\NonExistent \\HasChildren) "/" "Lists"']);
    expect(await lines('NAMESPACE')).toEqual(['* NAMESPACE (("" "/")) NIL NIL']);
  });

  it('are subscribed to while they are there, until somebody unsubscribes', async () => {
    const file = (await rig.store.mailFile('SMITH', 'MAIL.MAI'))!.id;
    await rig.store.mailboxes.create(file, 'MEMOS');
    const inbox = '* LSUB () "/" INBOX';
    const wastebasket = '* LSUB () "/" "Wastebasket"';
    expect(await lines('LSUB "" *')).toEqual([inbox, '* LSUB () "/" "Memos"', wastebasket]);
    await client.command('UNSUBSCRIBE Memos');
    await client.command('UNSUBSCRIBE INBOX');
    expect(await lines('LSUB "" *')).toEqual([wastebasket]);
    await client.command('SUBSCRIBE INBOX');
    await rig.store.mailboxes.remove(file, 'MEMOS');
    expect(await lines('LSUB "" *')).toEqual([inbox, wastebasket]);
    expect(await lines('LIST "" *')).toHaveLength(2);
  });

  it('remember what was subscribed to', async () => {
    await client.command('CREATE Lists/Vms');
    await client.command('UNSUBSCRIBE Wastebasket');
    expect(await client.command('SUBSCRIBE nowhere')).toContain('NO [NONEXISTENT]');
    expect(await client.command('SUBSCRIBE lists/vms')).toContain('OK');
    expect(await client.command('SUBSCRIBE INBOX')).toContain('OK');
    expect(await lines('LSUB "" *')).toEqual(['* LSUB () "/" INBOX', '* LSUB () "/" "Lists/Vms"']);
    expect(await lines('LSUB "" %')).toEqual(['* LSUB () "/" INBOX', '* LSUB (\\Noselect) "/" "Lists"']);
    await client.command('DELETE lists/vms');
    // RFC 5258 §5, example 8 and 9
    expect(await lines('LIST (SUBSCRIBED) "" *')).toEqual([
      '* LIST (\\HasNoChildren \\Subscribed) "/" INBOX',
      '* LIST (\\NonExistent \\HasNoChildren \\Subscribed) "/" "Lists/Vms"',
    ]);
    expect(await lines('LIST (SUBSCRIBED RECURSIVEMATCH) "" L%')).toEqual([
      '* LIST (\\NonExistent \\HasNoChildren) "/" "Lists" (CHILDINFO ("SUBSCRIBED"))',
    ]);
    expect(await lines('LIST "" * RETURN (SUBSCRIBED)')).toEqual([
      '* LIST (\\HasNoChildren \\Subscribed) "/" INBOX',
      '* LIST (\\HasNoChildren \\Trash) "/" "Wastebasket"',
    ]);
    await client.command('UNSUBSCRIBE Lists/Vms');
    expect(await lines('LSUB "" *')).toEqual(['* LSUB () "/" INBOX']);
  });

  it('tell the status of a mailbox', async () => {
    await append('INBOX', '\\Seen \\Deleted');
    await append('INBOX');
    expect(
      await lines(
        'STATUS inbox (MESSAGES UIDNEXT UIDVALIDITY UNSEEN DELETED RECENT SIZE APPENDLIMIT MAILBOXID)',
      ),
    ).toEqual([
      expect.stringMatching(
        /^\* STATUS INBOX \(MESSAGES 2 UIDNEXT 3 UIDVALIDITY \d+ UNSEEN 1 DELETED 1 RECENT 0 SIZE \d+ APPENDLIMIT 268435456 MAILBOXID \(F[\w-]+\)\)$/,
      ),
    ]);
    const [size] = await lines('STATUS INBOX (SIZE)');
    const octets = Number(/SIZE (\d+)/.exec(size!)?.[1]);
    expect(await lines('STATUS INBOX (DELETED-STORAGE)')).toEqual([
      `* STATUS INBOX (DELETED-STORAGE ${octets / 2})`,
    ]);
    expect(await lines('STATUS wastebasket (MESSAGES HIGHESTMODSEQ)')).toEqual([
      expect.stringMatching(/^\* STATUS "Wastebasket" \(MESSAGES 0 HIGHESTMODSEQ [1-9]\d*\)$/),
    ]);
    expect(await client.command('STATUS nowhere (MESSAGES)')).toContain('NO [NONEXISTENT]');
    expect(await client.command('STATUS INBOX ()')).toContain('BAD');
    expect(await client.command('STATUS INBOX (NOSUCH)')).toContain('BAD');
  });

  it('say no less than what all messages have to be read', async () => {
    await append('INBOX');
    const bytes = Buffer.from('one\n\nthree\n');
    const local = {
      owner: 'SMITH',
      folder: 'NEWMAIL',
      isNew: true,
      receivedAt: 1_000,
      from: 'JONES "Jürgen"',
      to: Array.from({ length: 40 }, (_, index) => `U${index}`).join(','),
      cc: 'SMTP%"käthe@elsewhere.example"',
      subject: 'ü'.repeat(200),
      text: { kind: 'inline', bytes },
      format: 'records',
    } as const;
    const encoded = { kind: 'inline', bytes: Buffer.from('MIME-Version: 1.0\r\n\r\nx\r\n') } as const;
    await rig.store.deliver([
      local,
      { ...local, to: '', cc: '', subject: '' },
      { ...local, text: encoded, format: 'rfc5322' },
    ]);
    await client.command('SELECT INBOX');
    const sizes = (await client.command('FETCH 1:* RFC822.SIZE')).matchAll(/RFC822.SIZE (\d+)/g);
    const sum = [...sizes].reduce((total, [, size]) => total + Number(size), 0);
    const [, told] = /SIZE (\d+)/.exec(await client.command('STATUS INBOX (SIZE)')) ?? [];
    expect(Number(told)).toBeGreaterThanOrEqual(sum);
    expect(sum).toBeGreaterThan(4_000);
  });

  it('rename folders with all that is below, and leave INBOX where it is', async () => {
    await client.command('CREATE Lists/Vms');
    await append('lists/vms', '\\Flagged Work');
    await append('INBOX');
    expect(await client.command('RENAME nowhere elsewhere')).toContain('NO [NONEXISTENT]');
    expect(await client.command('RENAME lists inbox')).toContain('NO');
    expect(await client.command('RENAME lists lists/more')).toContain('NO [CANNOT]');
    expect(await client.command('RENAME wastebasket trash')).toContain('NO [CANNOT]');
    expect(await client.command('RENAME lists "Old Lists"')).toContain('OK');
    expect(await lines('LIST "" *')).toEqual([
      '* LIST (\\HasNoChildren) "/" INBOX',
      '* LIST (\\Noselect \\HasChildren) "/" "Old Lists"',
      '* LIST (\\HasNoChildren) "/" "Old Lists/Vms"',
      '* LIST (\\HasNoChildren \\Trash) "/" "Wastebasket"',
    ]);
    expect(await client.command('RENAME INBOX Saved')).toContain('OK');
    expect(await lines('STATUS Saved (MESSAGES)')).toEqual(['* STATUS "Saved" (MESSAGES 1)']);
    expect(await lines('STATUS INBOX (MESSAGES UIDNEXT)')).toEqual(['* STATUS INBOX (MESSAGES 0 UIDNEXT 2)']);
    expect(await client.command('RENAME saved "old lists/vms"')).toContain('NO [ALREADYEXISTS]');
    expect(await lines('STATUS "old lists/vms" (MESSAGES UNSEEN)')).toEqual([
      '* STATUS "Old Lists/Vms" (MESSAGES 1 UNSEEN 1)',
    ]);
  });

  it('delete folders, and MAIL keeps what was in them in the wastebasket', async () => {
    await client.command('CREATE Lists/Vms');
    for (let message = 0; message < 3; message++) await append('lists/vms');
    expect(await client.command('DELETE lists')).toContain('NO [HASCHILDREN]');
    expect(await client.command('DELETE INBOX')).toContain('NO [CANNOT]');
    expect(await client.command('DELETE wastebasket')).toContain('NO [CANNOT]');
    expect(await client.command('DELETE lists/vms')).toContain('OK DELETE completed');
    expect(await client.command('DELETE lists/vms')).toContain('NO [NONEXISTENT]');
    expect(await lines('STATUS wastebasket (MESSAGES)')).toEqual(['* STATUS "Wastebasket" (MESSAGES 3)']);
    expect(await lines('LIST "" L*')).toEqual([]);
  });

  it('say what the server is', async () => {
    const stranger = await rig.connect();
    expect(await stranger.command('ID NIL')).toContain('* ID ("name" "vmsmail")\r\n');
    expect(await client.command('ID ("name" "Thunderbird" "version" NIL)')).toContain('"version" "V1.0');
    expect(await client.command('ID ("name")')).toContain('BAD');
    expect(await client.command('ID (NIL NIL)')).toContain('BAD');
  });
});
