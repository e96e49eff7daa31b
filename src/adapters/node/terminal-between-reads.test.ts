/** What is typed, written and told while nobody reads. */
import { afterEach, describe, expect, it } from 'vitest';
import type { NodeTerminal } from './terminal.ts';
import { type FakeKeyboard, type FakeScreen, openFakeTerminal } from './testing/fake-terminal.ts';

let keyboard: FakeKeyboard;
let screen: FakeScreen;
let terminal: NodeTerminal;
const open = (): void => {
  ({ keyboard, screen, terminal } = openFakeTerminal());
};
afterEach(() => terminal.close());

describe('between reads', () => {
  it('keeps what is typed ahead', async () => {
    open();
    keyboard.type('ONE\rTWO\r');
    expect(await terminal.read()).toEqual({ kind: 'record', text: 'ONE' });
    expect(await terminal.read()).toEqual({ kind: 'record', text: 'TWO' });
  });

  it('reads what was typed while the driver still made LF of RETURN', async () => {
    open();
    keyboard.type('SHOW TIME\nDIRECTORY\n');
    expect(await terminal.read()).toEqual({ kind: 'record', text: 'SHOW TIME' });
    expect(await terminal.read()).toEqual({ kind: 'record', text: 'DIRECTORY' });
    const reading = terminal.read();
    keyboard.type('READ MAIL\x0a4\r');
    expect(await reading).toEqual({ kind: 'record', text: 'READ 4' });
  });

  it('reads so what was typed while another program had the terminal', async () => {
    open();
    keyboard.type('EDIT\r');
    await terminal.read();
    await terminal.lend(async () => undefined);
    keyboard.type('SHOW TIME\n');
    expect(await terminal.read()).toEqual({ kind: 'record', text: 'SHOW TIME' });
  });

  it('tells of Ctrl/C and purges the type-ahead', async () => {
    open();
    const keys: string[] = [];
    terminal.onControlKey((key) => void keys.push(key));
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
    expect(screen.shown).toContain('\x07\nNew mail from JONES.[2J\n\r\x1b[JMAIL> REA');
  });
});
