import { describe, expect, it } from 'vitest';
import { createMemorySystemStore } from '../../adapters/memory/system-store.ts';
import { whatIsWrong } from './setting-check.ts';
import type { SettingDefinition } from './setting-definition.ts';
import { formatDelta, parseDelta, parseSetting } from './setting-values.ts';
import { smtpSettings } from './smtp-settings.ts';
import { defaultSmtpSettings, readSmtpSettings } from './stored-settings.ts';

describe('setting values', () => {
  it.each([
    ['delta', 'x'],
    ['delta', ''],
    ['delta', '0 25:00'],
    ['number', '-1'],
    ['number', '1x'],
    ['boolean', 'MAYBE'],
    ['minutes', ''],
  ] as const)('refuses %s %j', (type, text) => expect(parseSetting(type, text)).toBeUndefined());

  it.each([
    ['0 00:30:00.00', 1_800_000],
    ['00:30', 1_800_000],
    ['3-00:00', 259_200_000],
    ['3 00:00:00.00', 259_200_000],
    ['0 00:00:01.50', 1_500],
  ])('reads %s', (text, milliseconds) => expect(parseDelta(text)).toBe(milliseconds));

  it('writes what it reads', () => {
    for (const each of ['0 00:30:00.00', '0 01:00:00.00', '3 00:00:00.00', '12 23:59:59.99']) {
      expect(formatDelta(parseDelta(each)!)).toBe(each);
    }
  });
  it('splits lists', () => {
    expect(parseSetting('list', '1.2.0.0/16, relay.abc.com,\tb')).toEqual([
      '1.2.0.0/16',
      'relay.abc.com',
      'b',
    ]);
  });
});

describe('SMTP settings', () => {
  it('relays for the loopback networks only, by default', () => {
    expect(defaultSmtpSettings).toMatchObject({
      relay: true,
      goodClients: ['127.0.0.0/8', '::1/128'],
      relayZones: [],
    });
  });
  it('has the intervals of the product', () => {
    expect(defaultSmtpSettings).toMatchObject({
      initialIntervalMs: 1_800_000,
      retryIntervalMs: 3_600_000,
      maximumIntervalMs: 259_200_000,
      sendTimeoutsMs: { initial: 300_000, data: 180_000, termination: 600_000 },
    });
    expect(defaultSmtpSettings).not.toHaveProperty('zone');
  });
  it('names every field once', () => {
    const fields = Object.values(smtpSettings).map((each) => each.field.toUpperCase());
    expect(new Set(fields).size).toBe(fields.length);
  });
  it('takes nothing that is out of range', () => {
    expect(whatIsWrong(smtpSettings.queues, '11')).toBeDefined();
    expect(whatIsWrong(smtpSettings.queues, '0')).toBeDefined();
    expect(whatIsWrong(smtpSettings.queues, '4')).toBeUndefined();
  });
  it('takes what is stored, and the default again where nothing is', async () => {
    const store = createMemorySystemStore();
    await store.putSetting('Num-Of-Queues', '4');
    await store.putSetting('Zone', 'example.com');
    expect(await readSmtpSettings(store)).toMatchObject({ queues: 4, zone: 'example.com' });
    await store.putSetting('Zone', undefined);
    expect(await readSmtpSettings(store)).not.toHaveProperty('zone');
  });
  it('takes the default where somebody stored nonsense', async () => {
    const store = createMemorySystemStore();
    await store.putSetting('Hop-Count-Maximum', 'many');
    expect((await readSmtpSettings(store)).hopCountMaximum).toBe(16);
  });

  it.each(Object.entries<SettingDefinition>(smtpSettings).filter(([, { logical }]) => logical !== undefined))(
    'takes %s from its logical name, whatever file and command say',
    async (name, { field, type, logical, isLogicalValued }) => {
      const store = createMemorySystemStore();
      const value =
        isLogicalValued === true ? '1' : type === 'boolean' ? '0' : type === 'number' ? '3' : 'Postmaster';
      await store.putSetting(field, type === 'boolean' ? 'FALSE' : type === 'number' ? '2' : 'SMITH');
      await store.putSystemLogicalName({ name: `TCPIP$SMTP_${logical}`, values: [value], attributes: [] });
      const settings = new Map(Object.entries(await readSmtpSettings(store)));
      expect(settings.get(name)).toBe(type === 'boolean' ? true : type === 'number' ? 3 : 'Postmaster');
    },
  );
  it('hears from a logical name with a value that something is not so', async () => {
    const store = createMemorySystemStore();
    await store.putSetting('Prohibit-User-Headers', 'TRUE');
    const name = 'TCPIP$SMTP_PROHIBIT_USER_HEADERS';
    await store.putSystemLogicalName({ name, values: ['0'], attributes: [] });
    expect((await readSmtpSettings(store)).prohibitUserHeaders).toBe(false);
  });
  it('passes over a logical name whose value makes no sense', async () => {
    const store = createMemorySystemStore();
    await store.putSystemLogicalName({ name: 'TCPIP$SMTP_LOG_LEVEL', values: ['much'], attributes: [] });
    expect((await readSmtpSettings(store)).logLevel).toBe(1);
  });
});
