/**
 * DKIM, ARC and SPF against implementations of others, both ways: dkimpy and pyspf of the distribution. Skipped loudly where
 * they are absent.
 */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMemoryResolver } from '../../src/adapters/memory/resolver.ts';
import { systemClock } from '../../src/adapters/node/system-clock.ts';
import {
  arcSet,
  authenticationResults,
  createMessageVerifier,
  dkimSignatures,
  newSigningKey,
  recordName,
  recordText,
  type SigningKey,
} from '../../src/message-authentication/index.ts';

/** Debian puts them beside the interpreter of the system, which need not be the first on the path. */
const python = ['/usr/bin/python3', 'python3'].find(
  (each) => spawnSync(each, ['-c', 'import dkim, spf']).status === 0,
);
if (python === undefined) {
  process.stderr.write(
    'SKIPPED: no dkimpy and pyspf here (python3-dkim, python3-spf); nobody else checks DKIM and SPF\n',
  );
}

let peer: ChildProcessWithoutNullStreams;
const waiting: ((line: string) => void)[] = [];
const keys: SigningKey[] = [];
const txt: Record<string, string> = {};

beforeAll(async () => {
  for (const algorithm of ['rsa', 'ed25519'] as const) {
    const made = await newSigningKey(algorithm);
    const place = { domain: 'far.example', selector: algorithm };
    keys.push({ ...place, privateKey: createPrivateKey(made.privateKey) });
    txt[recordName(place)] = recordText({ ...place, algorithm, publicKey: made.publicKey });
  }
  if (python === undefined) return;
  peer = spawn(python, [join(import.meta.dirname, 'sender-authentication.py')]);
  peer.stderr.pipe(process.stderr);
  createInterface({ input: peer.stdout }).on('line', (line) => waiting.shift()?.(line));
});
afterAll(() => peer?.kill());

async function ask(question: object): Promise<unknown> {
  const line = new Promise<string>((resolve) => waiting.push(resolve));
  peer.stdin.write(`${JSON.stringify(question)}\n`);
  const answer = JSON.parse(await line) as { result?: unknown; error?: string };
  if (answer.error !== undefined) throw new Error(answer.error);
  return answer.result;
}

const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');
const split = (text: string) => {
  const bytes = Buffer.from(text, 'latin1');
  const end = bytes.indexOf('\r\n\r\n') + 4;
  return { header: bytes.subarray(0, end), body: () => [bytes.subarray(end)] };
};
const sign = async (text: string, with_ = keys): Promise<string> =>
  `${await dkimSignatures(split(text), with_, Date.now())}${text}`;

const verify = (text: string) =>
  createMessageVerifier({
    resolver: createMemoryResolver({
      txt: { ...Object.fromEntries(Object.entries(txt).map(([name, each]) => [name, [each]])) },
    }),
    clock: systemClock,
    authservId: 'near.example',
  }).verify({
    address: '192.0.2.1',
    greetedAs: 'mail.far.example',
    reversePath: 'a@far.example',
    ...split(text),
  });

const plain =
  'Received: from x\r\n\tby y; Mon, 2 Nov 1998 17:31:22 -0600\r\nFrom: Ann <ann@far.example>\r\nTo: bob@near.example,\r\n carol@near.example\r\n' +
  'Subject: Lunch   and  \t dinner \r\nDate: Mon, 2 Nov 1998 17:31:22 -0600\r\nMessage-ID: <1@far.example>\r\n\r\n';
const messages = {
  'a short one': `${plain}Today at noon?\r\n`,
  'blanks at the ends of lines, and empty lines': `${plain}one  two\t three \t\r\n \t\r\n\r\n four\r\n\r\n\r\n \r\n`,
  'no body': plain,
  'only empty lines': `${plain}\r\n\r\n\r\n`,
  'no line end at the end': `${plain}Today`,
  'eight bits': `${plain}caf\xe9 \xc3\xa9\r\n`,
  'a field twice': `Subject: First\r\nComments: x\r\n${plain}x\r\n`,
  'a long one': `${plain}${`${'some text '.repeat(9)}\r\n`.repeat(9_000)}`,
};

describe.skipIf(python === undefined)('dkimpy', () => {
  test.each(Object.entries(messages))('verifies what we sign: %s', async (_, text) => {
    expect(await ask({ kind: 'verify', message: base64(await sign(text)), txt })).toEqual([true, true]);
  });
  test.each(['From: eve@far.example', 'Subject: Another', 'To: eve@far.example', 'Cc: eve@far.example'])(
    'does not verify what somebody has added above: %s',
    async (field) => {
      const signed = `${field}\r\n${await sign(messages['a short one'])}`;
      expect(await ask({ kind: 'verify', message: base64(signed), txt })).toEqual([false, false]);
      expect((await verify(signed)).dkimDomains).toEqual([]);
    },
  );
  for (const canonicalize of [
    ['relaxed', 'relaxed'],
    ['simple', 'simple'],
    ['relaxed', 'simple'],
    ['simple', 'relaxed'],
  ]) {
    test.each(Object.entries(messages))(
      `signs with ${canonicalize.join('/')} what we verify: %s`,
      async (_, text) => {
        const key = keys[0]!.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
        const question = {
          kind: 'sign',
          selector: 'rsa',
          domain: 'far.example',
          key,
          algorithm: 'rsa-sha256',
        };
        const field = (await ask({ ...question, canonicalize, message: base64(text) })) as string;
        expect((await verify(`${field}${text}`)).dkimDomains).toEqual(['far.example']);
        const changed = `${field}${text.replace('Lunch', 'Supper')}`;
        expect((await verify(changed)).dkimDomains).toEqual([]);
        expect(await ask({ kind: 'verify', message: base64(changed), txt })).toEqual([false]);
      },
    );
  }
});

interface StrictVerifier {
  readonly results: readonly { readonly status: { readonly result: string } }[];
  end(bytes: Uint8Array): void;
  once(event: 'finish' | 'error', listener: (error?: Error) => void): void;
}

/** What mailauth finds in the whole message, following the RFCs exactly: good or not, for each signature. */
async function mailauthFinds(text: string): Promise<readonly boolean[]> {
  // @ts-expect-error: no types of its own
  const { default: parts } = await import('mailauth/lib/dkim/dkim-verifier.js');
  const { DkimVerifier } = parts as { DkimVerifier: new (options: object) => StrictVerifier };
  const resolver = async (name: string) => {
    const record = txt[name];
    if (record === undefined) throw Object.assign(new Error('none'), { code: 'ENOTFOUND' });
    return [[record]];
  };
  const verifier = new DkimVerifier({ strict: true, resolver });
  await new Promise<void>((resolve, reject) => {
    verifier.once('finish', () => resolve());
    verifier.once('error', reject);
    verifier.end(Buffer.from(text, 'latin1'));
  });
  return verifier.results.map(({ status }) => status.result === 'pass');
}

const textPiece = fc.constantFrom(
  'word',
  ' ',
  '  ',
  '\t',
  '\r\n',
  ' \r\n',
  '\r\n\r\n',
  '.',
  '\xe9',
  '\xc3\xa9',
  '=',
);
const anyBody = fc.array(textPiece, { maxLength: 30 }).map((pieces) => `${pieces.join('')}\r\n`);
const folded = fc
  .array(fc.constantFrom('one', ' ', '  ', '\t', '\r\n ', '\r\n\t', ':', ';', '\xc3\xa9'), { maxLength: 12 })
  .map((pieces) => `${pieces.join('')}x`);
const anyField = fc
  .tuple(
    fc.constantFrom('Subject', 'SUBJECT', 'To', 'Comments', 'X-Odd.Name', 'Date'),
    fc.constantFrom(':', ': ', ':\t', ':\r\n '),
    folded,
  )
  .map((parts) => `${parts.join('')}\r\n`);
const anyMessage = fc
  .tuple(fc.array(anyField, { maxLength: 6 }), fc.oneof(anyBody, fc.constant('')))
  .map(([fields, body]) => `From: Ann <ann@far.example>\r\n${fields.join('')}\r\n${body}`);

/** What may happen to a message on its way; some of it a signature stands, relaxed as it is. */
const changes: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `Subject: added\r\n${text}`,
  (text) => `Received: from x\r\n\tby y\r\n${text}`,
  (text) => `${text}\r\n\r\n`,
  (text) => `${text}more\r\n`,
  (text) => text.replace('\r\n\r\n', '\r\nTo: eve@far.example\r\n\r\n'),
  (text) => text.replaceAll('\r\n', ' \r\n').replace(' \r\n \r\n', '\r\n\r\n'),
  (text) => text.replaceAll('  ', '\t'),
  (text) => text.replace('From: ', 'from:   '),
  (text) => text.replace('word', 'Word'),
  (text) => text.replace('v=1', 'v=1; v=1'),
  (text) => text.replace('; d=', ' ;d='),
  (text) => text.replace('s=rsa', 's=ed25519'),
];

describe.skipIf(python === undefined)('any message, however it is changed', () => {
  const agree = async (text: string): Promise<void> => {
    const { results } = await verify(text);
    // A signature over a part alone is not believed, but it is computed as others do.
    const good = /^dkim=(pass|policy \(undersized )/;
    const ours = results.flatMap((each) => (each.startsWith('dkim=') ? good.test(each) : []));
    expect({ text, results, found: ours }).toEqual({ text, results, found: await mailauthFinds(text) });
    const theirs = await ask({ kind: 'verify', message: base64(text), txt });
    expect({ text, results, found: ours }).toEqual({ text, results, found: theirs });
  };
  test('that we sign: dkimpy, mailauth and we find the same', async () => {
    await fc.assert(
      fc.asyncProperty(anyMessage, fc.constantFrom(...changes), async (text, change) => {
        await agree(change(await sign(text)));
      }),
      { numRuns: 300 },
    );
  }, 60_000);
  test('that dkimpy signs: dkimpy, mailauth and we find the same', async () => {
    const key = keys[0]!.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    const word = fc.constantFrom('relaxed', 'simple');
    await fc.assert(
      fc.asyncProperty(
        anyMessage,
        fc.tuple(word, word),
        fc.boolean(),
        fc.constantFrom(...changes),
        async (text, canonicalize, length, change) => {
          const question = { kind: 'sign', selector: 'rsa', domain: 'far.example', algorithm: 'rsa-sha256' };
          const field = await ask({ ...question, key, canonicalize, length, message: base64(text) });
          await agree(change(`${field as string}${text}`));
        },
      ),
      { numRuns: 150 },
    );
  }, 60_000);
});

describe.skipIf(python === undefined)('ARC', () => {
  const sealedByUs = async (text: string): Promise<string> => {
    const { results } = await verify(text);
    const known = `${authenticationResults('near.example', results)}${text}`;
    return `${await arcSet(split(known), keys[0]!, 'near.example', Date.now())}${known}`;
  };
  const sealedByThem = async (text: string): Promise<string> => {
    const key = keys[0]!.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    const known = `Authentication-Results: lists.example; spf=pass\r\n${text}`;
    const question = {
      kind: 'seal',
      selector: 'rsa',
      domain: 'far.example',
      key,
      authservId: 'lists.example',
      txt,
    };
    return `${await ask({ ...question, message: base64(known) })}${known}`;
  };
  const theirVerdict = (text: string) => ask({ kind: 'arc', message: base64(text), txt });

  test('dkimpy believes our seal, and not what was changed under it', async () => {
    const sealed = await sealedByUs(messages['a short one']);
    expect(await theirVerdict(sealed)).toBe('pass');
    expect(await theirVerdict(sealed.replace('noon', 'nine'))).toBe('fail');
    expect((await verify(sealed)).sealedBy).toBe('far.example');
  });
  test('we believe theirs, and seal it again: both believe the chain', async () => {
    const once = await sealedByThem(messages['a short one']);
    expect((await verify(once)).sealedBy).toBe('far.example');
    expect((await verify(once.replace('noon', 'nine'))).sealedBy).toBeUndefined();
    const twice = await sealedByUs(once);
    expect(twice).toContain('i=2;');
    for (const line of twice.split('\r\n')) expect(line.length).toBeLessThan(200);
    expect(await theirVerdict(twice)).toBe('pass');
    expect((await verify(twice)).sealedBy).toBe('far.example');
  });
});

const dns: Record<string, Record<string, readonly (string | readonly [number, string])[]>> = {
  'plain.example': { TXT: ['v=spf1 ip4:192.0.2.0/28 ip6:2001:db8::/32 -all'] },
  'soft.example': { TXT: ['v=spf1 ~all'] },
  'neutral.example': { TXT: ['v=spf1 ?all'] },
  'mx.example': { TXT: ['v=spf1 mx -all'], MX: [[10, 'mail.mx.example']] },
  'mail.mx.example': { A: ['192.0.2.1'] },
  'a.example': { TXT: ['v=spf1 a/24 -all'], A: ['192.0.2.200'] },
  'included.example': { TXT: ['v=spf1 include:plain.example -all'] },
  'redirected.example': { TXT: ['v=spf1 redirect=plain.example'] },
  'loop.example': { TXT: ['v=spf1 include:loop.example -all'] },
  'wrong.example': { TXT: ['v=spf1 ip4:nonsense -all'] },
  'unknown.example': { TXT: ['v=spf1 nonsense:x -all'] },
  'two.example': { TXT: ['v=spf1 +all', 'v=spf1 -all'] },
  'none.example': { TXT: ['something else'] },
  'macro.example': { TXT: ['v=spf1 exists:%{l}.%{ir}.%{d} -all'] },
  'ann.1.2.0.192.macro.example': { A: ['127.0.0.2'] },
  'named.example': { TXT: ['v=spf1 ptr -all'] },
  'host.named.example': { A: ['192.0.2.1'] },
  '1.2.0.192.in-addr.arpa': { PTR: ['host.named.example'] },
};

describe.skipIf(python === undefined)('pyspf agrees', () => {
  const resolver = createMemoryResolver({
    txt: Object.fromEntries(
      Object.entries(dns).map(([name, { TXT = [] }]) => [name, TXT as readonly string[]]),
    ),
    mx: Object.fromEntries(
      Object.entries(dns).map(([name, { MX = [] }]) => [
        name,
        (MX as readonly (readonly [number, string])[]).map(([preference, exchange]) => ({
          preference,
          exchange,
        })),
      ]),
    ),
    addresses: Object.fromEntries(
      Object.entries(dns).map(([name, { A = [] }]) => [name, A as readonly string[]]),
    ),
    names: { '192.0.2.1': ['host.named.example'] },
  });
  const domains = Object.keys(dns).filter((name) => dns[name]?.['TXT'] !== undefined);
  test.each(
    [...domains, 'absent.example'].flatMap((domain) =>
      ['192.0.2.1', '198.51.100.9', '2001:db8::9'].map((address) => [domain, address] as const),
    ),
  )('about %s from %s', async (domain, address) => {
    const sender = `ann@${domain}`;
    const theirs = await ask({ kind: 'spf', address, sender, helo: 'helo.example', dns });
    const verifier = createMessageVerifier({ resolver, clock: systemClock, authservId: 'near.example' });
    const { spf } = await verifier.verify({
      address,
      greetedAs: 'helo.example',
      reversePath: sender,
      header: Buffer.from(`From: ${sender}\r\n\r\n`),
      body: () => [],
    });
    expect(spf).toBe(theirs);
  });
});
