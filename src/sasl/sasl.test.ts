import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64 } from './base64.ts';
import {
  deriveScramVerifier,
  formatScramVerifier,
  parseScramVerifier,
  type SaslChannel,
  type SaslStep,
  saslMechanisms,
  saslPrep,
} from './index.ts';
import { startLogin } from './login.ts';
import { startPlain } from './plain.ts';
import { startScram } from './scram.ts';

const bytes = (text: string): Buffer => Buffer.from(text);
const said = (step: SaslStep): string | undefined =>
  step.kind === 'challenge' ? Buffer.from(step.data).toString() : undefined;
const plainChannel: SaslChannel = { channelBinding: () => undefined, offersBinding: false };
const boundChannel: SaslChannel = {
  channelBinding: (type) => (type === 'tls-exporter' ? Buffer.alloc(32, 9) : undefined),
  offersBinding: true,
};
const malformed = { kind: 'malformed' };

describe('PLAIN', () => {
  it.each([
    '',
    'tim',
    'tim\0',
    '\0tim\0',
    '\0\0secret',
    '\0tim\0secret\0',
    '\0tim\0a\0b',
    '\xff\0tim\0secret',
  ])('refuses %j', (text) => expect(startPlain().respond(Buffer.from(text, 'latin1'))).toEqual(malformed));
  it('refuses what is endless', () => {
    expect(startPlain().respond(bytes(`\0tim\0${'x'.repeat(2_000)}`))).toEqual(malformed);
  });
  it('asks for nothing where nothing was said', () => {
    expect(said(startPlain().respond(undefined))).toBe('');
  });
  // The examples of RFC 4616 §4.
  it.each([
    ['\0tim\0tanstaaftanstaaf', '', 'tim', 'tanstaaftanstaaf'],
    ['Ursel\0Kurt\0xipj3plmq', 'Ursel', 'Kurt', 'xipj3plmq'],
    ['\0böse\0größe', '', 'böse', 'größe'],
  ])('reads %j', (text, authorizationIdentity, userName, password) => {
    expect(startPlain().respond(bytes(text))).toEqual({
      kind: 'password',
      identity: { userName, authorizationIdentity },
      password,
    });
  });
});

describe('LOGIN', () => {
  it('asks twice', () => {
    const exchange = startLogin();
    expect(said(exchange.respond(undefined))).toBe('Username:');
    expect(said(exchange.respond(bytes('tim')))).toBe('Password:');
    expect(exchange.respond(bytes('secret'))).toMatchObject({ kind: 'password', password: 'secret' });
  });
  it('takes the name with the command', () => {
    const exchange = startLogin();
    expect(said(exchange.respond(bytes('tim')))).toBe('Password:');
    expect(exchange.respond(bytes('secret'))).toMatchObject({ identity: { userName: 'tim' } });
  });
  it.each(['', 'a\0b'])('refuses %j', (text) => {
    expect(startLogin().respond(bytes(text))).toEqual(malformed);
  });
});

describe('SCRAM-SHA-256', () => {
  // RFC 7677 §3
  const clientNonce = 'rOprNGfwEbeRWgbNEkqO';
  const serverNonce = '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
  const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');

  it('is the dialogue of RFC 7677', async () => {
    const exchange = startScram(plainChannel, { binds: false, nonce: serverNonce });
    expect(exchange.respond(bytes(`n,,n=user,r=${clientNonce}`))).toMatchObject({
      kind: 'verifier',
      identity: { userName: 'user', authorizationIdentity: '' },
    });
    const challenge = exchange.verify(await deriveScramVerifier(['pencil'], salt, 4096));
    expect(said(challenge)).toBe(`r=${clientNonce}${serverNonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`);
    const step = exchange.respond(
      bytes(`c=biws,r=${clientNonce}${serverNonce},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=`),
    );
    expect(step).toMatchObject({ kind: 'proof', isRight: true });
    const answer = step.kind === 'proof' ? Buffer.from(step.answer).toString() : '';
    expect(answer).toBe('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=');
  });

  /** A client of its own: what it says last. */
  async function clientFinal(
    options: {
      readonly channel?: SaslChannel;
      readonly binds?: boolean;
      readonly header?: string;
      readonly binding?: Buffer;
      readonly password?: string;
      readonly stored?: readonly string[];
      readonly change?: (text: string) => string;
    } = {},
  ): Promise<SaslStep> {
    const { channel = plainChannel, binds = false, header = 'n,,', password = 'pencil' } = options;
    const exchange = startScram(channel, { binds, nonce: serverNonce });
    const bare = `n=user,r=${clientNonce}`;
    const first = exchange.respond(bytes(header + bare));
    if (first.kind !== 'verifier') return first;
    const serverFirst = said(
      exchange.verify(await deriveScramVerifier(options.stored ?? ['pencil'], salt, 100)),
    );
    const bound = Buffer.concat([bytes(header), options.binding ?? Buffer.alloc(0)]).toString('base64');
    const withoutProof = `c=${bound},r=${clientNonce}${serverNonce}`;
    const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
    const clientKey = hmac(pbkdf2Sync(password, salt, 100, 32, 'sha256'), 'Client Key');
    const storedKey = createHash('sha256').update(clientKey).digest();
    const signature = hmac(storedKey, `${bare},${serverFirst},${withoutProof}`);
    const proof = Buffer.from(clientKey.map((octet, index) => octet ^ signature[index]!));
    const text = `${withoutProof},p=${proof.toString('base64')}`;
    return exchange.respond(bytes(options.change?.(text) ?? text));
  }
  const right = { kind: 'proof', isRight: true };
  const wrong = { kind: 'proof', isRight: false };

  it('knows a wrong password', async () => {
    expect(await clientFinal({ password: 'pen' })).toMatchObject(wrong);
  });
  it('lets in with any of several ways to write it', async () => {
    const stored = ['Pencil', 'PENCIL', 'pencil'];
    for (const password of stored) expect(await clientFinal({ stored, password })).toMatchObject(right);
    expect(await clientFinal({ stored, password: 'pENCIL' })).toMatchObject(wrong);
  });
  it('binds to the channel', async () => {
    const binding = Buffer.alloc(32, 9);
    const plus = { channel: boundChannel, binds: true, header: 'p=tls-exporter,,' };
    expect(await clientFinal({ ...plus, binding })).toMatchObject(right);
    // Somebody in the middle has another connection with the client.
    expect(await clientFinal({ ...plus, binding: Buffer.alloc(32, 8) })).toMatchObject(wrong);
    expect(await clientFinal(plus)).toMatchObject(wrong);
  });
  it.each([
    ['no binding with -PLUS', { channel: boundChannel, binds: true }],
    ['a binding without -PLUS', { channel: boundChannel, header: 'p=tls-exporter,,' }],
    ['a type that is not there', { channel: boundChannel, binds: true, header: 'p=tls-unique,,' }],
    ['a client that was told of no binding', { channel: boundChannel, header: 'y,,' }],
    ['a mandatory extension', { header: 'n,,m=x,' }],
    ['a header of nothing', { header: '' }],
    ['another nonce', { change: (text: string) => text.replace('r=rOpr', 'r=rOpq') }],
    ['no proof', { change: (text: string) => text.replace(/,p=.*/, '') }],
    ['a short proof', { change: (text: string) => text.replace(/,p=.*/, ',p=AAAA') }],
  ])('refuses %s', async (_name, options) => {
    expect(await clientFinal(options)).toEqual(malformed);
  });
  it('a header that was changed on the way is no proof', async () => {
    const change = (text: string): string => text.replace('c=biws', 'c=eSws');
    expect(await clientFinal({ change })).toMatchObject(wrong);
  });
  it.each([
    ['n,,n=a=2Cb=3Dc,r=x', 'a,b=c', ''],
    ['n,a=other,n=user,r=x', 'user', 'other'],
    ['n,,n=user,r=x,e=extension', 'user', ''],
  ])('reads %j', (text, userName, authorizationIdentity) => {
    const step = startScram(plainChannel, { binds: false }).respond(bytes(text));
    expect(step).toEqual({ kind: 'verifier', identity: { userName, authorizationIdentity } });
  });
  it.each(['n,,n=a=2cb,r=x', 'n,,n=a=,r=x', 'n,,n=,r=x', 'n,,n=user,r=', 'n,,n=us\0er,r=x', 'n,n=user,r=x'])(
    'refuses %j',
    (text) => expect(startScram(plainChannel, { binds: false }).respond(bytes(text))).toEqual(malformed),
  );
});

describe('verifiers', () => {
  it('are written and read', async () => {
    const verifier = await deriveScramVerifier(['a', 'A'], Buffer.alloc(16, 1), 4096);
    expect(parseScramVerifier(formatScramVerifier(verifier))).toEqual(verifier);
  });
  it.each([
    '',
    'SCRAM-SHA-1$4096:AAAA$AAAA:AAAA',
    'SCRAM-SHA-256$4096:AAAA$AAAA:AAAA',
    'SCRAM-SHA-256$x:A$B',
  ])('are not read from %j', (text) => expect(parseScramVerifier(text)).toBeUndefined());
});

describe('saslPrep', () => {
  // RFC 4013 §3
  it.each([
    ['I\u00adX', 'IX'],
    ['user', 'user'],
    ['\u00aa', 'a'],
    ['\u2168', 'IX'],
    ['a\u00a0b', 'a b'],
    ['\u0007', undefined],
    ['\u202eabc', undefined],
  ])('%j becomes %j', (text, prepared) => expect(saslPrep(text)).toBe(prepared));
  it('is the same a second time', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const once = saslPrep(text);
        return once === undefined || saslPrep(once) === once;
      }),
    );
  });
});

describe('properties', () => {
  it('base64 is read as it was written, and nothing else is', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (octets) => {
        const text = Buffer.from(octets).toString('base64');
        return decodeBase64(text)?.equals(octets) === true;
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        const octets = decodeBase64(text);
        return octets === undefined || octets.toString('base64') === text;
      }),
    );
    for (const text of ['YQ', 'YQ=', 'YR==', 'Y Q=', 'YQ==\n', '=', '====']) {
      expect(decodeBase64(text)).toBeUndefined();
    }
  });

  const words = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc
      .array(
        fc.constantFrom(
          'n',
          'y',
          'p=tls-exporter',
          ',',
          'a=',
          'n=user',
          'r=',
          'm=',
          'c=biws',
          '=2C',
          '\0',
          'x',
        ),
      )
      .map((parts) => bytes(parts.join(''))),
  );
  const verifier = deriveScramVerifier(['x'], Buffer.alloc(16), 1);
  it.each(saslMechanisms.map((each) => [each.name, each] as const))(
    '%s: whatever is said ends, and nobody is in without a password',
    async (_name, mechanism) => {
      const known = await verifier;
      fc.assert(
        fc.property(fc.array(words, { minLength: 1, maxLength: 4 }), (responses) => {
          const exchange = mechanism.start(boundChannel);
          for (const response of responses) {
            let step = exchange.respond(response);
            if (step.kind === 'verifier') step = exchange.verify(known);
            if (step.kind === 'proof') expect(step.isRight).toBe(false);
            if (step.kind === 'password') {
              expect(step.identity.userName).not.toBe('');
              expect(step.password).not.toBe('');
            }
            if (step.kind !== 'challenge') return;
          }
        }),
        { numRuns: 500 },
      );
    },
  );
});
