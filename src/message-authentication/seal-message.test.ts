import { createPrivateKey } from 'node:crypto';
import { expect, it } from 'vitest';
import { createMemoryResolver } from '../adapters/memory/resolver.ts';
import { systemClock } from '../adapters/node/system-clock.ts';
import {
  arcSet,
  authenticationResults,
  createMessageVerifier,
  newSigningKey,
  recordName,
  recordText,
} from './index.ts';

const made = await newSigningKey('rsa');
const place = { domain: 'near.example', selector: 'here' };
const key = { ...place, privateKey: createPrivateKey(made.privateKey) };
const verifier = createMessageVerifier({
  resolver: createMemoryResolver({
    txt: { [recordName(place)]: [recordText({ ...place, algorithm: 'rsa', publicKey: made.publicKey })] },
  }),
  clock: systemClock,
  authservId: 'near.example',
});

const parts = (text: string) => {
  const end = text.indexOf('\r\n\r\n') + 4;
  return { header: Buffer.from(text.slice(0, end)), body: () => [Buffer.from(text.slice(end))] };
};
const checked = (text: string) =>
  verifier.verify({ address: '192.0.2.1', greetedAs: 'x', reversePath: 'a@far.example', ...parts(text) });
const sealOf = (text: string): Promise<string> => arcSet(parts(text), key, 'near.example', Date.now());

/** As a host of ours takes it in and sends it on; '' in place of a seal where it has none. */
async function forwarded(text: string): Promise<{ readonly seal: string; readonly text: string }> {
  const { results } = await checked(text);
  const known = `${authenticationResults('near.example', results)}${text}`;
  const seal = await sealOf(known);
  return { seal, text: `${seal}${known}` };
}

const message = 'From: Ann <ann@far.example>\r\nSubject: Lunch\r\n\r\nToday at noon?\r\n';

it('each host that forwards a message adds to the chain', async () => {
  let text = message;
  for (const [instance, status] of [
    [1, 'none'],
    [2, 'pass'],
    [3, 'pass'],
  ] as const) {
    const next = await forwarded(text);
    expect(next.seal).toMatch(new RegExp(`^ARC-Seal: i=${instance}; a=rsa-sha256;[^]*cv=${status};`));
    expect(next.seal.match(/^ARC-[\w-]+: i=\d/gm)).toEqual([
      `ARC-Seal: i=${instance}`,
      `ARC-Message-Signature: i=${instance}`,
      `ARC-Authentication-Results: i=${instance}`,
    ]);
    text = next.text;
    expect((await checked(text)).sealedBy).toBe('near.example');
  }
});

it('a chain that is broken is sealed as such, and never again', async () => {
  const { text } = await forwarded(message);
  const broken = await forwarded(text.replace('noon', 'nine'));
  expect(broken.seal).toContain('cv=fail');
  expect((await checked(broken.text)).sealedBy).toBeUndefined();
  expect((await forwarded(broken.text)).seal).toBe('');
});

it.each([
  ['that nobody has looked at', message],
  ['of which others speak', `Authentication-Results: far.example; arc=pass\r\n${message}`],
  ['whose chain is not there', `Authentication-Results: near.example; arc=pass\r\n${message}`],
  [
    'whose chain is not whole',
    `Authentication-Results: near.example; arc=pass\r\nARC-Seal: i=1; cv=none; b=x\r\n${message}`,
  ],
  [
    'whose chain was not found',
    `Authentication-Results: near.example; spf=pass\r\nARC-Seal: i=1; cv=none; b=x\r\n${message}`,
  ],
  [
    'whose chain is full',
    `Authentication-Results: near.example; arc=fail\r\nARC-Seal: i=50; cv=pass; b=x\r\n${message}`,
  ],
])('a message %s gets no seal', async (_, text) => expect(await sealOf(text)).toBe(''));
