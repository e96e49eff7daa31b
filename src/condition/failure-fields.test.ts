import { expect, test } from 'vitest';
import { condition } from './condition.ts';
import { failureFields } from './failure-fields.ts';
import { RMS, SYSTEM } from './system-messages.ts';

const refused = (code: string, message: string): Error => Object.assign(new Error(message), { code });

test.each([
  [
    'a condition, what is behind it and its cause',
    Object.assign(condition(RMS.FUL).with(condition(SYSTEM.ABORT)), {
      cause: refused('ENOSPC', 'no space left on device'),
    }),
    '%RMS-F-FUL, device full (insufficient space for allocation); abort; no space left on device',
  ],
  ['the operating system', refused('EACCES', 'permission denied'), 'EACCES: permission denied'],
  ['the database', refused('SQLITE_IOERR_READ', 'disk I/O error'), 'SQLITE_IOERR_READ: disk I/O error'],
])('no stack: %s', (_, error, reason) => expect(failureFields(error)).toEqual({ reason }));

test.each([
  ['an ordinary error', new Error('x is undefined')],
  ["Node's own", refused('ERR_INVALID_ARG_TYPE', 'must be a string')],
  ['no error at all', undefined],
  ['text', 'gone wrong'],
])('a bug keeps its stack: %s', (_, error) => expect(failureFields(error)).toEqual({ err: error }));
