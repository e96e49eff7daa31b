/** A terminal whose keys a test presses, and whose screen it reads. */
import { EventEmitter } from 'node:events';
import { Writable } from 'node:stream';
import { type NodeTerminal, openTerminal, type TerminalInput, type TerminalStream } from '../terminal.ts';

export class FakeKeyboard extends EventEmitter {
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

export class FakeScreen extends Writable {
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

export interface FakeTerminal {
  readonly keyboard: FakeKeyboard;
  readonly screen: FakeScreen;
  readonly terminal: NodeTerminal;
}

export function openFakeTerminal(options: { insert?: boolean } = {}): FakeTerminal {
  const keyboard = new FakeKeyboard();
  const screen = new FakeScreen();
  const terminal = openTerminal({
    input: keyboard as unknown as TerminalInput,
    output: screen as unknown as TerminalStream,
    deviceName: 'FTA1:',
    ...options,
  });
  return { keyboard, screen, terminal };
}
