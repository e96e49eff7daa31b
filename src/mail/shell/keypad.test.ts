import { describe, expect, it } from 'vitest';
import { parseCommand } from '../../command-definition/index.ts';
import { keypadPicture, mailKeypad } from './keypad.ts';
import { createMailTable } from './mail-table.ts';

const keypad = mailKeypad();
const keys = ['DEFAULT', 'GOLD'].flatMap((state) =>
  keypad.keysOf(state).map((key) => [state, key, keypad.get(state, key)!.text] as const),
);

describe('the keypad', () => {
  it.each(keys.filter(([, , text]) => text !== ''))(
    '%s %s types a command of MAIL: %s',
    (_state, _key, text) => {
      expect(['command', 'missingParameter']).toContain(parseCommand(text, createMailTable()).kind);
    },
  );
  it('is drawn with all of them, and fits on a screen', () => {
    const picture = keypadPicture();
    for (const [, , text] of keys) expect(picture.join('\n')).toContain(text);
    expect(Math.max(...picture.map((line) => line.length))).toBeLessThanOrEqual(78);
  });
});
