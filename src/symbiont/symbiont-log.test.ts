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

test('Symb-Snapshot-Blocks: the latest of the log, when something has gone wrong', () => {
  const written: string[] = [];
  let blocks = 1;
  const log = createSymbiontLog({
    writeLines: (lines) => void written.push(...lines.split('\n')),
    level: () => 1,
    now: () => 0,
    snapshotBlocks: () => blocks,
  });
  log.failed();
  expect(written.splice(0)).toEqual(['Snapshot buffer is empty']);
  for (let n = 0; n < 100; n++) log.line(`>>>line ${String(n).padStart(92, '.')}`);
  expect(written).toEqual([]);
  log.failed();
  expect(written.splice(0)).toEqual([
    'Dump of log snapshot buffer follows',
    // Five of 100 bytes are a block.
    ...[95, 96, 97, 98, 99].map((n) => `>>>line ${String(n).padStart(92, '.')}`),
    'End Dump of log snapshot buffer',
  ]);
  log.failed();
  expect(written.splice(0)).toEqual(['Snapshot buffer is empty']);
  log.line('x'.repeat(2_000));
  log.failed();
  expect(written.splice(0)).toHaveLength(3);
  blocks = 0;
  log.line('as it comes');
  log.failed();
  expect(written).toEqual(['as it comes']);
});
