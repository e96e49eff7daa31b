import { afterAll, describe, expect, test } from 'vitest';
import { defaultReceiverSettings, type ReceiverSettings } from './index.ts';
import { Client, closeAll, startRig, textOf } from './testing/receiver-rig.ts';

afterAll(closeAll);

async function begin(settings: Partial<ReceiverSettings> = {}) {
  const { port, submissions } = await startRig({
    settings: async () => ({
      ...defaultReceiverSettings,
      checksSenders: false,
      // Where the rig says its clients are.
      xclientClients: ['192.0.2.0/24'],
      ...settings,
    }),
  });
  const client = Client.plain(port);
  await client.reply();
  return { client, submissions };
}

describe('XCLIENT', () => {
  test('is for hosts that are trusted', async () => {
    for (const xclientClients of [[], ['198.51.100.1']]) {
      const { client } = await begin({ xclientClients });
      expect(await client.say('EHLO me')).not.toContain('XCLIENT');
      expect(await client.say('XCLIENT ADDR=203.0.113.9')).toBe('550 5.7.0 Insufficient authorization');
    }
    const { client } = await begin({ classic: true });
    expect(await client.say('XCLIENT ADDR=203.0.113.9')).toBe('500 Syntax error, command unrecognized');
  });
  test.each([
    '',
    'ADDR',
    'ADDR=',
    'ADDR=1.2.3',
    'ADDR=1.2.3.4  PORT=1',
    'FOO=x',
    'LOGIN=smith',
    'NAME=a+ZZ',
    'NAME=a+0Ab',
    'PORT=x',
  ])('XCLIENT %s', async (argument) => {
    const { client } = await begin();
    await client.say('EHLO me');
    expect(await client.say(`XCLIENT ${argument}`)).toBe('501 5.5.4 Syntax error in parameters or arguments');
  });
  test('not within a transaction', async () => {
    const { client } = await begin();
    await client.say('EHLO me');
    await client.say('MAIL FROM:<a@b.example>');
    expect(await client.say('XCLIENT ADDR=203.0.113.9')).toBe('503 5.5.1 Bad command sequence');
  });
  test('begins the session anew for that client', async () => {
    const { client, submissions } = await begin();
    expect(await client.say('EHLO front')).toContain('XCLIENT NAME ADDR PORT PROTO HELO');
    expect(
      await client.say('XCLIENT ADDR=IPV6:2001:db8::9 NAME=far.example PORT=1234 PROTO=ESMTP HELO=far'),
    ).toMatch(/^220 node\.example /);
    expect(await client.say('MAIL FROM:<a@b.example>')).toBe('503 Bad command sequence');
    expect(await client.say('EHLO far')).toContain('Hello far.example, pleased to meet you');
    // It is still the host in front that speaks.
    expect(await client.say('XCLIENT ADDR=203.0.113.9 NAME=[UNAVAILABLE]')).toMatch(/^220/);
    expect(await client.say('EHLO other')).toContain('Hello [203.0.113.9], pleased to meet you');
    await client.say('MAIL FROM:<a@b.example>');
    await client.say('RCPT TO:<smith@node.example>');
    await client.say('DATA');
    expect(await client.say('Subject: x\r\n\r\n.')).toBe('250 2.0.0 OK');
    expect(submissions[0]?.source).toBe('[203.0.113.9] other');
    expect(textOf(submissions[0]!)).toContain('from other ([203.0.113.9])');
  });
  test.each(['IPV6:::ffff:203.0.113.9', '::FFFF:cb00:7109'])('an IPv4 client is one: %s', async (address) => {
    const { client } = await begin();
    await client.say('EHLO front');
    await client.say(`XCLIENT ADDR=${address}`);
    expect(await client.say('EHLO far')).toContain('Hello [203.0.113.9], pleased to meet you');
  });
  test('a bad client is refused as if it had connected, and no client relays for where the front stands', async () => {
    const { client } = await begin({ badClients: ['203.0.113.9'], goodClients: ['192.0.2.0/24'] });
    await client.say('EHLO front');
    await client.say('XCLIENT ADDR=198.51.100.7');
    await client.say('EHLO far');
    await client.say('MAIL FROM:<a@b.example>');
    expect(await client.say('RCPT TO:<x@far.example>')).toMatch(/^550/);
    await client.say('RSET');
    expect(await client.say('XCLIENT ADDR=203.0.113.9')).toMatch(/^554/);
    expect(await client.reply()).toBe('(closed)');
  });
});
