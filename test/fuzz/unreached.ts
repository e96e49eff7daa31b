/** Which lines of the code meant the kept inputs, and some that are made, do not reach: `--unreached PATTERN`. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Coverage } from './coverage.ts';

/**
 * @param work  what is to reach them
 * @param pattern  of the files meant
 * @returns `src/imap/fetch/section.ts: 3, 10-12`, those with the most first
 */
export async function unreached(work: () => Promise<void>, pattern: RegExp): Promise<readonly string[]> {
  await using coverage = await Coverage.start();
  await work();
  const found: { readonly text: string; readonly count: number }[] = [];
  for (const { url, gaps } of await coverage.gaps()) {
    const [path] = /src\/.*/.exec(url) ?? [];
    if (path === undefined || !pattern.test(path)) continue;
    const lines = linesOf(readFileSync(fileURLToPath(url), 'utf8'), gaps);
    if (lines.length > 0) found.push({ text: `${path}: ${lines.join(', ')}`, count: lines.length });
  }
  return found.sort((one, other) => other.count - one.count).map(({ text }) => text);
}

function linesOf(source: string, gaps: readonly (readonly [number, number])[]): readonly string[] {
  const lineAt = (offset: number): number => source.slice(0, offset).split('\n').length;
  return gaps
    .filter(([start, end]) => /\w/.test(source.slice(start, end)))
    .map(([start, end]) => {
      const [first, last] = [lineAt(start), lineAt(end)];
      return first === last ? `${first}` : `${first}-${last}`;
    });
}
