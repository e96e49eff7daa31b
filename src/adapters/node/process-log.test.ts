import { expect, test } from 'vitest';
import { condition, RMS } from '../../condition/index.ts';
import { processLog } from './process-log.ts';

test('a line that does not fit, or not whole, stops nothing; the next is a line of its own', () => {
  let space = 20;
  let written = '';
  const log = processLog('TEST', 'info', (bytes) => {
    if (space === 0) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
    const taken = Math.min(space, bytes.byteLength);
    space -= taken;
    written += Buffer.from(bytes).subarray(0, taken).toString();
    return taken;
  });
  log.error({}, 'torn');
  log.error({}, 'left out');
  space = 10_000;
  log.info({ entry: 7 }, 'after');
  log.info({}, 'last');
  const lines = written.trimEnd().split('\n');
  expect(lines).toHaveLength(3);
  expect(lines[0]).toHaveLength(20);
  expect(JSON.parse(lines[1]!)).toMatchObject({ process: 'TEST', entry: 7, msg: 'after' });
  expect(JSON.parse(lines[2]!)).toMatchObject({ msg: 'last' });
});

test('a bug has its stack, what was to be expected a reason', () => {
  const lines: string[] = [];
  const log = processLog(
    'TEST',
    'info',
    (bytes) => lines.push(Buffer.from(bytes).toString()) && bytes.length,
  );
  log.error({ err: new TypeError('x is undefined') }, 'bug');
  log.error({ err: condition(RMS.FUL), entry: 7 }, 'no space');
  const [bug, full] = lines.map((line) => JSON.parse(line));
  expect(bug.err.stack).toContain('process-log.test.ts');
  expect(full).toMatchObject({ entry: 7, reason: condition(RMS.FUL).message, msg: 'no space' });
  expect(lines[1]).not.toContain('stack');
});
