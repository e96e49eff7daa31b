import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { newMessage } from '../../../test/contract/mail-store/new-message.ts';
import { type ImapClient, type ImapRig, startImapRig } from '../../../test/support/imap-rig.ts';
import { folderName, mailboxName } from '../folder-name.ts';
import { Spelling } from './spelling.ts';

const spelling = (names: Readonly<Record<string, string>>) => new Spelling(new Map(Object.entries(names)));

describe('names that clients have given', () => {
  it.each([
    // Escapes mean the same as in any name.
    ['NOTES', 'notes', 'notes'],
    ['RIVER_MAIL', 'River_Mail', 'River_Mail'],
    ['MYnAME', 'my_name', 'my_name'],
    // Of another folder.
    ['NOTES', 'remarks', 'Notes'],
    ['Notes', 'notes', 'N_o_t_e_s'],
    // INBOX is written so, whoever makes what is below it.
    ['INBOX/OLD', 'inbox/old', 'INBOX/old'],
    ['NEWMAIL', 'newmail', 'INBOX'],
  ])('%s, made as %s, is %s', (folder, clientName, listed) => {
    expect(spelling({ [folder]: clientName }).nameOf(folder)).toBe(listed);
  });

  it('agree about what is above several of them', () => {
    const names = spelling({ 'WORK/A': 'Work/a', 'WORK/B': 'work/b', LISTS: 'lists', 'LISTS/C': 'Lists/C' });
    expect(
      ['WORK/A', 'WORK/B', 'WORK/CD', 'WORK', 'LISTS/C', 'LISTS'].map((each) => names.nameOf(each)),
    ).toEqual(['Work/a', 'Work/b', 'Work/Cd', 'Work', 'lists/C', 'lists']);
  });

  it('leave what is there as it is', () => {
    const names = spelling({ 'WORK/A': 'work/a' });
    const there = ['NEWMAIL', 'WORK/A', 'LISTS/VMS'];
    expect(names.ofNew('WORK/b', there)).toBe('work/b');
    expect(names.ofNew('Work', there)).toBe('work');
    expect(names.ofNew('lists/vms/old', there)).toBe('Lists/Vms/old');
    expect(names.ofNew('inbox/x', there)).toBe('INBOX/x');
    expect(names.ofNew('Letters', there)).toBeUndefined();
    expect(names.ofNew('LISTS/New', there)).toBeUndefined();
  });

  it('are one for each folder, and each is found by its own', () => {
    const name = fc.string({ unit: fc.constantFrom(...'aBx_$/Ü'), minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(fc.array(name, { maxLength: 6 }), fc.array(name, { maxLength: 3 }), (made, delivered) => {
        const clientNames = new Map<string, string>();
        const folders = delivered.map((each) => each.toUpperCase());
        for (const each of made) {
          const folder = folderName(each);
          const called = new Spelling(clientNames).ofNew(each, folders);
          if (folders.includes(folder)) continue;
          // What was there before is called what it was called before.
          const before = folders.map((other) => new Spelling(clientNames).nameOf(other));
          if (called !== undefined) clientNames.set(folder, called);
          expect(folders.map((other) => new Spelling(clientNames).nameOf(other))).toEqual(before);
          expect(new Spelling(clientNames).nameOf(folder)).toBe(called ?? mailboxName(folder));
          folders.push(folder);
        }
        for (const folder of folders)
          expect(folderName(new Spelling(clientNames).nameOf(folder))).toBe(folder);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a client that makes folders', () => {
  let rig: ImapRig;
  let client: ImapClient;
  beforeEach(async () => {
    rig = await startImapRig();
    client = await rig.login();
  });
  afterEach(() => rig.close());
  const lines = async (command: string): Promise<readonly string[]> =>
    (await client.command(command)).split('\r\n').filter((line) => line.startsWith('* '));
  const names = async (command = 'LIST "" *') =>
    (await lines(command)).map((line) => line.slice(line.indexOf('"/" ') + 4).replaceAll('"', ''));

  const deliver = (folder: string) => rig.store.deliver([newMessage({ owner: 'SMITH', folder })]);

  it('finds them as it has made them, and under the name that MAIL has for them', async () => {
    await client.command('CREATE notes/');
    await client.command('CREATE River_Mail');
    await client.command('CREATE inbox/old');
    expect(await names()).toEqual(['INBOX', 'INBOX/old', 'River_Mail', 'Wastebasket', 'notes']);
    expect(await names('LSUB "" n*')).toEqual(['notes']);
    expect(await lines('STATUS Notes (MESSAGES)')).toEqual(['* STATUS "notes" (MESSAGES 0)']);
    expect(await lines('LIST "" R* RETURN (STATUS (MESSAGES))')).toEqual([
      '* LIST (\\HasNoChildren) "/" "River_Mail"',
      '* STATUS "River_Mail" (MESSAGES 0)',
    ]);
    expect(await lines('GETQUOTAROOT NOTES')).toEqual(['* QUOTAROOT "notes"']);
    expect(await client.command('CREATE NOTES')).toMatch(/^a\d+ NO \[ALREADYEXISTS\]/);
    await deliver('NOTES');
    expect(await lines('SELECT notes')).toContain('* 1 EXISTS');
  });

  it('writes what is above several of them as it was first', async () => {
    await deliver('LISTS/VMS');
    await client.command('CREATE Work/a');
    await client.command('CREATE work/b');
    await client.command('CREATE WORK');
    await client.command('CREATE lists/unix');
    await deliver('WORK/CASES');
    expect(await names('LIST "" Li*')).toEqual(['Lists', 'Lists/Vms', 'Lists/unix']);
    expect(await names('LIST "" Wo*')).toEqual(['Work', 'Work/Cases', 'Work/a', 'Work/b']);
    await client.command('DELETE work/a');
    await client.command('DELETE Work');
    expect(await names('LIST "" Wo*/%')).toEqual(['Work/Cases', 'Work/b']);
  });

  it('finds a folder that comes back by itself under the name of MAIL', async () => {
    await client.command('CREATE notes');
    await deliver('NOTES');
    await client.command('SELECT notes');
    await client.command('STORE 1 +FLAGS.SILENT (\\Deleted)');
    await client.command('CLOSE');
    expect(await names('LIST "" n*')).toEqual(['notes']);
    await client.command('SUBSCRIBE notes');
    await client.command('DELETE notes');
    expect(await names('LSUB "" n*')).toEqual(['Notes']);
    await deliver('NOTES');
    expect(await names('LIST "" n*')).toEqual(['Notes']);
  });

  it('may write a name otherwise, with all that is below', async () => {
    await client.command('CREATE work/a_b');
    await client.command('CREATE work/c');
    expect(await client.command('RENAME work work')).toMatch(/^a\d+ NO/);
    expect(await client.command('RENAME work WORK')).toMatch(/^a\d+ OK/);
    expect(await names('LIST "" wo*')).toEqual(['WORK', 'WORK/a_b', 'WORK/c']);
    expect(await client.command('RENAME work/c done/c')).toMatch(/^a\d+ OK/);
    expect(await client.command('RENAME WORK Done/deep')).toMatch(/^a\d+ OK/);
    expect(await names('LIST "" d*')).toEqual(['done', 'done/c', 'done/deep', 'done/deep/a_b']);
    expect(await client.command('RENAME done/c done/c')).toMatch(/^a\d+ NO \[ALREADYEXISTS\]/);
    expect(await client.command('RENAME done/c done/C')).toMatch(/^a\d+ OK/);
    expect(await names('LIST "" done/c')).toEqual(['done/C']);
  });

  it('may put a mailbox where only a level is, and what is below it one level up', async () => {
    for (const name of ['a/b', 'a/b/b', 'a/b/b/c', 'a/b/c']) await client.command(`CREATE ${name}`);
    expect(await client.command('RENAME a/b a')).toMatch(/^a\d+ OK/);
    expect(await names('LIST "" a*')).toEqual(['a', 'a/b', 'a/b/c', 'a/c']);
    await client.command('CREATE x');
    await client.command('CREATE x/b');
    await client.command('DELETE a');
    expect(await client.command('RENAME x a')).toMatch(/^a\d+ NO \[ALREADYEXISTS\]/);
    await client.command('DELETE x/b');
    expect(await client.command('RENAME x a')).toMatch(/^a\d+ OK/);
    expect(await names('LIST "" *')).toEqual(['INBOX', 'Wastebasket', 'a', 'a/b', 'a/b/c', 'a/c']);
  });

  it('is told what a mailbox is called that it names otherwise, by IMAP4rev2', async () => {
    await client.command('CREATE work/a');
    await client.command('ENABLE IMAP4rev2');
    const listed = async (command: string) =>
      (await lines(command)).filter((line) => line.startsWith('* LIST'));
    expect(await listed('CREATE WORK/b')).toEqual(['* LIST () "/" "work/b" ("OLDNAME" ("WORK/b"))']);
    expect(await listed('CREATE work/c/')).toEqual([]);
    expect(await listed('RENAME work/c Work/d')).toEqual(['* LIST () "/" "work/d" ("OLDNAME" ("Work/d"))']);
    expect(await listed('SELECT work/b')).toEqual(['* LIST () "/" "work/b"']);
    expect(await listed('EXAMINE Work/B')).toEqual(['* LIST () "/" "work/b" ("OLDNAME" ("Work/B"))']);
    expect(await listed('SELECT inbox')).toEqual(['* LIST () "/" INBOX']);
    // The same letter, in one character and in two. RFC 9051 §5.1
    const octets = (text: string) => Buffer.from(text).toString('latin1');
    const told = octets('* LIST () "/" "\u00fcbung" ("OLDNAME" ("u\u0308bung"))');
    for (const verb of ['CREATE', 'SELECT'])
      expect(await listed(octets(`${verb} "u\u0308bung"`))).toEqual([told]);
  });
});
