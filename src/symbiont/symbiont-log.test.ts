import { expect, test } from 'vitest';
import { createSymbiontLog } from './symbiont-log.ts';

test('a block within the level in force is one write, with its banner', () => {
  const written: string[] = [];
  const log = createSymbiontLog({
    writeLines: (lines) => void written.push(lines),
    level: () => 2,
    now: () => 0,
  });
  log.block(3, () => ['too much']);
  log.block(2, () => Array.from({ length: 10_000 }, (_, n) => `  <user${n}@far.example> Sent`));
  expect(written).toHaveLength(1);
  const [banner, ...lines] = written[0]!.split('\n');
  expect(banner).toMatch(/^%{12} {2}.* {2}%{12}$/);
  expect(lines).toHaveLength(10_000);
});

test('Log-Line-Numbers counts every line', () => {
  const written: string[] = [];
  const log = createSymbiontLog({
    writeLines: (lines) => void written.push(lines),
    level: () => 1,
    now: () => 0,
    isNumbered: () => true,
  });
  log.block(1, () => ['Sent.']);
  log.line('>>>QUIT');
  expect(written.join('\n').split('\n')).toEqual([
    expect.stringMatching(/^000001 %/),
    '000002 Sent.',
    '000003 >>>QUIT',
  ]);
});
