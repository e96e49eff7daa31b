import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manualClock } from '../adapters/memory/manual-clock.ts';
import { createMemoryResolver, type DnsTable } from '../adapters/memory/resolver.ts';
import { systemClock } from '../adapters/node/system-clock.ts';
import type { Resolver } from '../ports/resolver.ts';
import { resultOf } from './authentication-results.ts';
import { authenticationResults, claimsToBeFrom, createMessageVerifier, type Verdict } from './index.ts';
import { dkimSignatures } from './sign-message.ts';

const { publicKey, privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'der' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const key = `v=DKIM1; k=rsa; p=${publicKey.toString('base64')}`;

const dns: DnsTable = {
  txt: {
    'here._domainkey.far.example': [key],
    'far.example': ['v=spf1 ip4:192.0.2.0/24 -all'],
    '_dmarc.far.example': ['v=DMARC1; p=reject; sp=quarantine'],
    'named.example': ['v=spf1 a:mail.named.example mx ptr -all'],
    'slow.example': 'temporary',
  },
  addresses: { 'mail.named.example': ['2001:db8::1', '198.51.100.7'] },
};

const header = 'From: Ann <ann@far.example>\r\nTo: bob@near.example\r\nSubject: Lunch\r\n\r\n';
const body = 'Today at noon?\r\n';

async function signed(text: string): Promise<string> {
  const end = text.indexOf('\r\n\r\n') + 4;
  const message = {
    header: Buffer.from(text.slice(0, end)),
    body: () => [Buffer.from(text.slice(end))],
  };
  const key = { domain: 'far.example', selector: 'here', privateKey: createPrivateKey(privateKey) };
  return `${await dkimSignatures(message, [key], Date.now())}${text}`;
}

function verify(
  text: string,
  from: { address?: string; reversePath?: string; greetedAs?: string } = {},
  resolver: Resolver = createMemoryResolver(dns),
  clock = systemClock,
): Promise<Verdict> {
  const end = text.indexOf('\r\n\r\n') + 4;
  return createMessageVerifier({ resolver, clock, authservId: 'near.example' }).verify({
    address: '203.0.113.9',
    greetedAs: 'mail.far.example',
    reversePath: 'ann@far.example',
    ...from,
    header: Buffer.from(text.slice(0, end)),
    body: async function* () {
      yield Buffer.from(text.slice(end));
    },
  });
}

describe('a message of a domain with a policy', () => {
  it('sees the author whom readers see', async () => {
    const from = (field: string): string => header.replace('Ann <ann@far.example>', field) + body;
    for (const field of [
      'ann @ far . example',
      'ann@far.(shop)example',
      'Ann <ann@far.example>, bob@far.example',
    ])
      expect(await verify(from(field))).toMatchObject({
        dmarc: 'fail',
        policy: 'reject',
        authorDomain: 'far.example',
      });
    for (const field of ['x@near.example, ann@far.example', 'ann@far.example, Others: x@near.example;'])
      expect(await verify(from(field))).toMatchObject({ dmarc: 'permerror', policy: 'quarantine' });
  });

  it('fails from somewhere else', async () => {
    expect(await verify(header + body)).toMatchObject({
      spf: 'fail',
      dkimDomains: [],
      dmarc: 'fail',
      policy: 'reject',
      authorDomain: 'far.example',
    });
  });
  it('fails when its text was changed under the signature', async () => {
    const text = (await signed(header + body)).replace('noon', 'nine');
    expect(await verify(text)).toMatchObject({ dkimDomains: [], dmarc: 'fail' });
  });
  it('fails when what is signed is not signed by its author', async () => {
    const text = (await signed(header + body)).replace('Ann <ann@far', 'Ann <ann@elsewhere.far');
    expect(await verify(text)).toMatchObject({ dmarc: 'fail', policy: 'quarantine' });
  });
  it('fails when it names two authors, each in a field of his own', async () => {
    const text = `From: eve@other.example\r\n${header}${body}`;
    expect(await verify(text, { address: '192.0.2.1' })).toMatchObject({
      dmarc: 'permerror',
      policy: 'quarantine',
    });
  });
  it('passes from where the domain sends', async () => {
    expect(await verify(header + body, { address: '192.0.2.77' })).toMatchObject({
      spf: 'pass',
      dmarc: 'pass',
    });
  });
  it('passes signed, by whatever way it came', async () => {
    const verdict = await verify(await signed(header + body));
    expect(verdict).toMatchObject({ spf: 'fail', dkimDomains: ['far.example'], dmarc: 'pass' });
    expect(authenticationResults('near.example', verdict.results)).toMatch(
      /^Authentication-Results: near.example;\r\n\tdkim=pass header.d=far.example header.i=@far.example header.s=here/,
    );
  });
});

it('a message without author, sender or header is no reproach to anybody', async () => {
  const nothing = await verify('\r\n\r\n', { reversePath: '' });
  expect(nothing).toMatchObject({ dmarc: 'none', policy: 'none', authorDomain: undefined });
});

it('the name of the host is what counts for the null reverse-path', async () => {
  const from = { reversePath: '', greetedAs: 'far.example', address: '192.0.2.1' };
  expect((await verify(header + body, from)).spf).toBe('pass');
});

it.each([
  ['198.51.100.7', 'pass'],
  ['2001:db8::1', 'pass'],
  ['198.51.100.8', 'fail'],
])('addresses of named hosts: %s is %s', async (address, spf) => {
  expect((await verify(header + body, { address, reversePath: 'x@named.example' })).spf).toBe(spf);
});

describe('a name server', () => {
  it('that fails is no reproach', async () => {
    const text = header.replace('far.example', 'slow.example') + body;
    const verdict = await verify(text, { reversePath: 'x@slow.example' });
    expect(verdict).toMatchObject({ spf: 'temperror', policy: 'none' });
    expect(verdict.dmarc).not.toBe('fail');
  });
  it.each([
    ['of the author', 'far.example', true],
    ['below the author', 'sub.far.example', true],
    ['beside the author', 'sub.far.example', true, 'news.far.example'],
    ['of somebody else', 'eve.example', false],
    ['of a namesake', 'notfar.example', false],
  ])(
    '%s that fails may let the message pass later: %s, %s',
    async (_, domain, mayPassLater, author = 'far.example') => {
      const text = (await signed(header + body))
        .replace('d=far.example', `d=${domain}`)
        .replace('ann@far.example', `ann@${author}`);
      const table = { txt: { ...dns.txt, [`here._domainkey.${domain}`]: 'temporary' as const } };
      const verdict = await verify(text, { reversePath: 'eve@eve.example' }, createMemoryResolver(table));
      expect(verdict).toMatchObject({ dmarc: 'fail', authorDomain: author, mayPassLater });
    },
  );
  it('that never answers is waited for no longer than half a minute', async () => {
    const clock = manualClock();
    const never = new Promise<never>(() => {});
    const silent: Resolver = {
      mx: () => never,
      addresses: () => never,
      names: () => never,
      txt: () => never,
      tlsa: () => never,
    };
    const text = await signed(header + body);
    let verdict: Verdict | undefined;
    void verify(text, {}, silent, clock).then((known) => {
      verdict = known;
    });
    for (let second = 0; second < 26; second++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      clock.advance(1_000);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(verdict).toMatchObject({ spf: 'temperror', dkimDomains: [], policy: 'none' });
  });
  it('of a sender that never answers hides no policy of the domain it pretends to be', async () => {
    const clock = manualClock();
    const table = createMemoryResolver(dns);
    const resolver: Resolver = {
      ...table,
      txt: (name) => (name === 'tarpit.example' ? new Promise<never>(() => {}) : table.txt(name)),
    };
    let verdict: Verdict | undefined;
    void verify(header + body, { reversePath: 'x@tarpit.example' }, resolver, clock).then((known) => {
      verdict = known;
    });
    for (let second = 0; second < 100 && verdict === undefined; second++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      clock.advance(1_000);
    }
    expect(verdict).toMatchObject({ spf: 'temperror', dmarc: 'fail', policy: 'reject' });
  });
  it('is asked once for many messages', async () => {
    const asked: string[] = [];
    const table = createMemoryResolver(dns);
    const resolver: Resolver = {
      ...table,
      txt: (name) => {
        asked.push(name);
        return table.txt(name);
      },
    };
    const verifier = createMessageVerifier({ resolver, clock: systemClock, authservId: 'near.example' });
    const text = await signed(header + body);
    const end = text.indexOf('\r\n\r\n') + 4;
    for (let count = 0; count < 20; count++) {
      await verifier.verify({
        address: '192.0.2.1',
        greetedAs: 'x',
        reversePath: `a${count}@far.example`,
        header: Buffer.from(text.slice(0, end)),
        body: () => [Buffer.from(text.slice(end))],
      });
    }
    expect(asked.sort()).toEqual([
      '_dmarc.example',
      '_dmarc.far.example',
      'far.example',
      'here._domainkey.far.example',
    ]);
  });
});

it('a sender says no result of a check that was not made', async () => {
  const reversePath = '"x; arc=pass ) ; arc=pass ("@far.example';
  const { results } = await verify(header + body, { reversePath, greetedAs: 'x;arc=pass' });
  const field = authenticationResults('near.example', results);
  expect(field).toContain('; arc=pass');
  expect(resultOf('arc', field.slice(field.indexOf(';') + 1))).toBeUndefined();
  expect(resultOf('spf', field.slice(field.indexOf(';') + 1))).toBe('fail');
});

it('answers and names without measure are not kept', async () => {
  const table = createMemoryResolver({});
  let asked = 0;
  const names = new Set<string>();
  const resolver: Resolver = {
    ...table,
    txt: (name) => {
      if (name === 'far.example') asked += 1;
      names.add(name);
      return name === 'far.example'
        ? Promise.resolve({ kind: 'found', records: ['v=spf1 -all', 'x'.repeat(60_000)] })
        : table.txt(name);
    },
  };
  const verifier = createMessageVerifier({ resolver, clock: systemClock, authservId: 'near.example' });
  const long = (await signed(header + body)).replace('s=here', `s=${'x'.repeat(1_000)}`);
  for (const address of ['192.0.2.1', '192.0.2.2']) {
    const end = long.indexOf('\r\n\r\n') + 4;
    const from = { address, greetedAs: 'x', reversePath: 'ann@far.example' };
    const message = { ...from, header: Buffer.from(long.slice(0, end)), body: () => [Buffer.from(body)] };
    expect((await verifier.verify(message)).dkimDomains).toEqual([]);
  }
  expect(asked).toBe(2);
  expect([...names].every((name) => name.length < 254)).toBe(true);
});

it('of a thousand signatures ten are looked at', async () => {
  const asked = new Set<string>();
  const table = createMemoryResolver(dns);
  const resolver: Resolver = {
    ...table,
    txt: (name) => {
      asked.add(name);
      return table.txt(name);
    },
  };
  const one = (await signed(header + body)).split('From:')[0]!;
  const many = Array.from({ length: 1_000 }, (_, index) => one.replace('s=here', `s=s${index}`)).join('');
  const verdict = await verify(many + header + body, {}, resolver);
  expect([...asked].filter((name) => name.includes('_domainkey')).length).toBeLessThanOrEqual(10);
  expect(verdict.results.length).toBeLessThan(14);
});

it('of a long body nothing is kept', async () => {
  const text = await signed(header + body);
  const end = text.indexOf('\r\n\r\n') + 4;
  const line = Buffer.from(`${'x'.repeat(76)}\r\n`.repeat(800));
  globalThis.gc?.();
  const before = process.memoryUsage();
  let highest = 0;
  await createMessageVerifier({
    resolver: createMemoryResolver(dns),
    clock: systemClock,
    authservId: 'near.example',
  }).verify({
    address: '192.0.2.1',
    greetedAs: 'x',
    reversePath: 'a@far.example',
    header: Buffer.from(text.slice(0, end)),
    body: function* () {
      for (let count = 0; count < 1_600; count++) {
        yield line;
        if (count % 100 === 0) {
          const now = process.memoryUsage();
          highest = Math.max(highest, now.heapUsed + now.arrayBuffers);
        }
      }
    },
  });
  // A hundred megabytes went through.
  expect(highest - before.heapUsed - before.arrayBuffers).toBeLessThan(60_000_000);
});

describe('a field that claims to be ours', () => {
  it.each([
    ['near.example; spf=pass', true],
    [' near.example 1; spf=pass', true],
    ['\r\n\tNEAR.EXAMPLE\r\n ; spf=pass', true],
    [' "near.example"; spf=pass', true],
    [' (a (nested) comment) near.example.; none', true],
    [' near.example', true],
    [' other.example; near.example', false],
    [' nearer.example; spf=pass', false],
    ['', false],
    [' (near.example', false],
    [' other(near.example', false],
  ])('%j: %s', (value, isOurs) => expect(claimsToBeFrom('near.example', value)).toBe(isOurs));

  it('is read at once, however deep its comments are', () => {
    const before = performance.now();
    const deep = `${'('.repeat(120_000)}${')'.repeat(120_000)}`;
    expect(claimsToBeFrom('near.example', `${deep}near.example; none`)).toBe(true);
    expect(claimsToBeFrom('near.example', '(\\'.repeat(120_000))).toBe(false);
    expect(performance.now() - before).toBeLessThan(2_000);
  });
});

it('whatever a client says of itself, it writes no field of its own', async () => {
  const word = fc.string({ unit: 'binary', maxLength: 60 }).map((text) => text.replace(/[\r\n\0]/g, ''));
  await fc.assert(
    fc.asyncProperty(word, word, word, async (greetedAs, reversePath, author) => {
      const verdict = await verify(`From: ${author}\r\nSubject: x\r\n\r\ny\r\n`, { greetedAs, reversePath });
      const field = authenticationResults('near.example', verdict.results);
      const [first, ...lines] = field.slice(0, -2).split('\r\n');
      expect(first).toBe('Authentication-Results: near.example;');
      for (const line of lines) {
        expect(line).toMatch(/^\t\S/);
        expect(line).not.toMatch(/[\x00-\x08\x0a-\x1f\x7f]/);
        expect(Buffer.byteLength(line)).toBeLessThan(998);
      }
    }),
    { numRuns: 300 },
  );
});

describe('a quarter of a million blanks', () => {
  const blanks = ' '.repeat(200_000);
  it.each([
    ['in the name of a field', (text: string) => `X${blanks}y: 1\r\n${text}`],
    ['in a line that is no field', (text: string) => `X${blanks}y\r\n${text}`],
    ['in a tag', (text: string) => `DKIM-Signature: v=1; x${blanks}y=1\r\n${text}`],
    ['in a list of fields', (text: string) => `DKIM-Signature: v=1; h=from:a${blanks}b; d=x\r\n${text}`],
    ['and lines without colon', (text: string) => `${'x\r\n'.repeat(66_000)}${text}`],
    [
      'and names of fields',
      (text: string) =>
        `DKIM-Signature: v=1; a=rsa-sha256; d=far.example; s=here; bh=AAAA; b=AAAA; h=${'from:'.repeat(40_000)}to\r\n${text}`,
    ],
  ])('%s keep nobody waiting', async (_where, changed) => {
    const before = performance.now();
    const verdict = await verify(changed(await signed(header + body)));
    expect(verdict.dkimDomains).toEqual(['far.example']);
    expect(performance.now() - before).toBeLessThan(4_000);
  });
});

it('nothing that a message holds breaks the check', async () => {
  const piece = fc.oneof(
    fc.constantFrom(
      'DKIM-Signature: ',
      'ARC-Seal: i=1; cv=none; ',
      'ARC-Message-Signature: i=1; ',
      'ARC-Authentication-Results: i=1; ',
      'From: ',
      'v=1; ',
      'a=rsa-sha256; ',
      'b=AAAA; ',
      'bh=AAAA; ',
      'd=far.example; ',
      's=here; ',
      'h=from:from; ',
      'l=5; ',
      'l=-1; ',
      'l=99999999999999999999; ',
      'c=relaxed/simple; ',
      't=9999999999999; ',
      'x=1; ',
      'i=@far.example; ',
      '\r\n',
      '\r\n ',
      '<a@far.example>, ',
      '(',
      '"',
    ),
    fc.string({ unit: 'binary', maxLength: 10 }),
  );
  const bugs: unknown[] = [];
  const verifier = createMessageVerifier({
    resolver: createMemoryResolver(dns),
    clock: systemClock,
    authservId: 'near.example',
    onBug: (error) => bugs.push(error),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 40 }), async (pieces) => {
      const header = Buffer.from(`${pieces.join('')}\r\n\r\n`, 'latin1');
      await verifier.verify({
        address: '192.0.2.1',
        greetedAs: 'x',
        reversePath: 'a@far.example',
        header,
        body: () => [Buffer.from(body)],
      });
    }),
    { numRuns: 2_000 },
  );
  expect(bugs).toEqual([]);
});

it('a body that cannot be read is told, and no verdict', async () => {
  const bugs: unknown[] = [];
  const verifier = createMessageVerifier({
    resolver: createMemoryResolver(dns),
    clock: systemClock,
    authservId: 'near.example',
    onBug: (error) => bugs.push(error),
  });
  const text = await signed(header + body);
  const end = text.indexOf('\r\n\r\n') + 4;
  const message = {
    address: '192.0.2.1',
    greetedAs: 'x',
    reversePath: 'a@far.example',
    header: Buffer.from(text.slice(0, end)),
  };
  const unreadable = async function* (): AsyncIterable<Uint8Array> {
    yield Buffer.from('x');
    throw new Error('the disk is broken');
  };
  await expect(verifier.verify({ ...message, body: unreadable })).rejects.toThrow('the disk is broken');
  expect(bugs).toEqual([]);
});

it('lines of Authentication-Results are folded', () => {
  const field = authenticationResults('near.example', [`dkim=pass ${'header.x=y '.repeat(20)}`.trim()]);
  for (const line of field.split('\r\n')) expect(line.length).toBeLessThan(80);
  expect(authenticationResults('near.example', [])).toBe(
    'Authentication-Results: near.example;\r\n\tnone\r\n',
  );
});
