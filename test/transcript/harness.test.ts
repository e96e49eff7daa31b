/** The harness itself: what it takes for a difference, and how it rewrites. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { clientBytes, replyCount } from './dialogue.ts';
import { differenceLines, matchesLine, matchesLines, rewritten } from './line-matching.ts';
import { rewrittenText } from './play-folder.ts';
import { type Edit, Script } from './script.ts';
import { Stage } from './stage.ts';
import { parseTranscript } from './transcript.ts';

const parse = (...lines: readonly string[]) =>
  parseTranscript(`${['! mail/x.txt: own', ...lines].join('\n')}\n`, {
    file: 'x.txt',
    path: '/x.txt',
    name: 'mail/x.txt',
  });

describe('lines', () => {
  it.each([
    ['abc', 'abc', true],
    ['abc', 'abcd', false],
    ['a.c', 'abc', false],
    ['~a.c', 'abc', true],
    ['~a.c', 'abcd', false],
    ['~~a', '~a', true],
    ['S: ~220 .*', 'S: 220 x', true],
    ['S: ~220 .*', 'S2: 220 x', false],
    ['S: 2', 'S: 2 ', false],
  ])('%j and %j', (want, got, is) => expect(matchesLine(want, got)).toBe(is));

  it.each([
    [['...'], [], true],
    [['a', '...', 'b'], ['a', 'b'], true],
    [['a', '...', 'b'], ['a', 'x', 'b', 'b'], true],
    [['a', '...', 'b'], ['a', 'x', 'b', 'c'], false],
    [['a'], [], false],
    [[], ['a'], false],
    [['S: ...', 'S: ~250 .*'], ['S: 250-x', 'S: 250 y'], true],
  ])('%j and %j', (want, got, is) => expect(matchesLines(want, got)).toBe(is));

  it('a rewriting keeps patterns and ellipses that still hold', () => {
    expect(rewritten(['~a.', 'old', '...', 'z'], ['ab', 'new', 'x', 'y', 'z'])).toEqual([
      '~a.',
      'new',
      '...',
      'z',
    ]);
    expect(rewritten([], ['a', 'b'])).toEqual(['a', 'b']);
    expect(rewritten(['gone'], [])).toEqual([]);
  });

  it('a difference is shown as one', () => {
    expect(differenceLines(['a', '...', 'c', 'd'], ['a', 'x', 'y', 'd'])).toEqual([
      '  a',
      '  ...',
      '- c',
      '  d',
    ]);
    expect(differenceLines(['a'], ['a', 'b'])).toEqual(['  a', '+ b']);
  });
});

describe('the text of a transcript', () => {
  it('begins with its source', () => {
    expect(() => parseTranscript('$ SHOW TIME\n', { file: 'x.txt', path: '', name: '' })).toThrow('x.txt:1:');
  });
  it('has a section for each heading, named by those above it', () => {
    const { sections } = parse('!@ user A', '', '# One', '$ A', '', '## Deep', '', '$ B', '# Two', '$ C');
    expect(
      sections.map(({ title, lines }) => [title, lines.map(({ text, number }) => `${number} ${text}`)]),
    ).toEqual([
      ['', ['2 !@ user A']],
      ['One', ['5 $ A']],
      ['One > Deep', ['9 $ B']],
      ['Two', ['11 $ C']],
    ]);
  });
});

describe('a client’s line', () => {
  it.each([
    ['C: NOOP', 'NOOP\r\n'],
    ['C:', '\r\n'],
    ['C2: ü', 'Ã¼\r\n'],
    ['C= "a\\n" "x"*3 "\\u00fc"', 'a\nxxx\xfc'],
  ])('%s', (line, octets) => expect(Buffer.from(clientBytes(line)!).toString('latin1')).toBe(octets));
  it('that cannot be read is none', () => expect(clientBytes('C= NOOP')).toBeUndefined());
  it('replies are counted, not their lines', () => {
    expect(replyCount(['S: 250-a', 'S: ~250-.*', 'S: ...', 'S: 250 b', 'S: ~250 .*', 'S: <closed>'])).toBe(3);
  });
});

describe('what is played', () => {
  const stage = new Stage();
  const directory = mkdtempSync(join(tmpdir(), 'vmsmail-harness-'));
  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
    rmSync(directory, { recursive: true });
  });

  async function play(lines: readonly string[], edits?: Edit[]): Promise<string | undefined> {
    const transcript = parse(...lines);
    stage.userName = undefined;
    const section = transcript.sections[0]!;
    return stage.play(new Script({ transcript, section, edits })).then(
      () => undefined,
      (error: Error) => error.message,
    );
  }

  it('says where the program does something else', async () => {
    expect(await play(['!@ user SMITH', '$ WRITE SYS$OUTPUT "a"', 'b', '$ ! more'])).toBe(
      'x.txt:4: the program wrote something else (- transcript, + program)\n  $ WRITE SYS$OUTPUT "a"\n- b\n+ a',
    );
  });
  it('notices lines that never come, and lines nobody expects', async () => {
    expect(await play(['!@ user SMITH', '$ ! nothing', 'b'])).toContain('x.txt:4:');
    expect(await play(['!@ user SMITH', '$ WRITE SYS$OUTPUT "a"'])).toContain('\n+ a');
    expect(await play(['!@ user SMITH', '$ LOGOUT', '...', 'more'])).toContain('- more');
  });
  it('notices a reply nobody expects, and one that never comes', async () => {
    expect(await play(['S: ~220 .*', 'C: NOOP'])).toContain('+ S: 250 OK');
    expect(await play(['S: ~220 .*', 'C: QUIT', 'S: ~221 .*', 'S: 250 OK'])).toContain('+ S: <closed>');
  });
  it('says which directive is wrong', async () => {
    expect(await play(['!@ usr SMITH'])).toContain('x.txt:2: there is no directive usr');
    expect(await play(['!@ mail from=X'])).toContain('user= is missing: !@ mail user=');
    expect(await play(['!@ node OTHER'])).toContain('the node runs already');
  });
  it('presses Ctrl/Y while a session waits, and waits no longer than that', async () => {
    expect(
      await play([
        '!@ file DKA0:[SMITH]W.COM',
        '| $ ON CONTROL_Y THEN GOTO OUT',
        '| $ WAIT 1:00',
        '| $ WAIT 1:00',
        '| $OUT:',
        '| $ WRITE SYS$OUTPUT "out"',
        '!@ user SMITH',
        '$ @W',
        '^Y',
        'out',
        '$ WAIT 0:01',
      ]),
    ).toBeUndefined();
  });
  it('is written anew where that is asked for', async () => {
    const lines = [
      '!@ user SMITH',
      '! kept',
      '$ WRITE SYS$OUTPUT "a"',
      '~[a-z]',
      'b',
      '$ WRITE SYS$OUTPUT "c"',
      'S:',
    ];
    const edits: Edit[] = [];
    expect(await play(lines, edits)).toBeUndefined();
    const file = join(directory, 'x.txt');
    writeFileSync(file, rewrittenText(parse(...lines), edits));
    expect(rewrittenText(parse(...lines), edits).split('\n')).toEqual([
      '! mail/x.txt: own',
      '!@ user SMITH',
      '! kept',
      '$ WRITE SYS$OUTPUT "a"',
      '~[a-z]',
      '$ WRITE SYS$OUTPUT "c"',
      'c',
      expect.stringMatching(/^S: 220 hearts\.example .* $/),
      '',
    ]);
  });
});
