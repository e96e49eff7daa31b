import { openSync } from 'node:fs';
import { expect, it } from 'vitest';
import { hostErrorText } from './host-error-text.ts';

it.each([
  ['/nowhere/at/all', 'there is no /nowhere/at/all'],
  ['/etc/passwd/x', 'there is no directory for /etc/passwd/x'],
])('opening %j: %s', (path, text) => {
  expect.assertions(1);
  try {
    openSync(path, 'r');
  } catch (error) {
    expect(hostErrorText(error)).toBe(text);
  }
});
it("keeps an error's own words", () => expect(hostErrorText(new Error('it is broken'))).toBe('it is broken'));
it('says no call names', () =>
  expect(hostErrorText(Object.assign(new Error('x'), { code: 'EWHAT', syscall: 'frob' }))).toBe(
    'system error EWHAT at frob',
  ));
