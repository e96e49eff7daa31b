import { expect, test } from 'vitest';
import { createOpcom } from '../../operator/opcom.ts';
import type { Terminal } from '../../ports/session-io.ts';
import { RegisteredTerminal } from './registered-terminal.ts';

const opcom = () =>
  createOpcom({
    log: { append() {}, version: 1, beginVersion() {} },
    clock: { now: () => 0 } as never,
    nodeName: 'HEARTS',
  });

function terminal(): { readonly terminal: Terminal; readonly shown: string[] } {
  const shown: string[] = [];
  const fake = { deviceName: 'FTA1:', broadcast: (text: string) => void shown.push(text) };
  return { terminal: fake as unknown as Terminal, shown };
}

test.each([
  [[], 'MAIL GENERAL'],
  [['NOMAIL'], 'GENERAL'],
  [['NONE'], ''],
  [['NONE', 'MAIL'], 'MAIL'],
  [['NOMAIL', 'ALL'], 'MAIL GENERAL'],
  [['NOMAIL', 'NOGENERAL', 'GENERAL'], 'GENERAL'],
])('SET BROADCAST=%j lets through: %s', async (keywords, expected) => {
  const node = opcom();
  const { terminal: fake, shown } = terminal();
  const registered = new RegisteredTerminal(fake, 'SMITH');
  await registered.register(node);
  registered.setBroadcast(keywords);
  node.broadcast('SMITH', 'MAIL', 'MAIL');
  node.broadcast('SMITH', 'GENERAL', 'GENERAL');
  expect(shown.join(' ')).toBe(expected);
});

test('what was set counts with a node that is registered with later, one after the other', async () => {
  const { terminal: fake, shown } = terminal();
  const registered = new RegisteredTerminal(fake, 'SMITH');
  registered.setBroadcast(['NOMAIL']);
  for (const node of [opcom(), opcom()]) {
    await registered.register(node);
    expect(node.terminals).toEqual([{ name: '_FTA1:', userName: 'SMITH' }]);
    node.broadcast('SMITH', 'MAIL', 'unheard');
    node.broadcast('*', 'GENERAL', 'heard');
  }
  expect(shown).toEqual(['heard', 'heard']);
});

test('a terminal that was closed hears nothing', async () => {
  const node = opcom();
  const { terminal: fake, shown } = terminal();
  const registered = new RegisteredTerminal(fake, 'SMITH');
  await registered.register(node);
  await registered.close();
  node.broadcast('SMITH', 'MAIL', 'late');
  expect(shown).toEqual([]);
  expect(node.terminals).toEqual([]);
});
