import { describe, expect, it } from 'vitest';
import { startSaslClient } from './client.ts';
import { deriveScramVerifier, type SaslChannel, saslMechanisms } from './index.ts';

const login = { userName: 'user', password: 'pencil' };
const text = (bytes: Uint8Array | undefined): string | undefined => bytes && Buffer.from(bytes).toString();
const start = (offered: string[], isEncrypted = true, nonce?: string) =>
  startSaslClient(offered, login, { isEncrypted, ...(nonce === undefined ? {} : { nonce }) });

describe('a client of SASL', () => {
  it('takes the best mechanism, and says no password in clear', () => {
    expect(start(['PLAIN', 'LOGIN', 'SCRAM-SHA-256'])?.mechanism).toBe('SCRAM-SHA-256');
    expect(start(['login', 'plain'])?.mechanism).toBe('PLAIN');
    expect(start(['LOGIN', 'CRAM-MD5'])?.mechanism).toBe('LOGIN');
    expect(start(['PLAIN', 'LOGIN'], false)).toBeUndefined();
    expect(start(['GSSAPI'])).toBeUndefined();
  });

  it('speaks PLAIN and LOGIN', () => {
    expect(text(start(['PLAIN'])?.initial)).toBe('\0user\0pencil');
    const byAnswers = start(['LOGIN'])!;
    expect(byAnswers.initial).toBeUndefined();
    expect([byAnswers, byAnswers, byAnswers].map((each) => text(each.respond(Buffer.from('x'))))).toEqual([
      'user',
      'pencil',
      undefined,
    ]);
  });

  // RFC 7677 §3
  const nonce = 'rOprNGfwEbeRWgbNEkqO';
  const first = 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096';

  it('speaks SCRAM-SHA-256 as the example of RFC 7677 does', () => {
    const client = start(['SCRAM-SHA-256'], false, nonce)!;
    expect(text(client.initial)).toBe('n,,n=user,r=rOprNGfwEbeRWgbNEkqO');
    expect(text(client.respond(Buffer.from(first)))).toBe(
      'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    );
    expect(client.isSatisfied()).toBe(false);
    expect(text(client.respond(Buffer.from('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=')))).toBe('');
    expect(client.isSatisfied()).toBe(true);
  });

  it.each([
    ['with a nonce of its own', 'r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096'],
    ['that adds nothing to ours', 'r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096'],
    ['that makes it easy', first.replace('4096', '1')],
    ['that makes it hard', first.replace('4096', '9999999')],
    ['that talks', 'hello'],
  ])('does not answer a server %s', (_name, challenge) => {
    expect(start(['SCRAM-SHA-256'], true, nonce)!.respond(Buffer.from(challenge))).toBeUndefined();
  });

  it('wants the proof of the server', () => {
    const client = start(['SCRAM-SHA-256'], true, nonce)!;
    client.respond(Buffer.from(first));
    expect(client.respond(Buffer.from(`v=${Buffer.alloc(32).toString('base64')}`))).toBeUndefined();
    expect(client.isSatisfied()).toBe(false);
  });

  it('and our own server understand each other', async () => {
    const channel: SaslChannel = { channelBinding: () => undefined, offersBinding: false };
    const client = startSaslClient(
      ['SCRAM-SHA-256'],
      { userName: 'a,b=c', password: 'pässwört' },
      { isEncrypted: false },
    )!;
    const server = saslMechanisms.find(({ name }) => name === 'SCRAM-SHA-256')!.start(channel);
    expect(server.respond(client.initial)).toMatchObject({
      kind: 'verifier',
      identity: { userName: 'a,b=c' },
    });
    const challenge = server.verify(await deriveScramVerifier(['pässwört'], Buffer.from('salt'), 4_096));
    if (challenge.kind !== 'challenge') throw new Error(challenge.kind);
    const proof = server.respond(client.respond(challenge.data));
    if (proof.kind !== 'proof') throw new Error(proof.kind);
    expect(proof.isRight).toBe(true);
    client.respond(proof.answer);
    expect(client.isSatisfied()).toBe(true);
  });
});
