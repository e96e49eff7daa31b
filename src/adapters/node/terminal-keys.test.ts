import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyDecoder } from './terminal-keys.ts';

const names = (input: string): readonly string[] =>
  new KeyDecoder().decode(input).map((key) => (key.kind === 'named' ? key.name : key.kind));

describe('keys with names', () => {
  it.each([
    ['PF1 to PF4', '\x1bOP\x1bOQ\x1bOR\x1bOS', ['PF1', 'PF2', 'PF3', 'PF4']],
    [
      'the keypad in application mode',
      [...'pqrstuvwxynlmM'].map((final) => `\x1bO${final}`).join(''),
      [
        'KP0',
        'KP1',
        'KP2',
        'KP3',
        'KP4',
        'KP5',
        'KP6',
        'KP7',
        'KP8',
        'KP9',
        'PERIOD',
        'COMMA',
        'MINUS',
        'ENTER',
      ],
    ],
    ['the editing keys', '\x1b[1~\x1b[2~\x1b[3~\x1b[4~\x1b[5~\x1b[6~', ['E1', 'E2', 'E3', 'E4', 'E5', 'E6']],
    [
      'the upper row',
      '\x1b[17~\x1b[24~\x1b[26~\x1b[28~\x1b[29~\x1b[34~',
      ['F6', 'F12', 'F14', 'HELP', 'DO', 'F20'],
    ],
    ['with Shift', '\x1b[1;2P\x1b[1;2Q\x1b[15;2~\x1b[19;2~', ['F13', 'F14', 'F17', 'F20']],
    ['keypads with / * +', '\x1bOo\x1bOj\x1bOk', ['PF2', 'PF3', 'COMMA']],
    ['the console of Linux', '\x1b[[A\x1b[[D\x1b[[E', ['PF1', 'PF4']],
    ['what nobody knows is left out', '\x1b[99~\x1bOZ\x1b[1;5Qx', ['text']],
  ])('%s', (_name, input, want) => {
    expect(names(input)).toEqual(want);
  });
});

it('gives the same keys wherever the input is cut', () => {
  const piece = fc.constantFrom(
    '\x1bOP',
    '\x1b[11~',
    '\x1b[[B',
    '\x1b[1;2R',
    '\x1b[A',
    '\x1bOp',
    'a',
    '\r',
    '\x03',
    '\x1b[200~p\r\n\x1b[201~',
  );
  fc.assert(
    fc.property(fc.array(piece), fc.array(fc.nat({ max: 80 })), (pieces, cuts) => {
      const input = pieces.join('');
      const decoder = new KeyDecoder();
      const places = [0, ...cuts.filter((cut) => cut < input.length).sort((a, b) => a - b), input.length];
      const cut = places.slice(1).flatMap((end, index) => decoder.decode(input.slice(places[index], end)));
      expect(joined(cut)).toEqual(joined(new KeyDecoder().decode(input)));
    }),
  );
});

/** Text may come in several pieces. */
const joined = (keys: readonly unknown[]): string =>
  keys
    .map((key) => JSON.stringify(key))
    .join('')
    .replaceAll('"}{"kind":"text","text":"', '');
