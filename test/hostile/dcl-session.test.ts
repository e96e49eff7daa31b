/**
 * Somebody with an account and no privileges wants what is not his: files and mail of another user, the accounts, the host
 * behind the root, another user's name for his commands. Each attempt is made by him alone, and is refused with a message.
 */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Fixture, startFixture } from '../support/node-fixture.ts';

/** In every file and message he must not read. */
const SECRET = 'keep this from JONES';
const REFUSED = '-RMS-E-PRV, insufficient privilege or file protection violation';
const NO_PRIVILEGE = 'insufficient privilege or object protection violation';

let node: Fixture;
/** A directory of the host beside the root. */
let outside: string;

beforeAll(async () => {
  outside = mkdtempSync(join(tmpdir(), 'vmsmail-outside-'));
  writeFileSync(join(outside, 'SECRET.TXT'), `${SECRET}\n`);
  node = await startFixture(['MARLOW', 'JONES']);
  await node.node.addUser('MANAGER', ['SYSPRV', 'OPER', 'SYSNAM', 'TMPMBX', 'NETMBX']);
  await node.dcl(
    'MARLOW',
    `$ SET SECURITY/PROTECTION=(G:RE) [000000]MARLOW.DIR
$ CREATE/DIRECTORY/PROTECTION=(S:RWE,O:RWE,G:RE,W) [.OPEN]
$ CREATE/DIRECTORY/PROTECTION=(S:RWE,O:RWE,G,W) [.CLOSED]
$ CREATE [.OPEN]FOR_ALL.TXT
for all
$ CREATE/PROTECTION=(S:RWED,O:RWED,G,W) [.OPEN]SECRET.TXT
${SECRET}
$ CREATE/PROTECTION=(G:RWED,W:RWED) [.CLOSED]SECRET.TXT
${SECRET}
$ CREATE/PROTECTION=(S:RWED,O:RWED,G:E,W) [.OPEN]EXECUTE.COM
$ ! ${SECRET}
$ CREATE/PROTECTION=(G,W) LOGIN.COM
$ ! ${SECRET}
$ CREATE TEXT.TXT
${SECRET}
$ MAIL/SUBJECT="x" TEXT.TXT MARLOW
`,
  );
  await node.dcl('JONES', '$ CREATE MINE.TXT\nmine\n$ CREATE MINE.COM\n$ ! nothing\n');
  const home = join(node.root, 'JONES');
  symlinkSync(join(outside, 'SECRET.TXT'), join(home, 'LINK.TXT'));
  symlinkSync(outside, join(home, 'LINKS'));
  symlinkSync(join(node.root, 'MARLOW', 'OPEN'), join(home, 'HERS'));
  symlinkSync(join(node.root, 'SYSEXE', 'SYSUAF.DAT'), join(home, 'UAF.DAT'));
}, 60_000);

afterAll(async () => {
  await node[Symbol.asyncDispose]();
  rmSync(outside, { recursive: true, force: true });
});

/** What he must leave as it is: names, sizes and times below a directory of the host. */
function stateOf(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .map((name) => {
      const { size, mtimeMs } = statSync(join(directory, name));
      return `${name} ${size} ${mtimeMs}`;
    })
    .sort();
}

const M = 'DKA0:[MARLOW.CLOSED]SECRET.TXT';
const O = 'DKA0:[MARLOW.OPEN]SECRET.TXT';

/** What he types, and what he is told. */
const attempts: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  "another user's file": [
    [`TYPE ${M}`, REFUSED],
    [`TYPE ${O}`, REFUSED],
    ['TYPE DKA0:[MARLOW]LOGIN.COM', REFUSED],
    [`COPY ${M} X.TXT`, REFUSED],
    [`APPEND ${O} MINE.TXT`, REFUSED],
    [`SEARCH ${O} KEEP`, REFUSED],
    [`DIFFERENCES ${O} SYS$LOGIN:MINE.TXT`, REFUSED],
    [`SORT ${O} SYS$OUTPUT`, REFUSED],
    [`MERGE ${O} SYS$OUTPUT`, REFUSED],
    [`OPEN/READ X ${O}`, REFUSED],
    [`OPEN/READ/WRITE X ${O}`, REFUSED],
    ['TYPE DKA0:[MARLOW.OPEN]EXECUTE.COM', REFUSED],
    [`CREATE/FDL=${O} X.DAT`, REFUSED],
    [`HELP/LIBRARY=${O} X`, REFUSED],
    [`SET COMMAND ${O}`, REFUSED],
    [`MAIL ${O} JONES`, REFUSED],
    [`MAIL MINE.TXT "@${O}"`, REFUSED],
    [`SUBMIT ${O}`, REFUSED],
    [`@${O}`, REFUSED],
    [`SPAWN/INPUT=${O}`, REFUSED],
    [`PIPE TYPE ${O} | TYPE SYS$PIPE`, REFUSED],
    [`PIPE TYPE SYS$INPUT < ${O}`, REFUSED],
    [`SPAWN TYPE ${O}`, REFUSED],
    [`WRITE SYS$OUTPUT F$FILE_ATTRIBUTES("${O}","EOF")`, '%RMS-E-PRV'],
    [`BACKUP ${O} X.SAV`, '%DCL-W-IVVERB'],
  ],
  'the same file, spelt otherwise': [
    ['TYPE DKA0:[MARLOW.^OPEN]SECRET.TXT', REFUSED],
    ['TYPE DKA0:[MARLOW.OPEN]^SECRET.TXT', REFUSED],
    ['TYPE DKA0:[MARLOW.^C^L^O^S^E^D]SECRET.TXT', REFUSED],
    ['TYPE DKA0:[000000.MARLOW.CLOSED]SECRET.TXT', REFUSED],
    ['TYPE DKA0:<marlow.closed>secret.txt', REFUSED],
    ['TYPE DKA0:[JONES.-.MARLOW.CLOSED]SECRET.TXT', REFUSED],
    ['TYPE [-.MARLOW.CLOSED]SECRET.TXT', REFUSED],
    ['TYPE DKA0:[MARLOW.OPEN.-.CLOSED]SECRET.TXT', REFUSED],
    ['TYPE _DKA0:[MARLOW.CLOSED]SECRET.TXT', REFUSED],
    ['TYPE SYS$SYSDEVICE:[MARLOW.CLOSED]SECRET.TXT', REFUSED],
    ['TYPE SYS$DISK:[MARLOW.CLOSED]SECRET.TXT', REFUSED],
    ['TYPE DKA0:[MARLOW...]SECRET.TXT', REFUSED],
    ['TYPE DKA0:[*.CLOSED]SECRET.TXT', '-RMS-E-FNF, file not found'],
    ['TYPE DKA0:[MARLOW.CLOSED]*.*', REFUSED],
    ['DEFINE/TRANSLATION=CONCEALED R DKA0:[MARLOW.]\n$ TYPE R:[CLOSED]SECRET.TXT', REFUSED],
    ['DEFINE/TRANSLATION=CONCEALED R DKA0:[MARLOW.]\n$ TYPE R:[^CLOSED]SECRET.TXT', REFUSED],
    ['DEFINE/TRANSLATION=CONCEALED R DKA0:[MARLOW.^CLOSED.]\n$ TYPE R:[000000]SECRET.TXT', REFUSED],
    ['DEFINE L SYS$LOGIN,DKA0:[MARLOW.CLOSED]\n$ TYPE L:SECRET.TXT', '%TYPE-W-SEARCHFAIL'],
    ['SET DEFAULT DKA0:[MARLOW.CLOSED]\n$ TYPE SECRET.TXT', REFUSED],
    [`DEFINE SYS$INPUT ${O}\n$ READ SYS$INPUT X\n$ WRITE SYS$OUTPUT X`, '%RMS-E-PRV'],
  ],
  'what there is in a closed directory': [
    ['DIRECTORY DKA0:[MARLOW.CLOSED]', REFUSED],
    ['DIRECTORY DKA0:[MARLOW.CLOSED]SECRET.TXT', REFUSED],
    ['WRITE SYS$OUTPUT "<", F$SEARCH("DKA0:[MARLOW.CLOSED]*.*;*"), ">"', '<>'],
    ['WRITE SYS$OUTPUT "<", F$SEARCH("DKA0:[MARLOW.^CLOSED]*.*;*"), ">"', '<>'],
    ['WRITE SYS$OUTPUT "<", F$PARSE("DKA0:[MARLOW.CLOSED.DEEP]"), ">"', '<>'],
    ['CREATE/DIRECTORY DKA0:[MARLOW.CLOSED.DEEP]', NO_PRIVILEGE],
  ],
  "changing another user's files": [
    [`DELETE ${O};*`, REFUSED],
    ['DELETE DKA0:[MARLOW.OPEN]*.*;*', REFUSED],
    ['PURGE DKA0:[MARLOW.CLOSED]', REFUSED],
    [`RENAME ${O} []`, REFUSED],
    ['RENAME MINE.TXT DKA0:[MARLOW.OPEN]', REFUSED],
    ['RENAME DKA0:[000000]MARLOW.DIR DKA0:[JONES]M.DIR', REFUSED],
    ['COPY MINE.TXT DKA0:[MARLOW.OPEN]', REFUSED],
    [`COPY/OVERLAY MINE.TXT ${O}`, REFUSED],
    [`APPEND MINE.TXT ${O}`, REFUSED],
    ['CREATE DKA0:[MARLOW.OPEN]X.TXT', REFUSED],
    ['CREATE/DIRECTORY DKA0:[MARLOW.OPEN.X]', NO_PRIVILEGE],
    ['OPEN/WRITE X DKA0:[MARLOW.OPEN]X.TXT', REFUSED],
    [`OPEN/APPEND X ${O}`, REFUSED],
    ['SHOW TIME/OUTPUT=DKA0:[MARLOW.OPEN]X.TXT', '%DCL-W-IVQUAL'],
    ['DIRECTORY/OUTPUT=DKA0:[MARLOW.OPEN]X.TXT', 'RMS-E-PRV'],
    ['SEARCH/OUTPUT=DKA0:[MARLOW.OPEN]X.TXT MINE.TXT MINE', 'RMS-E-PRV'],
    ['PIPE SHOW TIME > DKA0:[MARLOW.OPEN]X.TXT', REFUSED],
    [`PIPE SHOW TIME >> ${O}`, REFUSED],
    ['SPAWN/OUTPUT=DKA0:[MARLOW.OPEN]X.TXT SHOW TIME', REFUSED],
    ['DEFINE SYS$OUTPUT DKA0:[MARLOW.OPEN]X.TXT', '%RMS-E-PRV'],
    ['DEFINE SYS$ERROR DKA0:[MARLOW.OPEN]X.TXT', '%RMS-E-PRV'],
    [`SET SECURITY/PROTECTION=(W:RWED) ${O}`, REFUSED],
    [`SET FILE/OWNER_UIC=[JONES] ${O}`, REFUSED],
    [`SET FILE/PROTECTION=(W:R) ${M}`, REFUSED],
    ['SET DIRECTORY/PROTECTION=(W:RWED) DKA0:[MARLOW]', REFUSED],
    ['SET FILE/OWNER_UIC=[1,4] MINE.TXT', REFUSED],
  ],
  "another user's mail": [
    ['MAIL\nSET FILE DKA0:[MARLOW]MAIL.MAI\nREAD', REFUSED],
    ['MAIL\nSET FILE DKA0:[MARLOW]\nREAD', REFUSED],
    ['MAIL\nSHOW FORWARD/USER=MARLOW', '%MAIL-E-NOSYSNAM'],
    ['MAIL\nSET FORWARD/USER=MARLOW JONES', '%MAIL-E-NOSYSNAM'],
    [`MAIL\nSEND ${O}\nJONES`, REFUSED],
    ['TYPE SYS$SYSTEM:VMSMAIL.DAT', REFUSED],
    ['COPY SYS$SYSTEM:VMSMAIL.DAT X.DAT', REFUSED],
    ['TYPE SYS$SYSTEM:VMSMAIL.DAT-WAL', 'RMS-E-'],
    ['DIRECTORY DKA0:[SYSEXE.MAIL$TEXT]', '%DIRECT-W-NOFILES'],
    ['TYPE DKA0:[SYSEXE.MAIL$TEXT]*.*', '-RMS-E-FNF'],
    ['DIRECTORY DKA0:[TCPIP$SMTP.SPOOL]', '%DIRECT-W-NOFILES'],
  ],
  'the accounts, the queue, the system': [
    ['TYPE SYS$SYSTEM:SYSUAF.DAT', REFUSED],
    ['COPY SYS$SYSTEM:QMAN$MASTER.DAT X.DAT', REFUSED],
    ['OPEN/READ X DKA0:[000000]INDEXF.SYS', REFUSED],
    ['DIRECTORY DKA0:[^.INDEXED^;]', 'RMS-F-'],
    ['TYPE DKA0:[000000]^.LOCK^;X.TXT', '%TYPE-W-SEARCHFAIL'],
    ['COPY MINE.COM SYS$SYSTEM:SYSUAF.DAT', REFUSED],
    ['COPY MINE.COM SYS$MANAGER:SYLOGIN.COM', REFUSED],
    ['COPY MINE.COM SYS$SYSTEM:TCPIP$SMTP_RECV_RUN.COM', REFUSED],
    ['CREATE DKA0:[000000]X.TXT', REFUSED],
    ['MCR AUTHORIZE MODIFY JONES/PRIVILEGES=ALL', REFUSED],
    ['MCR AUTHORIZE SHOW MARLOW', REFUSED],
    ['SET PROCESS/PRIVILEGES=ALL', '%SYSTEM-S-NOTALLPRIV'],
    ['SET RIGHTS_LIST/ENABLE SYSTEM', NO_PRIVILEGE],
    ['DEFINE/SYSTEM SYS$SYLOGIN DKA0:[JONES]MINE.COM', NO_PRIVILEGE],
    ['DEFINE/GROUP SYS$SYLOGIN DKA0:[JONES]MINE.COM', NO_PRIVILEGE],
    ['DEFINE/TABLE=LNM$SYSTEM_TABLE X Y', NO_PRIVILEGE],
    ['SUBMIT/USER=MARLOW MINE.COM', '-JBC-E-NOCMKRNL'],
    ["SUBMIT/LOG_FILE=DKA0:[MARLOW.OPEN]X.LOG MINE.COM\n$ SYNCHRONIZE/ENTRY='$ENTRY'", 'PRV'],
    ['STOP QUEUE_MANAGER', '%SYSTEM-W-NONEXPR'],
    ['STOP/QUEUE SYS$BATCH', 'NOPRIV'],
  ],
  'the host': [
    ['TYPE LINK.TXT', '-RMS-E-FNF'],
    ['TYPE [.LINKS]SECRET.TXT', '-RMS-E-'],
    ['TYPE [.HERS]SECRET.TXT', '-RMS-E-'],
    ['TYPE [...]SECRET.TXT', '-RMS-E-FNF'],
    ['TYPE UAF.DAT', '-RMS-E-FNF'],
    ['COPY MINE.TXT [.LINKS]', '-RMS-E-'],
    ['DIRECTORY [.LINKS]', '-RMS-E-'],
    ['CREATE/DIRECTORY [.LINKS.X]', '%CREATE-E-DIRNOTCRE'],
    ['COPY "/etc/passwd" X.TXT', '-RMS-F-SYN'],
    ['TYPE "../../../etc/passwd"', '-RMS-F-SYN'],
    ['TYPE [^.^.]X.TXT', '-RMS-F-'],
    ['TYPE [.^.^..^.^.]X.TXT', '-RMS-F-'],
    ['TYPE ^.^./X.TXT', '%DCL-W-PARMDEL'],
    ['TYPE [-.-.-.-]PASSWD.', '-RMS-F-DIR'],
    ['TYPE [JONES.-.-.-]PASSWD.', '-RMS-F-DIR'],
    ['DEFINE TOP "/"\n$ TYPE TOP:[ETC]PASSWD.', '-RMS-F-SYN'],
    ['DEFINE/JOB TOP "/etc"\n$ TYPE TOP:[000000]PASSWD.', '-RMS-F-SYN'],
    ['DEFINE/TRANSLATION=(CONCEALED,TERMINAL) TOP "/etc"\n$ TYPE TOP:[000000]PASSWD.', '-RMS-F-'],
    ['DEFINE/SYSTEM TOP "/etc"', NO_PRIVILEGE],
    ['TYPE OTHER::DKA0:[000000]X.TXT', '-RMS-F-DEV'],
    ['TYPE /DEV/ZERO', '%DCL-W-IVQUAL'],
    ['COPY MINE.TXT OPA0:', '-RMS-F-DEV'],
    ['TYPE FTA99:', '-RMS-F-DEV'],
  ],
  'a program of the host': [
    ['RUN "/bin/sh"', '%RMS-F-SYN'],
    ['RUN MINE', '-CLI-E-IMAGEFNF'],
    ['RUN SYS$SYSTEM:LOGINOUT', '-CLI-E-IMAGEFNF'],
    ['MCR SH', '-CLI-E-IMAGEFNF'],
    ['MCR "/bin/sh" -c id', '%RMS-F-SYN'],
    ['SH == "$/bin/sh"\n$ SH -c id', '-CLI-E-IMAGEFNF'],
    ['SH == "$SYS$SYSTEM:SH"\n$ SH -c id', '-CLI-E-IMAGEFNF'],
    ['PIPE SHOW TIME | bash', '%DCL-W-IVVERB'],
    ['bash -c id', '%DCL-W-IVVERB'],
    ['MAIL\nSPAWN bash -c id', '-W-IVVERB'],
    ['PIPE bash -c id', '%DCL-W-IVVERB'],
    ['SET HOST OTHER', '%DCL-W-IVKEYW'],
  ],
};

for (const [title, tries] of Object.entries(attempts)) {
  describe(title, () => {
    test.each(tries)('%s', async (typed, told) => {
      const hers = join(node.root, 'MARLOW');
      const before = [...stateOf(hers), ...stateOf(outside)];
      const passwords = readFileSync(join(node.root, 'SYSMGR', 'SYLOGIN.COM'));
      const shown = await node.dcl('JONES', `$ ${typed}\n$ SET NOON\n$ LOGOUT\n`);
      expect(shown).toContain(told);
      expect(shown).not.toContain(SECRET);
      expect(shown).not.toMatch(/root:|uid=/);
      expect(shown).not.toContain('Node.js');
      expect([...stateOf(hers), ...stateOf(outside)]).toEqual(before);
      expect(readFileSync(join(node.root, 'SYSMGR', 'SYLOGIN.COM'))).toEqual(passwords);
    });
  });
}

describe('who may manage the system', () => {
  test.each([
    ['RENAME DKA0:[SYSEXE]MAIL$TEXT.DIR DKA0:[MANAGER]T.DIR', 'DKA0:[SYSEXE]MAIL$TEXT.DIR'],
    ['RENAME DKA0:[TCPIP$SMTP]SPOOL.DIR DKA0:[MANAGER]T.DIR', 'DKA0:[TCPIP$SMTP]SPOOL.DIR'],
    ['RENAME DKA0:[000000]SYSEXE.DIR DKA0:[000000]X.DIR', 'DKA0:[000000]SYSEXE.DIR'],
  ])('moves no directory the node works in: %s', async (typed, directory) => {
    const shown = await node.dcl('MANAGER', `$ SET PROTECTION=(S:RWED) ${directory}\n$ ${typed}\n`);
    expect(shown).toMatch(/^%RENAME-E-OPENOUT, .*\n-RMS-E-FLK, file currently locked by another user\n$/);
  });

  test.each(['/', '/etc/..', '/proc', '/dev', '/sys/kernel', 'ROOT', 'ROOT/..', 'ROOT/MARLOW'])(
    'makes no device of %s',
    async (path) => {
      const value = path.replace('ROOT', node.root);
      const shown = await node.dcl('MANAGER', `$ DEFINE/SYSTEM D$ "${value}"\n$ DIRECTORY D$:[000000]\n`);
      expect(shown).toMatch(/-RMS-F-(DEV|SYN)/);
      await node.dcl('MANAGER', '$ DEASSIGN/SYSTEM D$\n');
    },
  );
});

describe('a device of the host', () => {
  let data: string;

  beforeAll(async () => {
    data = join(outside, 'data');
    mkdirSync(join(data, 'OPEN'), { recursive: true });
    mkdirSync(join(data, 'DECOY'));
    for (const directory of ['OPEN', 'DECOY'])
      writeFileSync(join(data, directory, 'SECRET.TXT'), 'harmless\n');
    symlinkSync(outside, join(data, 'LINKS'));
    symlinkSync(join(outside, 'SECRET.TXT'), join(data, 'OPEN', 'LINK.TXT'));
    await node.dcl(
      'MANAGER',
      `$ DEFINE/SYSTEM DATA "${data}"\n$ SET SECURITY/PROTECTION=(G:RWE,W:RWE) DATA:[000000]OPEN.DIR\n$ SET SECURITY/PROTECTION=(W:RE) DATA:[OPEN]SECRET.TXT\n`,
    );
  });

  test.each([
    ['TYPE DATA:[LINKS]SECRET.TXT', '-RMS-E-'],
    ['TYPE DATA:[OPEN]LINK.TXT', '-RMS-E-FNF'],
    ['TYPE DATA:[OPEN.-.-]SECRET.TXT', '-RMS-F-DIR'],
    ['TYPE DATA:[OPEN.^.^.]SECRET.TXT', '-RMS-F-FNM'],
    ['TYPE DATA:[000000...]SECRET.TXT', 'harmless'],
  ])('holds what is below it: %s', async (typed, told) => {
    const shown = await node.dcl('JONES', `$ ${typed}\n`);
    expect(shown).toContain(told);
    expect(shown).not.toContain(SECRET);
  });

  test('whose directories are swapped for links while files are read and written leads nowhere else', async () => {
    let isSwapping = true;
    const swapping = (async () => {
      const [open, away] = [join(data, 'OPEN'), join(data, 'AWAY')];
      for (let turn = 0; isSwapping; turn += 1) {
        renameSync(open, away);
        symlinkSync(outside, open);
        await new Promise((resolve) => setImmediate(resolve));
        rmSync(open);
        renameSync(away, open);
        await new Promise((resolve) => (turn % 4 === 0 ? setTimeout(resolve, 20) : setImmediate(resolve)));
      }
    })();
    const lines = Array.from(
      { length: 60 },
      (_, n) => `$ TYPE DATA:[OPEN]SECRET.TXT\n$ CREATE DATA:[OPEN]NEW${n}.TXT\nx\n`,
    );
    const shown = await node.dcl('JONES', `$ SET NOON\n${lines.join('')}`);
    isSwapping = false;
    await swapping;
    expect(shown).toContain('harmless');
    expect(shown).not.toContain(SECRET);
    expect(readdirSync(outside).filter((name) => name.startsWith('NEW'))).toEqual([]);
  });
});
