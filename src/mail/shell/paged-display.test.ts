import { describe, expect, it } from 'vitest';
import type { SessionOutput } from '../../ports/session-io.ts';
import { type DisplayLine, PagedDisplay } from './paged-display.ts';

function screen(isTerminal: boolean): SessionOutput & { readonly shown: string[] } {
  const shown: string[] = [];
  return {
    isTerminal,
    columns: 10,
    rows: 8,
    shown,
    writeLine: (text) => void shown.push(text),
    writeRaw: (text) => void shown.push(JSON.stringify(text)),
  };
}

async function* from(lines: readonly DisplayLine[]): AsyncGenerator<DisplayLine> {
  yield* lines;
}

/** Pages, each as the lines it showed. */
async function pages(lines: readonly DisplayLine[], isTerminal = true, heading = ['#']): Promise<string[][]> {
  const output = screen(isTerminal);
  const display = new PagedDisplay(
    { heading, lines: from(lines), clearsScreen: false, reservedRows: 5 },
    output,
  );
  const all: string[][] = [];
  for (let more = true; more; ) {
    more = await display.showPage();
    all.push(output.shown.splice(0));
  }
  return all;
}
const MORE = ['', 'Press RETURN for more...'];

describe('pages', () => {
  it('stay on a screen that is narrower than their heading', async () => {
    const wide = '#1      MAIL';
    expect(await pages(['1', '2', '3', '4'], true, [wide])).toEqual([
      [wide, '1', '2', ...MORE],
      [wide, '3', '4'],
    ]);
  });
  it.each([
    ['nothing', [], [['#']]],
    ['a full page is the last', ['1', '2', '3'], [['#', '1', '2', '3']]],
    [
      'one line more',
      ['1', '2', '3', '4'],
      [
        ['#', '1', '2', '3', ...MORE],
        ['#', '4'],
      ],
    ],
    [
      'a wrapped line counts its rows',
      ['x'.repeat(25), 'y'],
      [
        ['#', 'x'.repeat(25), ...MORE],
        ['#', 'y'],
      ],
    ],
    [
      'lines that stay together',
      [['a', 'b'], ['c', 'd'], 'e', ['f', 'g', 'h', 'i']],
      [
        ['#', 'a', 'b', ...MORE],
        ['#', 'c', 'd', 'e', ...MORE],
        ['#', 'f', 'g', 'h', 'i'],
      ],
    ],
    [
      'a form feed begins a page',
      ['1\f2', '\f', '3'],
      [
        ['#', '1', ...MORE],
        ['#', '2', ...MORE],
        ['#', '3'],
      ],
    ],
    [
      'a line longer than the screen',
      ['x'.repeat(55)],
      [
        ['#', 'x'.repeat(10), 'x'.repeat(10), 'x'.repeat(10), ...MORE],
        ['#', 'x'.repeat(10), 'x'.repeat(10), 'xxxxx'],
      ],
    ],
    [
      'no empty page where a line is longer than what is left',
      ['\f', 'x'.repeat(35), '\f\f', 'y'],
      [
        ['#', 'x'.repeat(35), ...MORE],
        ['#', 'y'],
      ],
    ],
  ])('%s', async (_name, lines, want) => expect(await pages(lines)).toEqual(want));

  it('are not for pipes', async () => {
    expect(await pages(['1', '2\f3', '4', 'x'.repeat(50)], false)).toEqual([
      ['#', '1', '2', '3', '4', 'x'.repeat(50)],
    ]);
  });
});

it('stops when it is interrupted, and lets go of the text', async () => {
  let released = false;
  async function* endless(): AsyncGenerator<string> {
    try {
      for (;;) yield 'line';
    } finally {
      released = true;
    }
  }
  const controller = new AbortController();
  const output = screen(false);
  const display = new PagedDisplay(
    { heading: [], lines: endless(), clearsScreen: false, reservedRows: 5 },
    {
      ...output,
      writeLine: (text) => {
        output.shown.push(text);
        if (output.shown.length === 5) controller.abort();
      },
    },
  );
  expect(await display.showPage(controller.signal)).toBe(false);
  expect(output.shown).toHaveLength(5);
  expect(released).toBe(true);
});
