import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openSession } from './testing/session-fixture.ts';

const shipped = (name: string): string =>
  readFileSync(join(import.meta.dirname, '..', '..', 'sys$system', name), 'utf8');

const image = async (): Promise<number> => 1;
const images = new Map([
  ['TCPIP$SMTP_RECEIVER', image],
  ['X', image],
]);

async function soleImageOf(text: string, options: { readonly flags?: readonly string[] } = {}) {
  const { session } = await openSession({ images, files: { 'DKA0:[JONES]T.COM;1': text }, ...options });
  return (await session.soleImage('DKA0:[JONES]T.COM', {}))?.name;
}

describe('procedures that only RUN an image', () => {
  test.each([
    ['as shipped', shipped('TCPIP$SMTP_RECV_RUN.COM'), 'TCPIP$SMTP_RECEIVER'],
    ['nothing else', '$ RUN X', 'X'],
    [
      'abbreviated, with comments',
      "$! it's for X ! really\n$\n$ set noon ! no checks\n$ ru sys$system:x.exe;1 ! go\n$ EXIT $STATUS",
      'X',
    ],
    [
      'what stands behind EXIT is not reached',
      '$ RUN X\n$ EXIT $STATUS\n$ WRITE SYS$OUTPUT "never"\nno data',
      'X',
    ],
    ['a command over two lines', '$ RUN -\n  X\n$ EXIT $STATUS', 'X'],
  ])('%s', async (_what, text, name) => {
    expect(await soleImageOf(text)).toBe(name);
  });
});

describe('procedures for the interpreter', () => {
  test.each([
    ['a WRITE', '$ WRITE SYS$OUTPUT "here"\n$ RUN X'],
    ['a check', '$ IF F$TRNLNM("SYS$REM_NODE") .EQS. "1::" THEN EXIT\n$ RUN X'],
    ['a block', '$ IF 1\n$ THEN\n$ RUN X\n$ ENDIF'],
    ['a label', '$AGAIN: RUN X'],
    ['a label alone', '$AGAIN:\n$ RUN X'],
    ['data of the image', '$ RUN X\nwho are you'],
    ['an image with words for it', '$ RUN X now'],
    ['a process of its own', '$ RUN/DETACHED X'],
    ['an image that is not there', '$ RUN Y'],
    ['two images', '$ RUN X\n$ RUN X'],
    ['no image', '$ EXIT $STATUS'],
    ['EXIT before RUN', '$ EXIT $STATUS\n$ RUN X'],
    ['another status', '$ RUN X\n$ EXIT 1'],
    ['a command that changes $STATUS', '$ RUN X\n$ SET NOON\n$ EXIT $STATUS'],
    ['the status with its bit 28', '$ RUN X\n$ EXIT'],
    ['a symbol', '$ X = "X"\n$ RUN X'],
    ['a symbol for its name', "$ RUN 'P1'X"],
    ['a symbol behind an ampersand', '$ RUN &P1'],
    ['a function in a comment', "$! 'F$VERIFY(1)'\n$ RUN X"],
    ['a status in a comment', "$! '$STATUS'\n$ RUN X"],
    ['a verb that is none', '$ RUN X\n$ FROB'],
    ['a command that does not parse', '$ RUN X\n$ EXIT ('],
    ['a verb spelled with a parameter', '$ P1 RUN X'],
    ['another procedure', '$ RUN X\n$ @Y'],
    ['a deck', '$ DECK\nRUN X\n$ EOD'],
    ['a redirection', '$ DEFINE SYS$OUTPUT NL:\n$ RUN X'],
    ['an action', '$ ON ERROR THEN EXIT 1\n$ RUN X'],
    ['hundreds of lines', `${'$!\n'.repeat(300)}$ RUN X`],
    ['an empty file', ''],
  ])('%s', async (_what, text) => {
    expect(await soleImageOf(text)).toBeUndefined();
  });

  test('an account that may not RUN', async () => {
    expect(await soleImageOf('$ RUN X', { flags: ['DISIMAGE'] })).toBeUndefined();
  });

  test('no file, or none that may be read as one', async () => {
    const { session } = await openSession({ images });
    for (const file of ['NOWHERE.COM', 'TT:', 'SYS$INPUT', '[A.', 'NL:'])
      expect(await session.soleImage(file, {})).toBeUndefined();
  });

  test('a file that each connection finds by a name of its own', async () => {
    const { session } = await openSession({ images, files: { 'DKA0:[JONES]T.COM;1': '$ RUN X' } });
    await session.execute('DEFINE HERE OWN');
    await session.execute('DEFINE OWN DKA0:[JONES]');
    expect(await session.soleImage('HERE:T.COM', {})).toMatchObject({ name: 'X' });
    expect(await session.soleImage('HERE:T.COM', { OWN: 'DKA0:[JONES]' })).toBeUndefined();
  });
});
