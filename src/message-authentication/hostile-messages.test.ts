/** Messages, and answers of name servers, without measure. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { processorMsOf } from '../../test/support/processor-time.ts';
import { createMemoryResolver } from '../adapters/memory/resolver.ts';
import { systemClock } from '../adapters/node/system-clock.ts';
import type { Resolver } from '../ports/resolver.ts';
import { createMessageVerifier } from './index.ts';
import { askedResolver, body, dns, header, signed, verify } from './testing/far-example.ts';

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
  const { resolver, asked } = askedResolver();
  const one = (await signed(header + body)).split('From:')[0]!;
  const many = Array.from({ length: 1_000 }, (_, index) => one.replace('s=here', `s=s${index}`)).join('');
  const verdict = await verify(many + header + body, {}, resolver);
  expect([...new Set(asked)].filter((name) => name.includes('_domainkey')).length).toBeLessThanOrEqual(10);
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
    const text = changed(await signed(header + body));
    const took = await processorMsOf(async () =>
      expect((await verify(text)).dkimDomains).toEqual(['far.example']),
    );
    expect(took).toBeLessThan(4_000);
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
