/** Printers that are programs of this machine: real ones. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '../../ports/log.ts';
import type { Printer } from '../../ports/printer.ts';
import { printerOf } from '../../system/printer-definitions.ts';
import { openPrinterCommand } from './printer-command.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vmsmail-printer-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const open = async (program: string, ...words: string[]): Promise<Printer> =>
  (await openPrinterCommand({ program, arguments: words }, silentLog))!;

test('the text is its standard input, and its arguments are words no shell has seen', async () => {
  const file = join(directory, '$(touch x) ; `id` *');
  const printer = await open('/usr/bin/tee', file);
  await printer.write('first\n');
  await printer.write('x'.repeat(300_000));
  await printer.close();
  expect(readFileSync(file, 'utf8')).toBe(`first\n${'x'.repeat(300_000)}`);
});

test('it is told nothing of the environment of the node', async () => {
  process.env['VMSMAIL_SECRET'] = 'secret';
  const file = join(directory, 'env');
  const printer = await open('/bin/sh', '-c', `env > ${file}`);
  await printer.close();
  delete process.env['VMSMAIL_SECRET'];
  expect(readFileSync(file, 'utf8')).not.toContain('secret');
});

test('one that fails fails the job; one that is not there, or no program, is not opened', async () => {
  await expect((await open('/bin/false')).close()).rejects.toMatchObject({ ident: 'ABORT' });
  expect(await open(join(directory, 'nothing'))).toBeUndefined();
  expect(await open(directory)).toBeUndefined();
});

test('one that does not read to the end, and ends well, has printed', async () => {
  const printer = await open('/bin/true');
  await printer.write('x'.repeat(1_000_000));
  await printer.write('more');
  await printer.close();
});

test('one that takes its time is ended', async () => {
  const printer = await open('/bin/sleep', '600');
  const began = Date.now();
  await printer.cancel();
  expect(Date.now() - began).toBeLessThan(4_000);
});

test('one that leaves a program behind which holds its streams has ended all the same', async () => {
  const script = 'sleep 20 & echo trouble >&2; cat > /dev/null';
  for (const end of ['close', 'cancel'] as const) {
    const printer = await open('/bin/sh', '-c', script);
    const began = Date.now();
    await printer[end]();
    expect(Date.now() - began).toBeLessThan(10_000);
  }
}, 60_000);

test('what the manager says of a device', () => {
  const lines = [
    '! LPA0 "/bin/no"',
    'LPA0 "/usr/bin/lp" "-d" "two words"',
    'lpa1: DKA0:[LISTINGS]',
    'LPA2 lp -d laser',
    'LPA3 "lp"',
    'LPA4 "/bin/lp" ; "/bin/rm"',
    'LPA5 "/bin/old"',
    'LPA5 "/bin/new"',
  ];
  const of = (device: string) => printerOf(device, lines);
  expect(of('LPA0:')).toEqual({
    kind: 'command',
    command: { program: '/usr/bin/lp', arguments: ['-d', 'two words'] },
  });
  expect(of('LPA1')).toEqual({ kind: 'directory', directory: 'DKA0:[LISTINGS]' });
  for (const device of ['LPA2', 'LPA3', 'LPA4']) expect(of(device).kind).toBe('mistake');
  expect(of('lpa5')).toMatchObject({ command: { program: '/bin/new' } });
  expect(of('LPA')).toEqual({ kind: 'directory', directory: 'DKA0:[SYSPRINT]' });
});
