import { expect, it } from 'vitest';
import {
  ordinaryProtection,
  parseProtection,
  protectionCode,
  protectionColumn,
  protectionField,
  protectionItem,
  protectionLine,
} from './protection-code.ts';

it.each([
  [['S:RWED', 'O:DEWR', 'GROUP=RE', 'W'], { system: 'RWED', owner: 'RWED', group: 'RE', world: '' }],
  [['world:r'], { world: 'R' }],
  [['SYST'], { system: '' }],
])('%s', (elements, want) => {
  expect(parseProtection(elements)).toEqual(want);
});

it.each([[['X:R']], [['S:RX']], [['']], [['S:R:W']], [['SYSTEMS:R']]])('refuses %s', (elements) => {
  expect(parseProtection(elements)).toBeUndefined();
});

it('is written in the ways of its readers', () => {
  expect(protectionItem(ordinaryProtection)).toBe('SYSTEM=RWED, OWNER=RWED, GROUP=RE, WORLD=');
  expect(protectionLine(ordinaryProtection)).toBe('SYSTEM=RWED, OWNER=RWED, GROUP=RE, WORLD=NO ACCESS');
  expect(protectionField(ordinaryProtection)).toBe('System:RWED, Owner:RWED, Group:RE, World:');
  expect(protectionColumn(ordinaryProtection)).toBe('(RWED,RWED,RE,)');
  expect(protectionCode(ordinaryProtection)).toBe('(S:RWED,O:RWED,G:RE,W)');
});
