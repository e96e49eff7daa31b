import { EventEmitter } from 'node:events';
import { Writable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { type NodeTerminal, openTerminal, type TerminalInput, type TerminalStream } from './terminal.ts';

class FakeKeyboard extends EventEmitter {
  raw = false;
  setRawMode(raw: boolean): this {
    this.raw = raw;
    return this;
  }
  pause(): this {
    return this;
  }
  resume(): this {
    return this;
  }
  type(text: string): void {
    this.emit('data', Buffer.from(text));
  }
}

class FakeScreen extends Writable {
  columns = 80;
  rows = 24;
  shown = '';
  writes = 0;
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.shown += chunk.toString();
    this.writes += 1;
    done();
  }
}

let keyboard: FakeKeyboard;
let screen: FakeScreen;
let terminal: NodeTerminal;
const open = (options: { insert?: boolean } = {}): void => {
  keyboard = new FakeKeyboard();
  screen = new FakeScreen();
  terminal = openTerminal({
    input: keyboard as unknown as TerminalInput,
    output: screen as unknown as TerminalStream,
    deviceName: 'FTA1:',
    ...options,
  });
};
/** Types while a read waits. */
async function typed(keys: string, options: { insert?: boolean } = {}): Promise<unknown> {
  open(options);
  const reading = terminal.read({ prompt: '\nMAIL> ', history: 'command' });
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

describe('paste', () => {
  it('keeps control characters out and takes line ends as Return', async () => {
    await typed('\x1b[200~one\x03\x1a\x1b[2J\ntwo\r\nthree\x1b[201~\r').then((first) =>
      expect(first).toEqual({ kind: 'record', text: 'one[2J' }),
    );
    expect(await terminal.read()).toEqual({ kind: 'record', text: 'two' });
    expect(await terminal.read()).toEqual({ kind: 'record', text: 'three' });
  });
});

describe('between reads', () => {
  it('keeps what is typed ahead', async () => {
    open();
    keyboard.type('ONE\rTWO\r');
    expect(await terminal.read()).toEqual({ kind: 'record', text: 'ONE' });
    expect(await terminal.read()).toEqual({ kind: 'record', text: 'TWO' });
  });

  it('tells of Ctrl/C and purges the type-ahead', async () => {
    open();
    const keys: string[] = [];
    terminal.onControlKey((key) => keys.push(key));
    keyboard.type('typed ahead\r\x03');
    expect(keys).toEqual(['C']);
    const reading = terminal.read();
    keyboard.type('after\r');
    expect(await reading).toEqual({ kind: 'record', text: 'after' });
  });

  it('writes a turn of lines in one write', async () => {
    open();
    await terminal.flush();
    const before = screen.writes;
    for (let line = 0; line < 100; line += 1) void terminal.writeLine(`line ${line}`);
    await terminal.flush();
    expect(screen.writes - before).toBe(1);
  });

  it('shows a broadcast, harmless, and the line again', async () => {
    open();
    const reading = terminal.read({ prompt: 'MAIL> ' });
    keyboard.type('REA');
    terminal.broadcast('New mail from JONES\x1b[2J');
    keyboard.type('D\r');
    expect(await reading).toEqual({ kind: 'record', text: 'READ' });
    await terminal.flush();
    expect(screen.shown).toContain('\x07\nNew mail from JONES[2J\n\r\x1b[JMAIL> REA');
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
