import { expect, test, vi } from 'vitest';
import type { Log } from '../../ports/log.ts';
import { lazyLog } from './lazy-log.ts';

function recording(): { readonly log: Log; readonly lines: string[] } {
  const lines: string[] = [];
  const at = (level: string) => (_: unknown, message: string) => void lines.push(`${level} ${message}`);
  return { lines, log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') } };
}

test('is opened by the first line worth writing, once, and keeps their order', async () => {
  const { log, lines } = recording();
  const open = vi.fn(async () => log);
  const lazy = lazyLog(open, 'warn');
  lazy.debug({}, 'dropped');
  lazy.info({}, 'dropped');
  expect(open).not.toHaveBeenCalled();
  lazy.warn({}, 'one');
  lazy.error({}, 'two');
  lazy.info({}, 'dropped');
  await vi.waitFor(() => expect(lines).toEqual(['warn one', 'error two']));
  expect(open).toHaveBeenCalledTimes(1);
});

test('one that cannot be opened stops nothing', async () => {
  const lazy = lazyLog(() => Promise.reject(new Error('no log')), 'warn');
  expect(() => lazy.error({}, 'lost')).not.toThrow();
  await new Promise((resolve) => setImmediate(resolve));
});
