import { type TLSSocket, connect as tlsConnect } from 'node:tls';
import { afterAll, describe, expect, test } from 'vitest';
import { noServerTls } from '../ports/server-tls.ts';
import { Client, closeAll, startRig, textOf } from './testing/receiver-rig.ts';

afterAll(closeAll);

describe('STARTTLS', () => {
  test('in the wrong order, with parameters, without a certificate', async () => {
    const client = Client.plain((await startRig()).port);
    await client.reply();
    await client.say('EHLO me');
    expect(await client.say('STARTTLS now')).toBe('501 5.5.4 Syntax error (no parameters allowed)');

    const without = Client.plain((await startRig({ tls: noServerTls })).port);
    await without.reply();
    expect(await without.say('EHLO me')).not.toContain('STARTTLS');
    expect(await without.say('STARTTLS')).toBe('454 4.7.0 TLS not available due to temporary reason');
    expect(await without.say('NOOP')).toBe('250 2.0.0 OK');
  });

  test('the session begins anew, and tells how it is secured', async () => {
    const { port, submissions } = await startRig();
    const client = Client.plain(port);
    await client.reply();
    expect(await client.say('EHLO me')).toContain('\r\n250-STARTTLS\r\n');
    await client.say('MAIL FROM:<a@b.example>');
    expect(await client.say('STARTTLS')).toBe('220 2.0.0 Ready to start TLS');
    const secure = await client.upgrade();
    expect(secure.getProtocol()).toBe('TLSv1.3');
    expect(await client.say('MAIL FROM:<a@b.example>')).toBe('503 Bad command sequence');
    expect(await client.say('RCPT TO:<smith@node.example>')).toBe('503 Bad command sequence');
    expect(await client.say('EHLO me')).not.toContain('STARTTLS');
    expect(await client.say('STARTTLS')).toBe('503 5.5.1 TLS is active already');
    await client.say('MAIL FROM:<a@b.example>');
    await client.say('RCPT TO:<smith@node.example>');
    await client.say('DATA');
    expect(await client.say('Subject: x\r\n\r\ntext\r\n.')).toBe('250 2.0.0 OK');
    expect(textOf(submissions[0]!)).toMatch(/with ESMTPS\r\n\t\(TLSv1\.3 TLS_AES_256_GCM_SHA384\);\r\n/);
    expect(await client.say('QUIT')).toContain('221');
    expect(await client.reply()).toBe('(closed)');
  });

  // The command injection of CVE-2011-0411.
  test.each([
    ['in the packet of STARTTLS', 'STARTTLS\r\nEHLO evil\r\nMAIL FROM:<evil@evil.example>\r\n'],
    ['half a command', 'STARTTLS\r\nRSET'],
  ])('what is sent before the handshake is discarded: %s', async (_name, text) => {
    const client = Client.plain((await startRig()).port);
    await client.reply();
    await client.say('EHLO me');
    expect(await client.say(text.replace(/\r\n$/, ''))).toBe('220 2.0.0 Ready to start TLS');
    await client.upgrade();
    expect(await client.say('MAIL FROM:<a@b.example>')).toBe('503 Bad command sequence');
    expect(await client.say('EHLO me')).toMatch(/^250-node\.example Hello/);
    expect(await client.say('MAIL FROM:<a@b.example>')).toContain('250');
  });

  test('what comes between the reply and the handshake never becomes a command', async () => {
    const port = (await startRig()).port;
    const client = Client.plain(port);
    await client.reply();
    await client.say('EHLO me');
    await client.say('STARTTLS');
    expect(await client.say('EHLO evil')).toMatch(/^\(closed\)/);
  });

  test.each(['TLSv1', 'TLSv1.1'] as const)('%s is refused', async (maxVersion) => {
    const client = Client.plain((await startRig()).port);
    await client.reply();
    await client.say('EHLO me');
    await client.say('STARTTLS');
    const options = { minVersion: 'TLSv1', maxVersion, ciphers: 'ALL:@SECLEVEL=0' };
    await expect(client.upgrade(options)).rejects.toThrow();
  });

  test('TLS 1.2 only with forward secrecy and authenticated encryption', async () => {
    const begin = async (options: object): Promise<TLSSocket> => {
      const client = Client.plain((await startRig()).port);
      await client.reply();
      await client.say('EHLO me');
      await client.say('STARTTLS');
      return client.upgrade({ maxVersion: 'TLSv1.2', ...options });
    };
    const secure = await begin({});
    expect(secure.getCipher().standardName).toBe('TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384');
    await expect(begin({ ciphers: 'ECDHE-ECDSA-AES128-SHA:AES128-SHA:DES-CBC3-SHA' })).rejects.toThrow();
  });

  test('a session is resumed in another process that has the same ticket keys', async () => {
    const [one, other] = [
      (await startRig({}, { isSecure: true })).port,
      (await startRig({}, { isSecure: true })).port,
    ];
    const connect = async (port: number, session?: Buffer) => {
      const socket = tlsConnect({
        port,
        host: '127.0.0.1',
        rejectUnauthorized: false,
        ...(session === undefined ? {} : { session }),
      });
      // TLS 1.3 sends its tickets behind the handshake; a resumed session may get none.
      const isOver = session === undefined ? 'session' : 'data';
      socket.resume();
      const [ticket] = await new Promise<Buffer[]>((resolve) =>
        socket.once(isOver, (...got) => resolve(got)),
      );
      const result = { reused: socket.isSessionReused(), session: ticket! };
      socket.destroy();
      return result;
    };
    const first = await connect(one);
    expect(first.reused).toBe(false);
    expect((await connect(other, first.session)).reused).toBe(true);
  });
});

describe('implicit TLS', () => {
  test('the greeting comes after the handshake', async () => {
    const client = Client.plain((await startRig({}, { isSecure: true })).port);
    await client.upgrade();
    expect(await client.reply()).toContain('220 node.example');
    expect(await client.say('EHLO me')).not.toContain('STARTTLS');
    expect(await client.say('QUIT')).toContain('221');
  });
  test('a client that speaks plainly gets nothing', async () => {
    const client = Client.plain((await startRig({}, { isSecure: true })).port);
    expect(await client.say('EHLO me')).toMatch(/^\(closed\)/);
  });
});
