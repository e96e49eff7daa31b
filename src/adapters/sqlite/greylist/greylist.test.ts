import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openGreylist } from './index.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const rules = { delayMs: 5 * MINUTE };
let directory: string;
let list: ReturnType<typeof openGreylist>;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'greylist-'));
  list = openGreylist(join(directory, 'TCPIP$GREYLIST.DAT'));
});
afterEach(() => {
  list.close();
  rmSync(directory, { recursive: true });
});
const ask = (now: number, network = '192.0.2', from = 'a@b.example', to = 'c@d.example'): number =>
  list.waitMs(network, from, to, now, rules);

it('who comes for the first time, too early, or from elsewhere waits', () => {
  expect(ask(0)).toBe(5 * MINUTE);
  expect(ask(2 * MINUTE)).toBe(3 * MINUTE);
  expect(ask(6 * MINUTE, '198.51.100')).toBe(5 * MINUTE);
  expect(ask(6 * MINUTE, '192.0.2', 'other@b.example')).toBe(5 * MINUTE);
  expect(ask(6 * MINUTE, '192.0.2', 'a@b.example', 'other@d.example')).toBe(5 * MINUTE);
});
it('who comes again is welcome, and so is all from there', () => {
  ask(0);
  expect(ask(5 * MINUTE)).toBe(0);
  expect(ask(5 * MINUTE, '192.0.2', 'other@b.example', 'x@d.example')).toBe(0);
});
it('who comes again in days is a stranger', () => {
  ask(0);
  expect(ask(3 * DAY)).toBe(5 * MINUTE);
});
it('who is known stays known as long as he comes now and then', () => {
  ask(0);
  ask(5 * MINUTE);
  for (let day = 30; day <= 300; day += 30) expect(ask(day * DAY)).toBe(0);
  expect(ask(340 * DAY)).toBe(5 * MINUTE);
});
it('the clock set back makes nobody wait for ever', () => {
  ask(100 * DAY);
  expect(ask(0)).toBe(5 * MINUTE);
  expect(ask(5 * MINUTE)).toBe(0);
});
it('it outlives a restart, and is the same for all processes', () => {
  ask(0);
  const other = openGreylist(join(directory, 'TCPIP$GREYLIST.DAT'));
  expect(other.waitMs('192.0.2', 'A@B.example', 'c@d.example', 5 * MINUTE, rules)).toBe(0);
  other.close();
  list.close();
  list = openGreylist(join(directory, 'TCPIP$GREYLIST.DAT'));
  expect(ask(6 * MINUTE)).toBe(0);
});
