import { beforeEach, expect, test } from 'vitest';
import { manualClock } from '../adapters/memory/manual-clock.ts';
import { createMemorySystemStore } from '../adapters/memory/system-store.ts';
import type { Account, SystemStore } from '../ports/system-store.ts';
import { newAccount } from './accounts.ts';
import { type LoginPeer, openLoginDoor } from './login-door.ts';
import {
  activateLoginParameters,
  loginParameters,
  readLoginParameters,
  writeLoginParameters,
} from './login-parameters.ts';
import { hashPassword } from './passwords.ts';

const smith = newAccount('SMITH', { group: 1, member: 1 }, {});
const hash = await hashPassword('SECRET');
const START = new Date(2025, 5, 4, 9, 5, 7, 128).getTime();

let store: SystemStore;
let clock: ReturnType<typeof manualClock>;
let alarms: string[];

beforeEach(async () => {
  store = createMemorySystemStore();
  clock = manualClock(START);
  alarms = [];
  await store.putAccount({ ...smith, passwordHash: hash });
});

const peer: LoginPeer = {
  source: { kind: 'network', address: '192.0.2.7' },
  mode: 'NETWORK',
  processName: 'TCPIP$SMTP_1',
  pid: '0000012F',
};

const door = (changes: Partial<LoginPeer> = {}) =>
  openLoginDoor(
    {
      systemStore: store,
      clock,
      nodeName: 'HEARTS',
      random: () => 0,
      opcom: { operatorMessage: (to, from, text) => alarms.push(`${to} ${from}\n${text}`) },
    },
    { ...peer, ...changes },
  );
const isIn = async (userName: string, password: string, changes: Partial<LoginPeer> = {}) =>
  (await door(changes).attempt(userName, password)).kind === 'in';

test('the right password, whatever its case; the account comes with it', async () => {
  const result = await door().attempt('smith', 'secret');
  expect(result).toMatchObject({ kind: 'in', account: { userName: 'SMITH' } });
  expect(alarms).toEqual([]);
  expect(await store.intrusions()).toEqual([]);
});

test('what SYSGEN has written counts with the next attempt', async () => {
  await writeLoginParameters(store, 'ACTIVE', { ...loginParameters, LGI_BRK_LIM: 2, LGI_RETRY_LIM: 1 });
  expect(await door().attempt('SMITH', 'A')).toEqual({ kind: 'refused', isOver: true });
  expect(await isIn('SMITH', 'B')).toBe(false);
  expect(await isIn('SMITH', 'SECRET')).toBe(false);
  expect(alarms.map((each) => /breakin/.test(each))).toEqual([false, true]);
});

test('LGI_BRK_DISUSER closes the account that somebody tried to break into, and no other', async () => {
  const parameters = { ...loginParameters, LGI_BRK_LIM: 3 };
  await store.putAccount({ ...newAccount('JONES', { group: 1, member: 2 }, {}), passwordHash: hash });
  await writeLoginParameters(store, 'ACTIVE', parameters);
  for (let n = 0; n < 3; n += 1) await isIn('SMITH', `GUESS${n}`);
  expect((await store.account('SMITH'))?.flags).not.toContain('DISUSER');

  await writeLoginParameters(store, 'ACTIVE', { ...parameters, LGI_BRK_DISUSER: 1 });
  const source = { kind: 'network', address: '198.51.100.9' } as const;
  for (let n = 0; n < 3; n += 1) await isIn('JONES', `GUESS${n}`, { source });
  expect((await store.account('JONES'))?.flags).toContain('DISUSER');
  // From anywhere, for as long as the manager leaves it so.
  clock.advance(86_400_000);
  expect(await isIn('JONES', 'SECRET')).toBe(false);
  // Many users from one host: the host is an intruder, nobody's account is closed.
  const other = { source: { kind: 'network', address: '203.0.113.5' } as const };
  for (const user of ['A', 'B', 'SMITH']) await isIn(user, 'GUESS', other);
  expect((await store.account('SMITH'))?.flags).not.toContain('DISUSER');
});

test('CURRENT becomes ACTIVE when the node starts', async () => {
  await writeLoginParameters(store, 'CURRENT', { ...loginParameters, LGI_HID_TIM: 600 });
  expect((await readLoginParameters(store)).LGI_HID_TIM).toBe(300);
  await activateLoginParameters(store);
  expect((await readLoginParameters(store)).LGI_HID_TIM).toBe(600);
  await writeLoginParameters(store, 'ACTIVE', { ...loginParameters, LGI_HID_TIM: 900 });
  await activateLoginParameters(store);
  expect((await readLoginParameters(store)).LGI_HID_TIM).toBe(600);
});

test('an alarm for each failure, a break-in for the fifth, none while the source is evaded', async () => {
  for (let n = 0; n < 8; n += 1) expect(await isIn('SMITH', `GUESS${n}`)).toBe(false);
  expect(alarms).toHaveLength(5);
  expect(alarms[0]).toBe(
    [
      'SECURITY AUDIT$SERVER',
      'Security alarm (SECURITY) on HEARTS, system id: 0',
      'Auditable event:          Network login failure',
      'Event time:                4-JUN-2025 09:05:07.12',
      'PID:                      0000012F',
      'Process name:             TCPIP$SMTP_1',
      'Username:                 SMITH',
      'Remote node fullname:     192.0.2.7',
      'Status:                   %LOGIN-F-INVPWD, invalid password',
    ].join('\n'),
  );
  expect(alarms[4]).toContain('Network breakin detection');
  expect(alarms.join()).not.toContain('GUESS');
  // Five were looked at; the account shows them until the next login.
  expect((await store.account('SMITH'))?.loginFailures).toBe(5);
  expect(await isIn('SMITH', 'SECRET')).toBe(false);
  expect(await isIn('SMITH', 'SECRET', { source: { kind: 'network', address: '192.0.2.8' } })).toBe(true);
  clock.advance(300_000);
  expect(await isIn('SMITH', 'SECRET')).toBe(true);
});

test('a login is noted once a minute, and at once after failures', async () => {
  const last = async () => (await store.account('SMITH'))?.lastNonInteractive;
  await isIn('SMITH', 'SECRET');
  expect(await last()).toBe(START);
  clock.advance(59_000);
  await isIn('SMITH', 'SECRET');
  expect(await last()).toBe(START);
  await isIn('SMITH', 'WRONG');
  await isIn('SMITH', 'SECRET');
  expect(await store.account('SMITH')).toMatchObject({ lastNonInteractive: START + 59_000 });
  expect((await store.account('SMITH'))?.loginFailures).toBeUndefined();
  clock.advance(60_000);
  await isIn('SMITH', 'SECRET');
  expect(await last()).toBe(START + 119_000);
});

test('who is in already is not logged in again by giving his password', async () => {
  const { mode, ...without } = peer;
  const one = openLoginDoor(
    { systemStore: store, clock, nodeName: 'HEARTS', opcom: { operatorMessage() {} } },
    without,
  );
  expect(mode).toBe('NETWORK');
  expect((await one.attempt('SMITH', 'SECRET')).kind).toBe('in');
  expect((await store.account('SMITH'))?.lastNonInteractive).toBeUndefined();
});

test('what was typed as the name of nobody is not shown', async () => {
  expect(await isIn('MY SECRET PASSWORD', 'x')).toBe(false);
  expect(alarms[0]).toContain('Username:                 <login>');
  expect(alarms[0]).toContain('%LOGIN-F-NOSUCHUSER');
  expect(alarms[0]).not.toContain('MY SECRET');
});

test('the third failure of a connection is the last', async () => {
  const one = door();
  const over = [];
  for (let n = 0; n < 3; n += 1) over.push(await one.attempt('SMITH', 'WRONG'));
  expect(over).toEqual([
    { kind: 'refused', isOver: false },
    { kind: 'refused', isOver: false },
    { kind: 'refused', isOver: true },
  ]);
});

test.each<[string, Partial<Account>, string]>([
  ['disabled', { flags: ['DISUSER'] }, 'LOGIN-F-DISUSER'],
  ['expired', { expiration: START - 1 }, 'LOGIN-F-ACNTEXPIR'],
  ['out of hours', { access: { NETWORK: { primary: 0, secondary: 0 } } }, 'LOGIN-F-RESTRICT'],
  ['with an expired password', { flags: ['PWD_EXPIRED'] }, 'LOGIN-F-PWDEXPIRED'],
])('an account that is %s: refused with an alarm, but no suspect', async (_, changes, ident) => {
  await store.putAccount({ ...smith, passwordHash: hash, ...changes });
  expect(await isIn('SMITH', 'SECRET')).toBe(false);
  expect(alarms[0]).toContain(ident);
  expect(await store.intrusions()).toEqual([]);
});

test('an account without a password lets nobody in with none', async () => {
  await store.putAccount(smith);
  expect(await isIn('SMITH', '')).toBe(false);
});

test('a name that stands for an account is that account, also for those who guess', async () => {
  const accountName = async (given: string): Promise<string> => given.replace(/@hearts\.example$/, '');
  const operatorMessage = (): void => {};
  const attempts = openLoginDoor(
    {
      systemStore: store,
      clock,
      nodeName: 'HEARTS',
      random: () => 0,
      opcom: { operatorMessage },
      accountName,
    },
    peer,
  );
  expect(await attempts.attempt('smith@hearts.example', 'secret')).toMatchObject({ kind: 'in' });
  expect(await attempts.verifier('smith@hearts.example')).toEqual(await attempts.verifier('smith'));
  expect(await attempts.attemptByProof('smith@hearts.example', true)).toMatchObject({ kind: 'in' });
  for (const name of ['smith', 'smith@hearts.example', 'SMITH@hearts.example'])
    await attempts.attempt(name, 'wrong');
  expect((await store.intrusions()).filter(({ source }) => source.includes('SMITH'))).toMatchObject([
    { source: '192.0.2.7::SMITH', count: 3 },
  ]);
});
