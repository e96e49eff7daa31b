import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createMemoryResolver, type DnsTable } from '../adapters/memory/resolver.ts';
import { systemClock } from '../adapters/node/system-clock.ts';
import { createMessageVerifier } from './index.ts';

const pair = (bits: number) => generateKeyPairSync('rsa', { modulusLength: bits });
const spki = (key: KeyObject): string => key.export({ type: 'spki', format: 'der' }).toString('base64');
const rsa = pair(2_048);
const weak = pair(512);
const ed25519 = generateKeyPairSync('ed25519');
const published = spki(rsa.publicKey);
const bare = rsa.publicKey.export({ type: 'pkcs1', format: 'der' }).toString('base64');
const raw = Buffer.from(spki(ed25519.publicKey), 'base64').subarray(-32).toString('base64');

const key = (selector: string, record: string): DnsTable['txt'] => ({
  [`${selector}._domainkey.far.example`]: [record],
});
const txt: DnsTable['txt'] = {
  ...key('here', `v=DKIM1; k=rsa; p=${published}`),
  ...key('short', `p=${published}`),
  ...key('bare', `v=DKIM1;p=${bare};`),
  ...key('blanks', `v = DKIM1 ; k = rsa ; p = ${published.replace(/.{60}/g, '$& \t')}`),
  ...key('ed', `v=DKIM1; k=ed25519; p=${raw}`),
  ...key('edspki', `v=DKIM1; k=ed25519; p=${spki(ed25519.publicKey)}`),
  ...key('weak', `v=DKIM1; p=${spki(weak.publicKey)}`),
  ...key('revoked', 'v=DKIM1; p='),
  ...key('old', `v=DKIM2; p=${published}`),
  ...key('late', `k=rsa; v=DKIM1; p=${published}`),
  ...key('twice', `v=DKIM1; p=${published}; p=${published}`),
  ...key('nonsense', 'v=DKIM1; p=!!!'),
  ...key('noder', 'v=DKIM1; p=AAAA'),
  ...key('none', 'v=DKIM1'),
  ...key('other', `v=DKIM1; k=dsa; p=${published}`),
  ...key('sha1', `v=DKIM1; h=sha1; p=${published}`),
  ...key('sha256', `v=DKIM1; h=sha1 : sha256; p=${published}`),
  ...key('chat', `v=DKIM1; s=chat; p=${published}`),
  ...key('email', `v=DKIM1; s=chat:email; p=${published}`),
  ...key('trying', `v=DKIM1; t=y; p=${published}`),
  ...key('strict', `v=DKIM1; t=s; p=${published}`),
  'two._domainkey.far.example': ['something else', `v=DKIM1; p=${published}`],
  'slow._domainkey.far.example': 'temporary',
  'here._domainkey.xn--bcher-kva.example': [`v=DKIM1; p=${published}`],
};

const section = 'From: Ann <ann@far.example>\r\nTo: bob@near.example\r\nSubject: Lunch\r\n';
const body = 'Today at noon?\r\n';

interface Options {
  readonly section?: string;
  /** Of what is signed; default: the section. */
  readonly signed?: string;
  readonly body?: string;
  readonly with?: KeyObject;
  /** Made of what is signed. */
  readonly digest?: string;
}

/** A signature with these tags, simple/simple, whatever they say. */
function signedWith(tags: Readonly<Record<string, string | undefined>>, options: Options = {}): string {
  const text = options.section ?? section;
  const all: Record<string, string | undefined> = {
    v: '1',
    a: 'rsa-sha256',
    d: 'far.example',
    s: 'here',
    h: 'from:to:subject',
    bh: createHash('sha256').update(body).digest('base64'),
    ...tags,
  };
  const list = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : `${name}=${value}`,
  );
  const field = `DKIM-Signature: ${list.join('; ')}; b=`;
  const private_ = options.with ?? rsa.privateKey;
  const bytes = Buffer.from(`${options.signed ?? text}${field}`);
  const value =
    private_.asymmetricKeyType === 'ed25519'
      ? sign(null, createHash('sha256').update(bytes).digest(), private_)
      : sign(options.digest ?? 'sha256', bytes, private_);
  return `${field}${value.toString('base64')}\r\n${text}\r\n${options.body ?? body}`;
}

async function dkimOf(text: string): Promise<string> {
  const bytes = Buffer.from(text);
  const end = bytes.indexOf('\r\n\r\n') + 4;
  const verifier = createMessageVerifier({
    resolver: createMemoryResolver({ txt: { ...txt } }),
    clock: systemClock,
    authservId: 'near.example',
  });
  const { results } = await verifier.verify({
    address: '192.0.2.1',
    greetedAs: 'x',
    reversePath: 'ann@far.example',
    header: bytes.subarray(0, end),
    body: () => [bytes.subarray(end)],
  });
  return results[0]!.replace(/ header\.b=\S+/, '').replace(/ header\.a=\S+/, '');
}

const who = 'header.d=far.example header.i=@far.example header.s=here';
const now = Math.floor(Date.now() / 1_000);

describe('a signature', () => {
  it.each<[string, Record<string, string | undefined>, string]>([
    ['that is good', {}, `dkim=pass ${who}`],
    ['of another version', { v: '2' }, `dkim=permerror (incompatible version) ${who}`],
    ['without version', { v: undefined }, `dkim=permerror (signature missing required tag) ${who}`],
    ['without list', { h: undefined }, `dkim=permerror (signature missing required tag) ${who}`],
    ['with an empty list', { h: '' }, `dkim=permerror (From field not signed) ${who}`],
    ['that leaves the author out', { h: 'to:subject' }, `dkim=permerror (From field not signed) ${who}`],
    ['with an unknown tag', { zz: 'a"(b)=c', n: '' }, `dkim=pass ${who}`],
    ['with a tag that is no name', { '1x': '1' }, 'dkim=permerror (signature syntax error)'],
    ['with an unknown algorithm', { a: 'rsa-sha512' }, `dkim=neutral (unknown algorithm) ${who}`],
    ['with SHA-1', { a: 'rsa-sha1' }, `dkim=policy (weak algorithm) policy.dkim-rules=weak-algorithm ${who}`],
    ['with Ed25519 and SHA-1', { a: 'ed25519-sha1' }, `dkim=neutral (unknown algorithm) ${who}`],
    [
      'of a key of another kind',
      { a: 'ed25519-sha256' },
      `dkim=permerror (inappropriate key algorithm) ${who}`,
    ],
    ['with an unknown canonicalization', { c: 'nowsp' }, `dkim=neutral (unknown canonicalization) ${who}`],
    [
      'with three canonicalizations',
      { c: 'simple/simple/simple' },
      `dkim=neutral (unknown canonicalization) ${who}`,
    ],
    ['with one canonicalization', { c: 'simple' }, `dkim=pass ${who}`],
    ['with another hash', { bh: 'AAAA' }, `dkim=fail (body hash did not verify) ${who}`],
    ['with a hash that is none', { bh: 'no!' }, `dkim=permerror (signature syntax error) ${who}`],
    ['asked for elsewhere', { q: 'http' }, `dkim=permerror (unsupported query method) ${who}`],
    ['asked for here too', { q: 'http : dns/txt' }, `dkim=pass ${who}`],
    ['that is expired', { x: String(now - 1_000) }, `dkim=neutral (expired) ${who}`],
    ['that will expire', { t: String(now - 9), x: String(now + 1_000) }, `dkim=pass ${who}`],
    [
      'that expires before it is made',
      { t: '1000', x: '1000' },
      `dkim=permerror (invalid expiration) ${who}`,
    ],
    ['of tomorrow', { t: String(now + 86_400) }, `dkim=neutral (signed in the future) ${who}`],
    ['of a clock that is ahead', { t: String(now + 600) }, `dkim=pass ${who}`],
    ['with no time', { t: '-1' }, `dkim=permerror (signature syntax error) ${who}`],
    ['with a time too long', { t: '1'.repeat(13) }, `dkim=permerror (signature syntax error) ${who}`],
    ['with a length that is none', { l: '-1' }, `dkim=permerror (signature syntax error) ${who}`],
    ['with a length beyond measure', { l: '9'.repeat(76) }, `dkim=pass ${who}`],
    [
      'of somebody',
      { i: 'ann@far.example' },
      'dkim=pass header.d=far.example header.i=ann@far.example header.s=here',
    ],
    [
      'of somebody below',
      { i: 'ann@Mail.far.example' },
      'dkim=pass header.d=far.example header.i=ann@mail.far.example header.s=here',
    ],
    [
      'of somebody with signs',
      { i: 'a=3Dn=20n@far.example' },
      'dkim=pass header.d=far.example header.i="a=n n"@far.example header.s=here',
    ],
    [
      'of somebody else',
      { i: 'ann@notfar.example' },
      'dkim=permerror (domain mismatch) header.d=far.example header.i=ann@notfar.example header.s=here',
    ],
    [
      'of somebody above',
      { i: 'ann@example.com' },
      'dkim=permerror (domain mismatch) header.d=far.example header.i=ann@example.com header.s=here',
    ],
    ['of nobody', { i: 'ann' }, 'dkim=permerror (signature syntax error) header.d=far.example header.s=here'],
    ['of no domain', { d: 'far example' }, 'dkim=permerror (signature syntax error) header.s=here'],
    [
      'of a whole top-level domain',
      { d: 'example' },
      'dkim=permerror (signature syntax error) header.s=here',
    ],
    ['in capitals', { a: 'RSA-SHA256', d: 'FAR.Example', h: 'FROM:To : subject' }, `dkim=pass ${who}`],
    [
      'with letters beyond ASCII',
      { d: 'bücher.example' },
      'dkim=pass header.d=xn--bcher-kva.example header.i=@xn--bcher-kva.example header.s=here',
    ],
    [
      'with A-labels',
      { d: 'xn--bcher-kva.example', i: '@b\u00fccher.example' },
      'dkim=pass header.d=xn--bcher-kva.example header.i=@xn--bcher-kva.example header.s=here',
    ],
    [
      'without key',
      { s: 'nowhere' },
      'dkim=permerror (no key) header.d=far.example header.i=@far.example header.s=nowhere',
    ],
    [
      'whose key is not known now',
      { s: 'slow' },
      'dkim=temperror (DNS failure: ETIMEOUT) header.d=far.example header.i=@far.example header.s=slow',
    ],
  ])('%s', async (_, tags, expected) => expect(await dkimOf(signedWith(tags))).toBe(expected));

  it('that says a thing twice is none', async () => {
    const text = signedWith({}).replace('v=1;', 'v=1; v=1;');
    expect(await dkimOf(text)).toBe('dkim=permerror (signature syntax error)');
  });
  it.each([
    'DKIM-Signature:\r\n',
    'DKIM-Signature: ;\r\n',
    'DKIM-Signature: v\r\n',
    'DKIM-Signature: v=1;;a=b\r\n',
  ])('that is no list of tags: %j', async (field) =>
    expect(await dkimOf(`${field}${section}\r\n${body}`)).toBe('dkim=permerror (signature syntax error)'),
  );
  it.each([
    ['', `dkim=pass ${who}`],
    ['\r\n\r\n', `dkim=pass ${who}`],
    ['Pay here.\r\n', `dkim=policy (undersized signature: 11 bytes unsigned) ${who}`],
    ['.', `dkim=policy (undersized signature: 3 bytes unsigned) ${who}`],
  ])('of the beginning of a text speaks not for what stands behind it: %j', async (more, expected) => {
    const text = signedWith({ l: String(body.length) }, { body: body + more });
    expect(await dkimOf(text)).toBe(expected);
  });
  it('covers what is behind the last semicolon', async () => {
    const text = signedWith({}).replace(/(b=[^\r]*)\r\n/, '$1;\r\n');
    expect(await dkimOf(text)).toBe(`dkim=fail (bad signature) ${who}`);
  });
});

describe('what is signed', () => {
  it('is told from what is not, where only a part of the body is', async () => {
    const bh = createHash('sha256').update(body.slice(0, 5)).digest('base64');
    expect(await dkimOf(signedWith({ l: '5', bh }))).toBe(
      `dkim=policy (undersized signature: 11 bytes unsigned) ${who}`,
    );
  });
  it('are fields from the bottom up, of each name as many as are listed', async () => {
    const two = `Comments: first\r\n${section}Comments: second\r\n`;
    const last = { section: two, signed: `${section}Comments: second\r\n` };
    expect(await dkimOf(signedWith({ h: 'from:to:subject:comments' }, last))).toBe(`dkim=pass ${who}`);
    const both = { section: two, signed: `${section}Comments: second\r\nComments: first\r\n` };
    const names = 'from:to:subject:comments:comments:comments';
    expect(await dkimOf(signedWith({ h: names }, both))).toBe(`dkim=pass ${who}`);
    const added = `Comments: zero\r\n${two}`;
    expect(await dkimOf(signedWith({ h: names }, { ...both, section: added }))).toBe(
      `dkim=fail (bad signature) ${who}`,
    );
  });
  it('is never the signature itself', async () => {
    expect(await dkimOf(signedWith({ h: 'from:to:subject:dkim-signature' }))).toBe(`dkim=pass ${who}`);
  });
  it.each(['stray line\r\n', '\xa0From: eve@far.example\r\n', ': nothing\r\n', 'Two words: x\r\n'])(
    'has nothing put between: %j',
    async (line) => {
      const text = signedWith({}, { signed: section, section: section.replace('To:', `${line}To:`) });
      expect(await dkimOf(text)).toBe(`dkim=fail (bad signature) ${who}`);
    },
  );
});

describe('a key', () => {
  it.each([
    ['short', 'pass'],
    ['bare', 'pass'],
    ['blanks', 'pass'],
    ['sha256', 'pass'],
    ['email', 'pass'],
    ['trying', 'pass'],
    ['strict', 'pass'],
    ['two', 'pass'],
    ['revoked', 'permerror (key revoked)'],
    ['old', 'permerror (unknown key version)'],
    ['late', 'permerror (key syntax error)'],
    ['twice', 'permerror (key syntax error)'],
    ['nonsense', 'permerror (invalid public key)'],
    ['noder', 'permerror (invalid public key)'],
    ['none', 'permerror (invalid public key)'],
    ['other', 'permerror (unknown key type)'],
    ['sha1', 'permerror (inappropriate hash algorithm)'],
    ['chat', 'permerror (key not for email)'],
    ['ed', 'permerror (inappropriate key algorithm)'],
  ])('%s: %s', async (s, result) =>
    expect(await dkimOf(signedWith({ s }))).toBe(
      `dkim=${result} header.d=far.example header.i=@far.example header.s=${s}`,
    ),
  );
  it('of Ed25519 is 32 bytes, and nothing before them', async () => {
    const of = (s: string) => dkimOf(signedWith({ a: 'ed25519-sha256', s }, { with: ed25519.privateKey }));
    expect(await of('ed')).toMatch(/^dkim=pass /);
    expect(await of('edspki')).toMatch(/^dkim=permerror \(invalid public key\) /);
  });
  it('of less than 1024 bits is refused', async () => {
    expect(await dkimOf(signedWith({ s: 'weak' }, { with: weak.privateKey }))).toMatch(
      /^dkim=policy \(weak key\) policy.dkim-rules=weak-key /,
    );
  });
  it('in test mode is as none, where the signature is bad', async () => {
    expect(await dkimOf(signedWith({ s: 'trying' }, { signed: 'other' }))).toMatch(
      /^dkim=neutral \(bad signature, key in test mode\) /,
    );
  });
  it('may be for the domain alone', async () => {
    expect(await dkimOf(signedWith({ s: 'strict', i: '@mail.far.example' }))).toMatch(
      /^dkim=permerror \(domain mismatch\) /,
    );
  });
});
