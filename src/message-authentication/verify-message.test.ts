/** SPF, DKIM, DMARC and ARC of a message together, and name servers that do not answer. */
import { describe, expect, it } from 'vitest';
import { manualClock } from '../adapters/memory/manual-clock.ts';
import { createMemoryResolver } from '../adapters/memory/resolver.ts';
import { systemClock } from '../adapters/node/system-clock.ts';
import type { Resolver } from '../ports/resolver.ts';
import { authenticationResults, createMessageVerifier, type Verdict } from './index.ts';
import { askedResolver, body, dns, header, signed, verify } from './testing/far-example.ts';

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

  it('sees the author in letters beyond ASCII, and in such as stand for ASCII', async () => {
    const records = { '_dmarc.xn--vl-jia.example': 'reject', '_dmarc.xn--bcher-kva.example': 'quarantine' };
    const txt = Object.entries(records).map(([name, policy]) => [name, [`v=DMARC1; p=${policy}`]]);
    const resolver = createMemoryResolver({ txt: { ...dns.txt, ...Object.fromEntries(txt) } });
    for (const [from, policy, authorDomain] of [
      ['Ann <ann@v\u00e0l.example>', 'reject', 'xn--vl-jia.example'],
      ['ann@B\u00dcCHER.example', 'quarantine', 'xn--bcher-kva.example'],
      ['ann@b\u00fccher.example, bob@xn--bcher-kva.example', 'quarantine', 'xn--bcher-kva.example'],
      ['ann@\uff46ar\u3002example', 'reject', 'far.example'],
    ] as const)
      expect(await verify(`From: ${from}\r\n\r\n${body}`, {}, resolver)).toMatchObject({
        dmarc: 'fail',
        policy,
        authorDomain,
      });
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
  it('that knows one family of addresses only is no reproach to who comes from the other', async () => {
    const half: Resolver = {
      ...createMemoryResolver(dns),
      addresses: async () => ({ kind: 'found', records: ['198.51.100.7'], unknown: 'AAAA' }),
    };
    const spf = async (address: string): Promise<string> =>
      (await verify(header + body, { address, reversePath: 'x@named.example' }, half)).spf;
    expect(await spf('2001:db8::1')).toBe('temperror');
    expect(await spf('198.51.100.7')).toBe('pass');
    expect(await spf('198.51.100.8')).toBe('fail');
  });
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
    const { resolver, asked } = askedResolver();
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
