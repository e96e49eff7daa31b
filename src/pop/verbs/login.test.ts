import { expect, it } from 'vitest';
import { silentLog } from '../../ports/log.ts';
import type { Session } from '../session.ts';
import { loginVerbs } from './login.ts';

it('QUIT ends the connection, although messages cannot be deleted', async () => {
  const maildrop = {
    update: async () => {
      throw new Error('the device is full');
    },
  };
  const session = { dependencies: { hostName: 'vax1.example', log: silentLog }, maildrop };
  const answer = await loginVerbs.QUIT.obey(session as unknown as Session, [], {
    ask: async () => undefined,
  });
  expect(answer).toMatchObject({ isOk: false, code: 'SYS/TEMP', next: 'close' });
});
