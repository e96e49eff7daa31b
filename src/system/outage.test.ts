import { expect, test } from 'vitest';
import { manualClock } from '../adapters/memory/manual-clock.ts';
import { condition, RMS } from '../condition/index.ts';
import { silentLog } from '../ports/log.ts';
import { Outage } from './outage.ts';

function rig() {
  const clock = manualClock(0);
  const lines: string[] = [];
  const note = (level: string) => (fields: object, message: string) =>
    void lines.push(`${level} ${message} ${Object.keys(fields).join()}`.trim());
  const outage = new Outage(
    { clock, log: { ...silentLog, info: note('info'), warn: note('warn'), error: note('error') } },
    { begins: 'full', ends: 'space again' },
    { begins: () => lines.push('operators: full'), ends: () => lines.push('operators: space again') },
  );
  return { clock, lines, outage };
}

test('it is said once when it begins, and once when it is over', () => {
  const { clock, lines, outage } = rig();
  outage.worked();
  for (let n = 0; n < 100; n += 1) outage.failed(condition(RMS.FUL));
  expect(lines).toEqual(['warn full reason', 'operators: full']);
  outage.worked();
  outage.worked();
  clock.advance(10_000);
  expect(lines.slice(2)).toEqual(['info space again', 'operators: space again']);
  outage.failed(condition(RMS.FUL));
  expect(lines.slice(4)).toEqual(['warn full reason', 'operators: full']);
});

test('what works now and then is not over', () => {
  const { clock, lines, outage } = rig();
  for (let n = 0; n < 100; n += 1) {
    outage.failed(condition(RMS.FUL));
    outage.worked();
    clock.advance(1_000);
  }
  expect(lines).toEqual(['warn full reason', 'operators: full']);
});

test('another reason is said too, and every bug', () => {
  const { lines, outage } = rig();
  outage.failed(condition(RMS.FUL));
  outage.failed(condition(RMS.PRV));
  outage.failed(new Error('x is undefined'));
  outage.failed(new Error('x is undefined'));
  expect(lines).toEqual([
    'warn full reason',
    'operators: full',
    'warn full reason',
    'error full err',
    'error full err',
  ]);
});
