/** What every system store must do; run on each adapter. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { condition, SYSTEM } from '../../src/condition/index.ts';
import type { Account, Service, SystemStore } from '../../src/ports/system-store.ts';

export interface SystemStoreFixture {
  readonly store: SystemStore;
  /** Another process on the same files; undefined where the adapter has no such thing. */
  readonly other?: () => SystemStore;
  close(): Promise<void>;
}

const jones: Account = {
  userName: 'JONES',
  uic: { group: 0o200, member: 0o201 },
  owner: 'Jones, Alan',
  device: 'DKA0:',
  directory: '[JONES]',
  passwordHash: 'x',
  privileges: ['TMPMBX', 'NETMBX'],
  defaultPrivileges: ['TMPMBX', 'NETMBX'],
  flags: [],
  loginCommand: 'LOGIN',
};

const smtp: Service = {
  name: 'SMTP',
  port: 25,
  address: '0.0.0.0',
  protocol: 'TCP',
  protocolOptions: [],
  processName: 'TCPIP$SMTP',
  userName: 'TCPIP$SMTP',
  file: 'TCPIP$SYSTEM:TCPIP$SMTP_RECV_RUN.COM',
  flags: ['LISTEN'],
  inactivity: 5,
  limit: 10,
  logOptions: [],
  accept: { hosts: [], networks: [] },
  reject: { hosts: ['192.0.2.1'], networks: ['198.51.100.0/24'], message: '421 go away' },
  socketOptions: ['RCHECK', 'SCHECK'],
  receiveBuffer: 0,
  sendBuffer: 0,
  enabled: true,
  enabledAtStart: true,
};

export function describeSystemStore(name: string, make: () => Promise<SystemStoreFixture>): void {
  describe(`system store: ${name}`, () => {
    let fixture: SystemStoreFixture;
    let store: SystemStore;
    beforeEach(async () => {
      fixture = await make();
      store = fixture.store;
    });
    afterEach(() => fixture.close());

    it('changes an account in one step, or not at all', async () => {
      await store.putAccount(jones);
      expect(await store.changeAccount('jones', (account) => ({ ...account, owner: 'Jones' }))).toMatchObject(
        {
          userName: 'JONES',
          owner: 'Jones',
        },
      );
      const refused = store.changeAccount('JONES', () => {
        throw new Error('not so');
      });
      await expect(refused).rejects.toThrow('not so');
      expect((await store.account('JONES'))?.owner).toBe('Jones');
      expect(await store.changeAccount('NOBODY', (account) => account)).toBeUndefined();
    });

    it('finds nothing in an empty store', async () => {
      expect(await store.account('JONES')).toBeUndefined();
      expect(await store.accounts()).toEqual([]);
      expect(await store.service('SMTP')).toBeUndefined();
      expect(await store.services('*')).toEqual([]);
      expect(await store.setting('RELAY')).toBeUndefined();
      expect((await store.settings()).size).toBe(0);
      expect(await store.systemLogicalNames()).toEqual([]);
    });

    it('says that there was nothing to remove', async () => {
      expect(await store.removeAccount('NOBODY')).toBe(false);
      expect(await store.removeService('NOTHING')).toBe(false);
      expect(await store.removeSystemLogicalName('NOWHERE')).toBe(false);
    });

    it('notes a login, and changes nothing else', async () => {
      await store.putAccount({ ...jones, loginFailures: 3 });
      await store.noteLogin('jones', 'interactive', 1_700_000_000_123);
      await store.noteLogin('JONES', 'nonInteractive', 17);
      await store.noteLogin('NOBODY', 'interactive', 17);
      expect(await store.account('JONES')).toEqual({
        ...jones,
        lastInteractive: 1_700_000_000_123,
        lastNonInteractive: 17,
      });
      expect(await store.accounts()).toHaveLength(1);
    });

    it('counts wrong passwords until a login, and changes nothing else', async () => {
      await store.putAccount(jones);
      for (const userName of ['jones', 'JONES', 'NOBODY']) await store.noteLoginFailure(userName);
      expect(await store.accounts()).toEqual([{ ...jones, loginFailures: 2 }]);
      await store.noteLogin('JONES', 'nonInteractive', 17);
      expect(await store.account('JONES')).toEqual({ ...jones, lastNonInteractive: 17 });
    });

    it('replaces what is kept of a password only where it is still what it was', async () => {
      await store.putAccount({ ...jones, passwordHash: 'before' });
      expect(await store.replacePasswordHash('JONES', 'another', 'after')).toBe(false);
      expect(await store.replacePasswordHash('NOBODY', 'before', 'after')).toBe(false);
      expect(await store.account('JONES')).toEqual({ ...jones, passwordHash: 'before' });
      expect(await store.replacePasswordHash('jones', 'before', 'after')).toBe(true);
      expect(await store.account('JONES')).toEqual({ ...jones, passwordHash: 'after' });
    });

    it('changes an intrusion record in one step, and forgets those that have expired', async () => {
      const key = { class: 'NETWORK', source: '192.0.2.7::SMITH' } as const;
      const record = { ...key, count: 1, expires: 100, isIntruder: false };
      const before = store.changeCounter();
      expect(await store.intrusion(key)).toBeUndefined();
      expect(await store.changeIntrusion(key, 0, () => record)).toEqual(record);
      const more = (known: typeof record | undefined) => known && { ...known, count: known.count + 1 };
      const other = fixture.other?.();
      await (other ?? store).changeIntrusion(key, 50, more as never);
      await other?.close();
      expect(await store.intrusion(key)).toEqual({ ...record, count: 2 });
      expect(await store.intrusion({ ...key, class: 'USERNAME' })).toBeUndefined();
      // Nobody reads settings and accounts again because of it.
      expect(store.changeCounter()).toBe(before);
      const smith = { class: 'USERNAME', source: 'SMITH' } as const;
      await store.changeIntrusion(smith, 99, () => ({ ...smith, count: 1, expires: 300, isIntruder: true }));
      expect((await store.intrusions()).map(({ source }) => source)).toEqual([key.source, 'SMITH']);
      await store.changeIntrusion(key, 100, (known) => known);
      expect((await store.intrusions()).map(({ source }) => source)).toEqual(['SMITH']);
      await store.changeIntrusion(smith, 101, () => undefined);
      expect(await store.intrusions()).toEqual([]);
    });

    it('keeps accounts under upper-case names, whole', async () => {
      await store.putAccount({ ...jones, userName: 'jones', lastInteractive: 17 });
      expect(await store.account('Jones')).toEqual({ ...jones, lastInteractive: 17 });
      await store.putAccount({ ...jones, owner: 'Other' });
      expect((await store.account('JONES'))?.owner).toBe('Other');
      expect(await store.removeAccount('jones')).toBe(true);
      expect(await store.account('JONES')).toBeUndefined();
    });

    it('keeps identifiers and who holds them', async () => {
      const mailers = { name: 'MAILERS', value: 0x8001_0001, attributes: ['RESOURCE'] };
      expect(await store.identifier('MAILERS')).toBeUndefined();
      expect(await store.removeIdentifier('MAILERS')).toBe(false);
      const before = store.changeCounter();
      await store.putIdentifier({ ...mailers, name: 'mailers' });
      expect(store.changeCounter()).not.toBe(before);
      expect(await store.identifier('Mailers')).toEqual(mailers);
      expect(await store.identifiers('M*')).toEqual([mailers]);
      expect(await store.identifiers('X*')).toEqual([]);
      await store.putAccount({ ...jones, identifiers: [{ name: 'MAILERS', attributes: [] }] });
      expect((await store.account('JONES'))?.identifiers).toEqual([{ name: 'MAILERS', attributes: [] }]);
      expect(await store.removeIdentifier('mailers')).toBe(true);
      expect(await store.identifiers()).toEqual([]);
    });

    it('sorts and selects by pattern', async () => {
      for (const userName of ['SMITH', 'JONES', 'SYSTEM', 'TCPIP$SMTP']) {
        await store.putAccount({ ...jones, userName });
      }
      const names = async (pattern?: string) => (await store.accounts(pattern)).map((each) => each.userName);
      expect(await names()).toEqual(['JONES', 'SMITH', 'SYSTEM', 'TCPIP$SMTP']);
      expect(await names('s*')).toEqual(['SMITH', 'SYSTEM']);
      expect(await names('%MITH')).toEqual(['SMITH']);
      expect(await names('TCPIP$*')).toEqual(['TCPIP$SMTP']);
      expect(await names('.*')).toEqual([]);
    });

    it('keeps every field of a service', async () => {
      await store.putService(smtp);
      expect(await store.service('smtp')).toEqual(smtp);
      expect(await store.services('SM*')).toEqual([smtp]);
      expect(await store.removeService('SMTP')).toBe(true);
      expect(await store.services()).toEqual([]);
    });

    it('sets, replaces and forgets settings', async () => {
      await store.putSetting('Relay', 'TRUE');
      await store.putSetting('RELAY', 'FALSE');
      expect(await store.setting('relay')).toBe('FALSE');
      expect([...(await store.settings())]).toEqual([['RELAY', 'FALSE']]);
      await store.putSetting('RELAY', undefined);
      expect(await store.setting('RELAY')).toBeUndefined();
    });

    it('changes several settings as one, or none of them', async () => {
      await store.putSetting('RELAY', 'FALSE');
      await store.putSetting('ZONE', 'example.com');
      const before = store.changeCounter();
      await store.changeSettings((stored) => {
        expect([...stored]).toEqual([
          ['RELAY', 'FALSE'],
          ['ZONE', 'example.com'],
        ]);
        return new Map([
          ['Relay', 'TRUE'],
          ['ZONE', undefined],
        ]);
      });
      expect(store.changeCounter()).not.toBe(before);
      expect([...(await store.settings())]).toEqual([['RELAY', 'TRUE']]);
      const refused = store.changeSettings(() => {
        throw condition(SYSTEM.NOSUCHID);
      });
      await expect(refused).rejects.toEqual(condition(SYSTEM.NOSUCHID));
      expect([...(await store.settings())]).toEqual([['RELAY', 'TRUE']]);
    });

    it('keeps search lists of logical names in order', async () => {
      const record = { name: 'TCPIP$SMTP_COMMON', values: ['B:', 'A:'], attributes: ['CONCEALED'] };
      await store.putSystemLogicalName(record);
      expect(await store.systemLogicalNames()).toEqual([record]);
      expect(await store.removeSystemLogicalName('tcpip$smtp_common')).toBe(true);
    });

    it('counts its own changes, and no reading', async () => {
      const before = store.changeCounter();
      await store.accounts();
      expect(store.changeCounter()).toBe(before);
      await store.putSetting('RELAY', 'TRUE');
      expect(store.changeCounter()).not.toBe(before);
    });

    it('sees what another process changed', async (context) => {
      const other = fixture.other?.();
      if (other === undefined) return context.skip('this adapter lives in one process');
      const before = store.changeCounter();
      await other.putService(smtp);
      expect(store.changeCounter()).not.toBe(before);
      expect(await store.service('SMTP')).toEqual(smtp);
      await other.close();
    });
  });
}
