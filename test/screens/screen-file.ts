/**
 * Screens kept as files: what a person sees on a terminal of a size, compared to the letter. `SCREENS=rewrite` writes them;
 * read what it wrote. Moments are those of the run, and shown as one: a screen is the same tomorrow.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Size } from '../support/tmux.ts';

const isRewriting = process.env['SCREENS'] === 'rewrite';

/** As wide as what stood there. */
const MOMENT = ' 8-OCT-2026 12:00:00.00';

export function expectScreen(name: string, { columns, rows }: Size, lines: readonly string[]): void {
  const directory = join(import.meta.dirname, `${columns}x${rows}`);
  const file = join(directory, `${name}.txt`);
  const text = `${lines.map(timeless).join('\n')}\n`;
  if (isRewriting) {
    mkdirSync(directory, { recursive: true });
    writeFileSync(file, text);
    return;
  }
  expect(existsSync(file), `${file} is not there: SCREENS=rewrite writes it`).toBe(true);
  expect(text).toBe(readFileSync(file, 'utf8'));
}

const timeless = (line: string): string =>
  line
    .replace(/[ \d]\d-[A-Z]{3}-\d{4} \d\d:\d\d:\d\d\.\d\d/g, MOMENT)
    .replace(/[ \d]\d-[A-Z]{3}-\d{4}/g, MOMENT.slice(0, 11))
    .trimEnd();
