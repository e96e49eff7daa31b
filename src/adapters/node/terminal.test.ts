import { afterEach, describe, expect, it } from 'vitest';
import { KeyTable } from '../../key-definition/index.ts';
import type { NodeTerminal } from './terminal.ts';
import { type FakeKeyboard, type FakeScreen, openFakeTerminal } from './testing/fake-terminal.ts';

let keyboard: FakeKeyboard;
let screen: FakeScreen;
let terminal: NodeTerminal;
const open = (options: { insert?: boolean } = {}): void => {
  ({ keyboard, screen, terminal } = openFakeTerminal(options));
};
/** Types while a read waits. */
async function typed(keys: string, options: { insert?: boolean } = {}): Promise<unknown> {
  open(options);
  const reading = terminal.read({ prompt: '\nMAIL> ', history: 'command' });
  // Nothing was typed ahead.
  keyboard.type('');
  keyboard.type(keys);
  return reading;
}
afterEach(() => terminal.close());

describe('control keys end a read', () => {
  it.each([
    ['Ctrl/C', 'abc\x03', { kind: 'interrupt', key: 'C' }, ' Cancel '],
    ['Ctrl/Y', 'abc\x19', { kind: 'interrupt', key: 'Y' }, ' Interrupt '],
    ['Ctrl/Z', '\x1a', { kind: 'endOfFile' }, ' Exit '],
  ])('%s', async (_name, keys, want, echo) => {
    expect(await typed(keys)).toEqual(want);
    await terminal.flush();
    expect(screen.shown).toContain(echo);
  });

  it('Ctrl/Z behind text gives the text first, then the end of file', async () => {
    expect(await typed('last line\x1a')).toEqual({ kind: 'record', text: 'last line' });
    expect(await terminal.read()).toEqual({ kind: 'endOfFile' });
  });

  it('a lost line is an end of file', async () => {
    open();
    const reading = terminal.read();
    keyboard.emit('end');
    expect(await reading).toEqual({ kind: 'endOfFile' });
    expect(await terminal.read()).toEqual({ kind: 'endOfFile' });
  });
});

describe('line editing', () => {
  it.each([
    ['plain', 'DIRECTORY\r', 'DIRECTORY'],
    ['DEL', 'DIRX\x7f\r', 'DIR'],
    ['overstrike after Ctrl/H', 'DIR\x08XY\r', 'XYR'],
    ['Ctrl/A switches to insert', 'DIR\x08\x01XY\r', 'XYDIR'],
    ['arrows', 'AC\x1b[D\x01B\x1b[C!\r', 'ABC!'],
    ['Ctrl/E', 'AB\x08\x05C\r', 'ABC'],
    ['Ctrl/J deletes a word', 'READ MAIL\x0a4\r', 'READ 4'],
    ['Ctrl/U deletes to the start', 'ABC\x1b[D\x15\r', 'C'],
    ['Ctrl/X deletes the line', 'ABC\x1b[D\x18NEW\r', 'NEW'],
    ['umlauts and wide characters', 'Grüße 日本\x7f\r', 'Grüße 日'],
    ['SS3 arrows', 'AC\x1bOD\x01B\r', 'ABC'],
  ])('%s', async (_name, keys, want) => {
    expect(await typed(keys)).toEqual({ kind: 'record', text: want });
  });

  it('recalls lines with Ctrl/B and the arrows', async () => {
    await typed('FIRST\r');
    for (const [keys, want] of [
      ['SECOND\r', 'SECOND'],
      ['\x02\r', 'SECOND'],
      ['\x1b[A\x1b[A\r', 'FIRST'],
      ['\x1b[A\x1b[A\x1b[B!\r', 'FIRST!'],
    ] as const) {
      const reading = terminal.read({ history: 'command' });
      keyboard.type(keys);
      expect(await reading).toEqual({ kind: 'record', text: want });
    }
  });

  it('keeps a list for each program', async () => {
    await typed('READ/NEW\r');
    const atDcl = terminal.read({ history: 'DCL' });
    keyboard.type('\x02SHOW TIME\r');
    expect(await atDcl).toEqual({ kind: 'record', text: 'SHOW TIME' });
    expect(terminal.recallList('DCL').lines).toEqual(['SHOW TIME']);
    terminal.recallList('DCL').erase();
    expect(terminal.recallList('DCL').lines).toEqual([]);
    expect(terminal.recallList('command').lines).toEqual(['READ/NEW']);
  });

  it('begins with what RECALL brought back', async () => {
    open({ insert: true });
    const reading = terminal.read({ prompt: '$ ', history: 'DCL', initial: 'SHOW TIM' });
    keyboard.type('E\r');
    expect(await reading).toEqual({ kind: 'record', text: 'SHOW TIME' });
    await terminal.flush();
    expect(screen.shown).toContain('SHOW TIM');
  });

  it('is as large, as silent and as insertive as SET TERMINAL says', async () => {
    open();
    terminal.configure({ columns: 132, rows: 48 });
    expect([terminal.columns, terminal.rows]).toEqual([132, 48]);
    terminal.configure({ echo: false });
    const silent = terminal.read({ prompt: 'Key: ' });
    keyboard.type('SECRET\r');
    expect(await silent).toEqual({ kind: 'record', text: 'SECRET' });
    await terminal.flush();
    expect(screen.shown).not.toContain('SECRET');
    terminal.configure({ echo: true, insert: true });
    const inserted = terminal.read();
    keyboard.type('BC\x08A\r');
    expect(await inserted).toEqual({ kind: 'record', text: 'ABC' });
    expect([terminal.columns, terminal.rows]).toEqual([132, 48]);
  });

  it('never shows or remembers a password', async () => {
    open();
    const reading = terminal.read({ prompt: 'Password: ', echo: false, history: 'command' });
    keyboard.type('SEC');
    keyboard.type('RET\r');
    expect(await reading).toEqual({ kind: 'record', text: 'SECRET' });
    await terminal.flush();
    expect(screen.shown).not.toMatch(/SEC|RET/);
    const next = terminal.read({ history: 'command' });
    keyboard.type('\x02\r');
    expect(await next).toEqual({ kind: 'record', text: '' });
  });
});

describe('keys with names', () => {
  const keys = new KeyTable();
  const key = { echo: true, terminate: false, erase: false, lock: false };
  keys.define('DEFAULT', 'PF1', { ...key, text: 'SHOW ', setState: 'GOLD' });
  keys.define('GOLD', 'PF1', { ...key, text: 'DEFAULT', terminate: true });
  keys.define('DEFAULT', 'KP0', { ...key, text: 'SHOW TIME', terminate: true, erase: true });
  keys.define('DEFAULT', 'E4', { ...key, text: '/FULL', terminate: true, echo: false });
  keys.define('DEFAULT', 'E6', { ...key, text: '\x1b[2J\x07X' });
  keys.define('DEFAULT', 'F14', { ...key, text: 'F14', terminate: true });
  keys.define('DEFAULT', 'LEFT', { ...key, text: 'LEFT', terminate: true });
  const press = async (typed: string): Promise<unknown> => {
    open({ insert: true });
    const reading = terminal.read({ prompt: '$ ', keys, history: 'DCL' });
    keyboard.type(typed);
    return reading;
  };

  it.each([
    ['a state for the next key', '\x1bOP\x1bOP', 'SHOW DEFAULT'],
    ['a state that another key ends', '\x1bOP\x1b[5~\x1bOP\r', 'SHOW SHOW '],
    ['F1 is PF1 on any keyboard', '\x1b[11~\x1b[[A', 'SHOW DEFAULT'],
    ['/ERASE takes away what was typed', 'typed\x1bOp', 'SHOW TIME'],
    ['text at the cursor', 'X\x1b[D\x1bOP\r', 'SHOW X'],
    ['a key of line editing', 'AB\x1b[D\x1b[26~\x1b[26~C\r', 'ACB'],
    ['a key of line editing behind Ctrl/V', 'A\x16\x1b[26~', 'AF14'],
    ['an arrow behind Ctrl/V', 'A\x16\x1b[D', 'ALEFT'],
    ['a key nobody has defined', 'A\x1bOq\x1b[5~\x1b[34~B\r', 'AB'],
    ['a definition that would drive the terminal', '\x1b[6~\r', '[2JX'],
    ['Enter of the keypad', 'A\x1bOM', 'A'],
  ])('%s', async (_name, typed, want) => {
    expect(await press(typed)).toEqual({ kind: 'record', text: want });
  });

  it('shows nothing of a key with /NOECHO', async () => {
    expect(await press('SHOW KEY\x1b[4~')).toEqual({ kind: 'record', text: 'SHOW KEY/FULL' });
    await terminal.flush();
    expect(screen.shown).not.toContain('/FULL');
  });

  it('ends a state with the line', async () => {
    expect(await press('\x1bOP\r')).toEqual({ kind: 'record', text: 'SHOW ' });
    expect(keys.state).toBe('DEFAULT');
  });

  it('types what is printed on the keypad where keys have no meaning', async () => {
    expect(await typed('\x1bOp\x1bOq\x1bOy\x1bOn\x1bOm\x1bOl\x1bOP\x1bOM')).toEqual({
      kind: 'record',
      text: '019.-,',
    });
  });

  it.each([
    ['F10 is Ctrl/Z', '\x1b[21~', { kind: 'endOfFile' }],
    ['F6 is Ctrl/C', '\x1b[17~', { kind: 'interrupt', key: 'C' }],
    ['F12, F13', 'READ MAIL\x1b[25~4\x1b[24~X\r', { kind: 'record', text: 'XEAD 4' }],
    ['Shift F1 is F13', 'READ MAIL\x1b[1;2P4\r', { kind: 'record', text: 'READ 4' }],
    ['Home, End, Delete', 'BCX\x1b[1~\x01A\x1b[4~\x1b[D\x1b[3~\r', { kind: 'record', text: 'ABC' }],
  ])('%s', async (_name, keys, want) => {
    expect(await typed(keys)).toEqual(want);
  });

  it('sets the keypad as SET TERMINAL/APPLICATION says, and back when it ends', async () => {
    open();
    terminal.configure({ applicationKeypad: true });
    await terminal.flush();
    expect(screen.shown.endsWith('\x1b=')).toBe(true);
    terminal.close();
    expect(screen.shown.endsWith('\x1b>\x1b[?2004l')).toBe(true);
  });
});

describe('the line on the screen', () => {
  it('repeats it with Ctrl/R, where it was', async () => {
    open();
    const reading = terminal.read({ prompt: '$ ' });
    keyboard.type('ABC\x1b[D\x12X\r');
    expect(await reading).toEqual({ kind: 'record', text: 'ABX' });
    await terminal.flush();
    expect(screen.shown).toContain('\n\r\x1b[J$ ABC\r\x1b[4C');
  });

  it('takes letters with their accents, and joined emoji, for one character', async () => {
    expect(await typed('e\u0301x\x7f\x7fy\r')).toEqual({ kind: 'record', text: 'y' });
    expect(await typed('👩‍💻\x7fz\r')).toEqual({ kind: 'record', text: 'z' });
    expect(await typed('Ae\x1b[D\x01\u0301\x7fB\r')).toEqual({ kind: 'record', text: 'Be' });
  });

  it('keeps a command with its continuations as one', async () => {
    open();
    for (const [text, continued] of [
      ['DEFINE A -', false],
      ['B -', true],
      ['C', true],
    ] as const) {
      const reading = terminal.read({ history: 'DCL', continued });
      keyboard.type(`${text}\r`);
      await reading;
    }
    expect(terminal.recallList('DCL').lines).toEqual(['DEFINE A B C']);
  });

  it('keeps 254 commands for DCL', async () => {
    open();
    for (let count = 1; count <= 260; count += 1) {
      const reading = terminal.read({ history: 'DCL' });
      keyboard.type(`X = ${count}\r`);
      await reading;
    }
    const { lines } = terminal.recallList('DCL');
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([254, 'X = 260', 'X = 7']);
  });

  it('shows a notice below what is typed', async () => {
    open();
    const reading = terminal.read({ prompt: '$ ' });
    terminal.onControlKey((key) => terminal.notice(`Ctrl/${key}`));
    keyboard.type('SHOW\x14 TIME\r');
    expect(await reading).toEqual({ kind: 'record', text: 'SHOW TIME' });
    await terminal.flush();
    expect(screen.shown).toContain('$ SHOW\nCtrl/T\n\r\x1b[J$ SHOW');
  });
});

describe('output', () => {
  it('stops at Ctrl/S, and goes on at Ctrl/Q', async () => {
    open();
    keyboard.type('\x13');
    const waiting = terminal.writeLine('held');
    await new Promise((resolve) => setImmediate(resolve));
    expect(screen.shown).not.toContain('held');
    keyboard.type('\x11');
    await waiting;
    await terminal.flush();
    expect(screen.shown).toContain('held\n');
  });

  it('waits for no Ctrl/Q when the line is lost', async () => {
    open();
    keyboard.type('\x13');
    const waiting = terminal.writeLine('held');
    keyboard.emit('end');
    await waiting;
    await terminal.writeLine('and on');
    await terminal.flush();
    expect(screen.shown).toContain('held\nand on\n');
  });

  it('is thrown away from Ctrl/O to the next prompt', async () => {
    open();
    void terminal.writeLine('one');
    keyboard.type('\x0f');
    void terminal.writeLine('two');
    keyboard.type('\x0f');
    void terminal.writeLine('three');
    keyboard.type('\x0f');
    void terminal.writeLine('four');
    const reading = terminal.read({ prompt: '$ ' });
    keyboard.type('X\r');
    await reading;
    void terminal.writeLine('five');
    await terminal.flush();
    expect(screen.shown.replace(/\x1b\[\??\d*[a-z]/g, '')).toBe(
      'one\n Output off \n Output on \nthree\n Output off \n$ X\nfive\n',
    );
  });
});

describe('paste', () => {
  it('keeps control characters out and takes line ends as Return', async () => {
    await typed('\x1b[200~one\x03\x1a\x1b[2J\ntwo\r\nthree\x1b[201~\r').then((first) =>
      expect(first).toEqual({ kind: 'record', text: 'one[2J' }),
    );
    expect(await terminal.read()).toEqual({ kind: 'record', text: 'two' });
    expect(await terminal.read()).toEqual({ kind: 'record', text: 'three' });
  });
});

describe('the terminal is put back', () => {
  it('on close, and the second close does nothing', () => {
    open();
    expect(keyboard.raw).toBe(true);
    terminal.close();
    terminal.close();
    expect(keyboard.raw).toBe(false);
    expect(screen.shown.endsWith('\x1b[?2004l')).toBe(true);
  });
});

it('times out', async () => {
  open();
  expect(await terminal.read({ timeoutMs: 5 })).toEqual({ kind: 'timeout' });
});
