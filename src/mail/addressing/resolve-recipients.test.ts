import { describe, expect, it } from 'vitest';
import { mailServiceForTests } from '../../../test/support/mail-service.ts';
import { conditionLines } from '../../condition/index.ts';

const setUp = async () => {
  const rig = await mailServiceForTests();
  const resolve = async (text: string) => {
    const { good, bad } = await rig.mail.resolveRecipients(text, rig.context());
    return [
      ...good.map((each) => (each.kind === 'local' ? each.userName : each.address)),
      ...bad.flatMap((each) => conditionLines(each)),
    ];
  };
  return { ...rig, resolve };
};

describe('recipients that cannot be reached', () => {
  const cases: [string, string[]][] = [
    ['FRED', ['%MAIL-E-NOSUCHUSR, no such user FRED']],
    ['A B', ["%MAIL-E-USERSPEC, invalid user specification 'A B'"]],
    ['BLAKE', ['%MAIL-E-USERDSABL, user BLAKE cannot receive new mail']],
    [
      'NOSUCH::X',
      [
        '%MAIL-E-LOGLINK, error creating network link to node NOSUCH',
        '-SYSTEM-F-NOSUCHNODE, remote node is unknown',
      ],
    ],
    ['FOO%"a@b.c"', ['%MAIL-E-ERRACTRNS, error activating transport FOO', '-RMS-E-FNF, file not found']],
    ['@NOLIST', ['%MAIL-E-OPENIN, error opening NOLIST.DIS; as input', '-RMS-E-FNF, file not found']],
  ];
  for (const [text, want] of cases)
    it(text, async () => expect(await (await setUp()).resolve(text)).toEqual(want));

  it('forwarding in a circle, also through the own node', async () => {
    const { mail, resolve } = await setUp();
    await mail.changeProfile('JONES', { forwarding: 'DOE' });
    await mail.changeProfile('DOE', { forwarding: 'VAX1::JONES' });
    expect(await resolve('JONES')).toEqual([
      '%MAIL-E-FORWLOOP, infinite forwarding detected sending to user JONES',
    ]);
  });
  it('lists in a circle, and lists that multiply', async () => {
    const { lists, resolve } = await setUp();
    lists.set('A.DIS', ['JONES', '@B']);
    lists.set('B.DIS', ['@A']);
    expect(await resolve('@A')).toEqual(['JONES', '%MAIL-E-LISTTOOLONG, list is too long']);
    for (let level = 0; level < 40; level++) lists.set(`L${level}.DIS`, [`@L${level + 1}`, `@L${level + 1}`]);
    lists.set('L40.DIS', ['DOE']);
    expect(await resolve('@L0')).toEqual(['DOE', '%MAIL-E-LISTTOOLONG, list is too long']);
  });
  it('more text than To: holds, whatever it means', async () => {
    const { lists, resolve } = await setUp();
    const long = 'JONES,'.repeat(166);
    expect(await resolve(`${long}DO`)).toEqual(['JONES', '%MAIL-E-NOSUCHUSR, no such user DO']);
    expect(await resolve(`${long}DOE`)).toEqual(['%MAIL-E-LISTTOOLONG, list is too long']);
    lists.set('ALL.DIS', [`${long}DOE`]);
    expect(await resolve('@ALL')).toEqual(['JONES', 'DOE']);
  });
  it('a bad MAIL$INTERNET_MODE', async () => {
    const { logicalNames, resolve } = await setUp();
    logicalNames.set('MAIL$INTERNET_MODE', ['SOMETIMES']);
    expect(await resolve('a@b.c')).toEqual([
      "%MAIL-W-BADLOGVAL, value 'SOMETIMES' invalid for MAIL$INTERNET_MODE logical name",
    ]);
  });
});

describe('recipients', () => {
  it('are local users, each once, and Internet addresses', async () => {
    const { resolve } = await setUp();
    expect(await resolve('jones, VAX1::doe, JONES, 0::JONES')).toEqual(['JONES', 'DOE']);
    expect(await resolve('a@b.example, SMTP%"a@B.example,c@d", IN%"e@f"')).toEqual([
      'a@b.example',
      'c@d',
      'e@f',
    ]);
    expect(await resolve('SMTP%"jones"')).toEqual(['JONES']);
  });
  it('have domains as DNS knows them, and nothing in them that cannot be seen', async () => {
    const { resolve } = await setUp();
    expect(await resolve('anne@München.example, ünne@münchen.example')).toEqual([
      'anne@xn--mnchen-3ya.example',
      'ünne@münchen.example',
    ]);
    expect(await resolve('ad\u200bmin@a.example')).toEqual([
      "%MAIL-E-USERSPEC, invalid user specification 'ad<U+200B>min@a.example'",
    ]);
  });
  it('stand in logical names, up to ten deep', async () => {
    const { logicalNames, resolve, lists } = await setUp();
    logicalNames.set('BOSS', ['DOE,@TEAM']);
    logicalNames.set('SELF', ['SELF']);
    lists.set('TEAM.DIS', ['! Project team', 'JONES   ! the one', '', 'SMTP%"fred!x@a.example"', 'BOSS2']);
    logicalNames.set('BOSS2', ['SMITH']);
    expect(await resolve('boss')).toEqual(['DOE', 'JONES', 'fred!x@a.example', 'SMITH']);
    expect(await resolve('SELF')).toEqual(['%MAIL-E-NOSUCHUSR, no such user SELF']);
  });
  it('follow forwarding to the end, aliases too', async () => {
    const { mail, resolve } = await setUp();
    await mail.changeProfile('POSTMASTER', { forwarding: 'JONES' });
    await mail.changeProfile('JONES', { forwarding: 'SMTP%"""ellis@future"""' });
    expect(await resolve('POSTMASTER')).toEqual(['ellis@future']);
  });
  it('obey MAIL$INTERNET_MODE', async () => {
    const { logicalNames, resolve } = await setUp();
    expect(await resolve('DOE@VAX1')).toEqual(['DOE']);
    expect((await resolve('DOE@PHILOS'))[0]).toBe(
      '%MAIL-E-LOGLINK, error creating network link to node PHILOS',
    );
    logicalNames.set('MAIL$INTERNET_MODE', ['SMTP']);
    expect(await resolve('DOE@PHILOS')).toEqual(['DOE@PHILOS']);
    logicalNames.set('MAIL$INTERNET_MODE', ['DECNET']);
    expect((await resolve('a@b.example'))[0]).toMatch(/^%MAIL-E-LOGLINK/);
  });
  it('take the transport of SET TRANSPORT', async () => {
    const { mail, resolve } = await setUp();
    await mail.changeProfile('SMITH', { transport: 'NOWHERE%' });
    expect(await resolve('JONES, VAX1::JONES')).toEqual([
      'JONES',
      '%MAIL-E-ERRACTRNS, error activating transport NOWHERE',
      '-RMS-E-FNF, file not found',
    ]);
  });
});
