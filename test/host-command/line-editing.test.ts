/**
 * Typing on a real terminal: long lines and wide characters over several rows, windows that change their size, Ctrl/T, the
 * keypad, recall. Sources: vms-mail.md §1.6; OpenVMS User's Manual, "Line editing keys"; DCL Dictionary, DEFINE/KEY.
 */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProcessNode, type ProcessNode } from '../support/process-node.ts';
import { hasTmux, startTmux, type Tmux, type Window } from '../support/tmux.ts';

if (!hasTmux()) console.warn('SKIPPED: tmux is not installed on this machine: no terminal to type at');

const COMMAND = fileURLToPath(new URL('../../bin/vmsmail', import.meta.url));
const STATUS = /^HEARTS::SMITH \d\d:\d\d:\d\d (\S+) +CPU=\d\d:\d\d:\d\d\.\d\d PF=\d+ IO=\d+ MEM=\d+$/;

describe.skipIf(!hasTmux())('somebody types', () => {
  let node: ProcessNode;
  let tmux: Tmux;

  beforeAll(async () => {
    node = await createProcessNode({ users: ['SMITH'] });
    expect(await node.start()).toMatchObject({ status: 0 });
    tmux = await startTmux();
  });
  afterAll(async () => {
    await tmux?.[Symbol.asyncDispose]();
    await node?.[Symbol.asyncDispose]();
  });

  async function open(verb: 'mail' | 'dcl' = 'dcl'): Promise<Window> {
    const window = await tmux.open(COMMAND, verb, '--user', 'SMITH', '--root', node.root);
    await window.until((lines) => lines.at(-1) === (verb === 'dcl' ? '$' : 'MAIL>'));
    return window;
  }
  async function enter(window: Window, text: string): Promise<void> {
    await window.type(text);
    await window.key('Enter');
  }

  it.each([80, 132])('edits a line over several rows of %i columns', async (columns) => {
    const window = await open();
    await window.resize(columns, 24);
    const text = `WRITE SYS$OUTPUT "${'0123456789'.repeat(20)}"`;
    await window.type(text);
    await window.until((lines) => rowsBehind(lines, '$ WRITE').join('') === `$ ${text}`);
    // From the beginning, across the rows, and back to the end: what was there moves on by one.
    await window.key('C-h');
    await window.key('C-a');
    await window.type('X');
    await window.until((lines) => rowsBehind(lines, '$ XWRITE').join('') === `$ X${text}`);
    await window.key('BSpace');
    await window.key('C-e');
    await window.key('BSpace');
    await window.key('BSpace');
    await window.until((lines) => rowsBehind(lines, '$ WRITE').join('') === `$ ${text.slice(0, -2)}`);
    // A row that is exactly full.
    await window.key('C-u');
    await window.type(`!${'x'.repeat(columns - 3)}`);
    await window.type('y');
    await window.until((lines) => lines.at(-2)?.length === columns && lines.at(-1) === 'y');
    await window.key('BSpace');
    await window.key('BSpace');
    await window.until((lines) => lines.at(-1) === `$ !${'x'.repeat(columns - 4)}`);
    await window.close();
  });

  it('edits wide characters and accents', async () => {
    const window = await open();
    await window.resize(80, 24);
    const text = `! ${'日本語'.repeat(14)}`;
    await window.type(text);
    await window.until((lines) => rowsBehind(lines, '$ !').join('') === `$ ${text}`);
    await window.key('C-h');
    await window.key('C-a');
    // Behind five columns: no wide character fits into the last one of the row.
    await window.type('é');
    await window.until((lines) => rowsBehind(lines, '$ é!').join('') === `$ é${text}`);
    await window.key('C-e');
    await window.key('BSpace');
    await window.type('e\u0301x');
    await window.key('BSpace');
    await window.key('BSpace');
    await window.until((lines) => rowsBehind(lines, '$ é!').join('') === `$ é${text.slice(0, -1)}`);
    await window.close();
  });

  it('goes on with the line when the window changes its size', async () => {
    const window = await open();
    await window.resize(132, 24);
    const text = `! ${'abcdefghij'.repeat(11)}`;
    await window.type(text);
    await window.until((lines) => lines.at(-1) === `$ ${text}`);
    await window.resize(80, 24);
    await window.until((lines) => rowsBehind(lines, '$ !').join('') === `$ ${text}`);
    await window.type('Z');
    await window.until((lines) => rowsBehind(lines, '$ !').join('') === `$ ${text}Z`);
    await window.resize(132, 24);
    await window.type('Y');
    const lines = await window.until((all) => all.at(-1) === `$ ${text}ZY`);
    // It stands there once.
    expect(lines.filter((line) => line.includes('abcdefghij'))).toHaveLength(1);
    await window.close();
  });

  it('shows what it does with Ctrl/T, at the prompt, in MAIL and while something runs', async () => {
    const window = await open();
    await window.type('SHOW DEFAULT');
    await window.key('C-t');
    const lines = await window.until(
      (all) => all.at(-1) === '$ SHOW DEFAULT' && STATUS.test(all.at(-2) ?? ''),
    );
    expect(lines.at(-3)).toBe('$ SHOW DEFAULT');
    expect(STATUS.exec(lines.at(-2)!)?.[1]).toBe('(DCL)');
    await window.key('C-u');
    await enter(window, 'WAIT 00:10');
    await window.until((all) => all.at(-1) === '$ WAIT 00:10');
    await window.key('C-t');
    await window.until((all) => STATUS.test(all.at(-1) ?? '') && all.at(-2) === '$ WAIT 00:10');
    await window.key('C-y');
    await window.until((all) => all.at(-1) === '$');
    await enter(window, 'MAIL');
    await window.until((all) => all.at(-1) === 'MAIL>');
    await window.key('C-t');
    await window.until((all) => STATUS.exec(all.at(-2) ?? '')?.[1] === 'MAIL' && all.at(-1) === 'MAIL>');
    await window.key('C-z');
    await enter(window, 'SET NOCONTROL=T');
    await window.type('SHOW');
    await window.until((all) => all.at(-1) === '$ SHOW');
    await window.key('C-t');
    await window.type(' TIME');
    const silent = await window.until((all) => all.at(-1) === '$ SHOW TIME');
    expect(STATUS.test(silent.at(-2) ?? '')).toBe(false);
    await window.close();
  });

  it('uses keys that were defined, the keypad in application mode', async () => {
    const window = await open();
    await enter(window, 'DEFINE/KEY/NOLOG PF1 "SHOW " /SET_STATE=GOLD');
    await enter(window, 'DEFINE/KEY/NOLOG/TERMINATE/IF_STATE=GOLD PF1 "KEY PF1"');
    await window.key('F1');
    await window.key('F1');
    await window.until(
      (lines) =>
        lines.slice(-4, -1).join('|') === '$ SHOW KEY PF1|DEFAULT keypad definitions:|  PF1 = "SHOW "',
    );
    await enter(window, 'DEFINE/KEY/NOLOG/TERMINATE/ERASE KP7 "SHOW DEFAULT"');
    // The keypad types digits until it is told otherwise.
    await window.type('X = ');
    await window.key('KP7');
    await window.until((lines) => lines.at(-1) === '$ X = 7');
    await window.key('Enter');
    await enter(window, 'SET TERMINAL/APPLICATION_KEYPAD');
    await window.until(
      (lines) => lines.at(-2) === '$ SET TERMINAL/APPLICATION_KEYPAD' && lines.at(-1) === '$',
    );
    await window.type('no command');
    await window.key('KP7');
    await window.until((lines) => lines.at(-3) === '$ SHOW DEFAULT' && lines.at(-1) === '$');
    await enter(window, 'SET TERMINAL/NUMERIC_KEYPAD');
    await window.until((lines) => lines.at(-2) === '$ SET TERMINAL/NUMERIC_KEYPAD' && lines.at(-1) === '$');
    await window.key('KP7');
    await window.until((lines) => lines.at(-1) === '$ 7');
    await window.close();
  });

  it('has the keypad of MAIL at its prompt, digits at others, and leaves it as it was', async () => {
    const window = await open('mail');
    await window.key('KP3');
    await window.until((lines) => lines.includes('MAIL> DIRECTORY') && lines.at(-1) === 'MAIL>');
    await enter(window, 'DEFINE/KEY/TERMINATE E3 "SHOW KEY E3"');
    await window.key('DC');
    await window.until(
      (lines) => lines.includes('  E3 = "SHOW KEY E3" (echo,terminate)') && lines.at(-1) === 'MAIL>',
    );
    await window.key('KP7');
    await window.until((lines) => lines.at(-1)?.startsWith('To:') === true);
    await window.key('KP7');
    await window.until((lines) => /^To:\s+7$/.test(lines.at(-1) ?? ''));
    await window.key('C-c');
    await window.until((lines) => lines.at(-1) === 'MAIL>');
    await window.close();
  });

  it('brings commands back, one that was continued as a whole', async () => {
    const window = await open();
    await enter(window, 'WRITE SYS$OUTPUT -');
    await window.until((lines) => lines.at(-1) === '_$');
    await enter(window, '"one ", -');
    await enter(window, '"two"');
    await window.until((lines) => lines.at(-2) === 'one two' && lines.at(-1) === '$');
    await enter(window, 'SHOW DEFAULT');
    await window.until((lines) => lines.at(-3) === '$ SHOW DEFAULT');
    await window.key('C-b');
    await window.key('Up');
    await window.until((lines) => lines.at(-1) === '$ WRITE SYS$OUTPUT "one ", "two"');
    await window.key('Down');
    await window.until((lines) => lines.at(-1) === '$ SHOW DEFAULT');
    await window.key('Up');
    await window.key('Enter');
    await window.until((lines) => lines.at(-2) === 'one two' && lines.at(-3)?.endsWith('"two"') === true);
    await window.close();
  });

  it('takes what is typed ahead, and what is pasted, line by line', async () => {
    const window = await open();
    await enter(window, 'WAIT 00:00:00.5');
    await enter(window, 'WRITE SYS$OUTPUT "ahead"');
    await window.until((lines) => lines.at(-2) === 'ahead' && lines.at(-3) === '$ WRITE SYS$OUTPUT "ahead"');
    await window.paste('WRITE SYS$OUTPUT "pasted"\nX = "\x03\x19"\nSHOW SYMBOL X\n');
    await window.until((lines) => lines.at(-2) === '  X = ""');
    await window.close();
  });

  it('stops the output with Ctrl/S, and lets it go on with Ctrl/Q', async () => {
    const window = await open();
    await window.key('C-s');
    await enter(window, 'WRITE SYS$OUTPUT "held"');
    await window.key('C-q');
    await window.until((lines) => lines.at(-2) === 'held');
    await window.close();
  });
});

/** The last line that begins so, and the rows below it. */
function rowsBehind(lines: readonly string[], start: string): readonly string[] {
  const first = lines.findLastIndex((line) => line.startsWith(start));
  return first === -1 ? [] : lines.slice(first);
}
