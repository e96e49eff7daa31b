/** What is done to a message that has come in, short and long, before it is taken. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryResolver } from '../adapters/memory/resolver.ts';
import { openSpool } from '../adapters/node/spool.ts';
import { systemClock } from '../adapters/node/system-clock.ts';
import { createMessageVerifier } from '../message-authentication/index.ts';
import { silentLog } from '../ports/log.ts';
import type { FilteredMessage, FilterVerdict, MessageFilter } from '../ports/message-filter.ts';
import type { MessageText, Spool } from '../ports/message-text.ts';
import { IncomingMessage } from './incoming-message.ts';
import { dmarcAction } from './inspection.ts';
import { defaultReceiverSettings, type ReceiverSettings } from './receiver-settings.ts';
import type { ReceiverDependencies, Session } from './session.ts';

let directory: string;
let spool: Spool;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'inspection-'));
  spool = await openSpool(directory, systemClock);
});
afterEach(() => rmSync(directory, { recursive: true }));

const verifier = createMessageVerifier({
  resolver: createMemoryResolver({
    txt: {
      'bank.example': ['v=spf1 -all'],
      '_dmarc.bank.example': ['v=DMARC1; p=reject'],
      'down.bank.example': 'temporary',
      'slow.example': 'temporary',
    },
  }),
  clock: systemClock,
  authservId: 'near.example',
});

function sessionOf(
  address: string,
  settings: Partial<ReceiverSettings> = {},
  filter?: MessageFilter,
): Session {
  return {
    dependencies: {
      spool,
      verifier,
      ...(filter === undefined ? {} : { filter }),
      hostName: 'near.example',
      log: silentLog,
      events: { note() {} },
      storage: { failed() {}, worked() {} },
    } as Partial<ReceiverDependencies> as ReceiverDependencies,
    settings: { ...defaultReceiverSettings, ...settings },
    peer: { address, port: 1 },
    greetedAs: 'client.example',
    transaction: {
      reversePath: 'eve@bank.example',
      forwardPaths: new Map([['a', undefined]]),
      body: undefined,
      requests: {},
    },
  } as Partial<Session> as Session;
}

const RECEIVED = 'Received: from there\r\n\tby here;\r\n';

async function received(session: Session, text: string): Promise<{ text?: string; refusal?: string }> {
  const { text: kept, refusal } = await finished(session, text);
  return kept === undefined ? { refusal: refusal! } : { text: await textOf(kept) };
}

async function finished(session: Session, text: string): Promise<{ text?: MessageText; refusal?: string }> {
  const incoming = new IncomingMessage(session, RECEIVED);
  const bytes = Buffer.from(`${text}${/\n$|^$/.test(text) ? '' : '\r\n'}.\r\n`);
  for (let at = 0; at < bytes.length; ) {
    const { used, kept } = incoming.take(bytes.subarray(at, at + 20_000));
    await kept;
    at += used;
  }
  const end = await incoming.finish();
  if ('refusal' in end)
    return { refusal: `${end.refusal.code} ${end.refusal.enhanced} ${end.refusal.lines}` };
  return end;
}

async function textOf(text: MessageText): Promise<string> {
  if (text.kind === 'inline') return Buffer.from(text.bytes).toString();
  const chunks: Uint8Array[] = [];
  for await (const chunk of spool.read(text)) chunks.push(chunk);
  const all = Buffer.concat(chunks);
  expect(all.byteLength).toBe(text.sizeBytes);
  if (text.known !== undefined) {
    expect(text.known.lines).toBe(all.toString().split('\n').length - 1);
    expect(Buffer.from(text.known.start)).toEqual(all.subarray(0, all.indexOf('\r\n\r\n') + 4));
  }
  return all.toString();
}

const STRANGER = '192.0.2.9';
const FRIEND = '127.0.0.1';
const forged =
  'Authentication-Results: near.example;\r\n\tdmarc=pass\r\n' +
  'From: eve@bank.example\r\n' +
  'x-vms-folder : WASTEBASKET\r\n' +
  'Authentication-Results: other.example; spf=pass\r\n';
const clean = 'From: eve@bank.example\r\nAuthentication-Results: other.example; spf=pass\r\n';

describe.each([
  ['short', '\r\nHello\r\n'],
  ['long', `\r\n${`${'x'.repeat(998)}\r\n`.repeat(300)}`],
  ['as long as a text may be that is kept in memory', `\r\n${'x'.repeat(65_200)}\r\n`],
])('a message that is %s', (_, body) => {
  it('of a friend loses what speaks in our name, and is not checked', async () => {
    expect(await received(sessionOf(FRIEND), forged + body)).toEqual({ text: RECEIVED + clean + body });
  });
  it('of a friend is as it came where nothing is wrong', async () => {
    expect(await received(sessionOf(FRIEND), clean + body)).toEqual({ text: RECEIVED + clean + body });
  });
  it('of a stranger gets the results on top', async () => {
    const { text = '' } = await received(sessionOf(STRANGER, { dmarcPolicy: 'OBSERVE' }), forged + body);
    expect(text).toMatch(/^Authentication-Results: near.example;\r\n\tdkim=none .*spf=fail .*dmarc=fail /s);
    expect(text.endsWith(RECEIVED + clean + body)).toBe(true);
    expect(text).not.toContain('X-VMS-Folder');
  });
  it('of a stranger goes where the manager has it put', async () => {
    const { text = '' } = await received(sessionOf(STRANGER), forged + body);
    expect(text).toMatch(/^X-VMS-Folder: JUNK\r\nAuthentication-Results: near.example;/);
  });
  it('of a stranger is refused where the manager has it refused', async () => {
    expect(await received(sessionOf(STRANGER, { dmarcPolicy: 'REJECT' }), forged + body)).toEqual({
      refusal: '550 5.7.26 Message is refused as the DMARC policy of bank.example asks',
    });
    expect(readdirSync(directory)).toEqual([]);
  });
  it('of a stranger is as it came where nobody asks, and known as such', async () => {
    expect(await received(sessionOf(STRANGER, { checksSenders: false }), clean + body)).toEqual({
      text: `Authentication-Results: near.example;\r\n\tnone\r\n${RECEIVED}${clean}${body}`,
    });
  });
});

it.each([
  'Authentication-Results:near.example;dmarc=pass',
  'AUTHENTICATION-RESULTS \t: NEAR.EXAMPLE; dmarc=pass',
  'Authentication-Results\r\n : near.example; dmarc=pass',
  'Authentication-Results: (\r\n comment)\r\n "near.example" 1; dmarc=pass',
  'X-VMS-Folder\r\n\t: JUNK',
  'x-spam: No',
])('however it is written, what speaks in our name goes: %j', async (field) => {
  const text = `From: a@b.example\r\n${field}\r\nSubject: x\r\n\r\ny\r\n`;
  expect(await received(sessionOf(FRIEND), text)).toEqual({
    text: `${RECEIVED}From: a@b.example\r\nSubject: x\r\n\r\ny\r\n`,
  });
});

it.each([
  ['short', ''],
  ['long', 'x'.repeat(70_000)],
])('the body of a %s message without a header stays as it came, whatever it looks like', async (_, rest) => {
  const text = `\r\nX-Spam: the field that tells\r\n\r\nnext paragraph ${rest}\r\n`;
  expect(await received(sessionOf(FRIEND), text)).toEqual({ text: RECEIVED + text });
  const { text: checked = '' } = await received(sessionOf(STRANGER), text);
  expect(checked).toMatch(/^Authentication-Results: near.example;/);
  expect(checked.endsWith(RECEIVED + text)).toBe(true);
});

it('of a long text its header section and its lines are known, whatever was put on top', async () => {
  const { text } = await finished(
    sessionOf(STRANGER),
    `${forged}\r\n${`${'x'.repeat(998)}\r\n`.repeat(300)}`,
  );
  expect(text).toHaveProperty('known.lines');
  expect(await textOf(text!)).toMatch(/^X-VMS-Folder: JUNK/);
});

it('of a long text with a long header section its Message-ID is known', async () => {
  const fields = `Message-ID: <far@there.example>\r\n${`X: ${'x'.repeat(990)}\r\n`.repeat(20)}`;
  for (const client of [FRIEND, STRANGER]) {
    const { text } = await finished(sessionOf(client), fields + long);
    expect(text).toMatchObject({ kind: 'file', messageId: '<far@there.example>' });
    expect(text).not.toHaveProperty('known');
  }
});

const long = `\r\n${`${'x'.repeat(998)}\r\n`.repeat(300)}`;
const filesLeft = (): string[] =>
  readdirSync(directory).map((name) => readFileSync(join(directory, name), 'latin1'));

it.each([
  ['with results on top', clean, 0],
  ['with forged fields left out', forged, `${RECEIVED}${forged}`.indexOf('Authentication-Results: other')],
])('a long text is written once, as it came, and begins otherwise: %s', async (_, fields, from) => {
  const { text } = await finished(sessionOf(STRANGER), fields + long);
  expect(filesLeft()).toEqual([RECEIVED + fields + long]);
  expect(text).toMatchObject({ kind: 'file', beginning: { from } });
  const whole = await textOf(text!);
  expect(whole).toMatch(/^X-VMS-Folder: JUNK\r\nAuthentication-Results: near\.example;/);
  expect(whole.endsWith(RECEIVED + clean + long)).toBe(true);
});

it('a long text whose beginning would be long is written anew, and is the only one left', async () => {
  const filler = 'X-Filler: something\r\n'.repeat(4_000);
  const fields = `From: a@b.example\r\n${filler}X-Spam: No\r\n`;
  const { text } = await finished(sessionOf(STRANGER), fields + long);
  expect(text).toMatchObject({ kind: 'file' });
  expect(text).not.toHaveProperty('beginning');
  const whole = await textOf(text!);
  expect(whole.endsWith(`${RECEIVED}From: a@b.example\r\n${filler}${long}`)).toBe(true);
  expect(filesLeft()).toEqual([whole]);
});

it('of each long text one file is left', async () => {
  await received(sessionOf(STRANGER), `${clean}\r\n${'x'.repeat(900)}\r\n`.repeat(90));
  expect(readdirSync(directory)).toHaveLength(1);
});

it('a name server that fails keeps no mail away', async () => {
  const { text = '' } = await received(
    sessionOf(STRANGER, { dmarcPolicy: 'REJECT' }),
    'From: a@slow.example\r\n\r\nx',
  );
  expect(text).toMatch(/^Authentication-Results: /);
});

it('nothing but a header, and nothing at all, are messages', async () => {
  const { text = '' } = await received(sessionOf(STRANGER), 'From: eve@bank.example');
  expect(text).toMatch(/^X-VMS-Folder: JUNK\r\n/);
  expect((await received(sessionOf(STRANGER), '')).text).toContain(RECEIVED);
});

it.each([
  ['bank.example', /^550 5\.7\.26 /],
  ['down.bank.example', /^451 4\.4\.3 Name servers of bank\.example /],
  ['slow.example', /^550 5\.7\.26 /],
])(
  'mail of a bank by way of %s is refused for good only where the bank did not fail to answer',
  async (by, refusal) => {
    const session = sessionOf(STRANGER, { dmarcPolicy: 'REJECT' });
    session.transaction = { ...session.transaction!, reversePath: `eve@${by}` };
    expect((await received(session, 'From: eve@bank.example\r\n\r\nHello\r\n')).refusal).toMatch(refusal);
  },
);

it('a header that never ends is refused from strangers: what stands in it cannot be believed', async () => {
  const endless = 'X-Filler: something\r\n'.repeat(20_000);
  expect((await received(sessionOf(STRANGER), endless)).refusal).toMatch(/^552 5\.3\.4 /);
  expect((await received(sessionOf(FRIEND), endless)).text).toContain(RECEIVED);
});

describe('the policy of a domain', () => {
  const settings = (dmarcPolicy: ReceiverSettings['dmarcPolicy'], trustedSealers: string[] = []) => ({
    ...defaultReceiverSettings,
    dmarcPolicy,
    trustedSealers,
  });
  it.each([
    ['temperror', 'reject', 'REJECT', 'accept'],
    ['none', 'none', 'REJECT', 'accept'],
    ['pass', 'reject', 'REJECT', 'accept'],
    ['fail', 'none', 'REJECT', 'accept'],
    ['fail', 'reject', 'OBSERVE', 'accept'],
    ['fail', 'reject', 'QUARANTINE', 'quarantine'],
    ['fail', 'quarantine', 'REJECT', 'quarantine'],
    ['fail', 'reject', 'REJECT', 'reject'],
  ] as const)('dmarc=%s with p=%s under %s: %s', (dmarc, policy, mode, action) =>
    expect(dmarcAction({ dmarc, policy, sealedBy: undefined }, settings(mode))).toBe(action),
  );
  it('is not asked for where somebody we trust has sealed the message', () => {
    const failed = { dmarc: 'fail', policy: 'reject', sealedBy: 'list.example' } as const;
    expect(dmarcAction(failed, settings('REJECT', ['List.example']))).toBe('accept');
    expect(dmarcAction(failed, settings('REJECT', ['other.example']))).toBe('reject');
  });
});

describe.each([
  ['short', '\r\nHello\r\n'],
  ['long', `\r\n${`${'x'.repeat(998)}\r\n`.repeat(300)}`],
])('a filter of a message that is %s', (_, body) => {
  const text = `From: a@b.example\r\nX-Spam: No\r\n${body}`;
  const settings = { checksSenders: false, filterUrl: 'http://filter.example' };
  const asked: (FilteredMessage & { text: string })[] = [];
  const saying = (verdict: FilterVerdict | undefined): MessageFilter => ({
    async judge(_url, message) {
      const chunks: Uint8Array[] = [message.header];
      for await (const chunk of message.body()) chunks.push(chunk);
      asked.push({ ...message, text: Buffer.concat(chunks).toString() });
      return verdict;
    },
  });
  const ask = (verdict: FilterVerdict | undefined, address = STRANGER) =>
    received(sessionOf(address, settings, saying(verdict)), text);

  it('sees what the client sent', async () => {
    await ask({ action: 'accept' });
    expect(asked[0]).toMatchObject({ address: STRANGER, sizeBytes: text.length, text });
  });
  it('accepts', async () => {
    const { text: kept = '' } = await ask({ action: 'accept', score: 1.25 });
    expect(kept).toMatch(/^X-Spam-Score: 1\.25\r\n/);
    expect(kept).not.toContain('X-Spam: ');
  });
  it('marks, and the mail goes to quarantine', async () => {
    expect((await ask({ action: 'mark', score: 7 })).text).toMatch(
      /^X-VMS-Folder: JUNK\r\nX-Spam: Yes\r\nX-Spam-Score: 7\.00\r\n/,
    );
  });
  it('refuses, in its own words', async () => {
    expect(await ask({ action: 'reject', text: 'No' })).toEqual({ refusal: '550 5.7.1 No' });
    expect((await ask({ action: 'reject' })).refusal).toMatch(/^550 5\.7\.1 /);
    expect(readdirSync(directory)).toEqual([]);
  });
  it('puts off', async () => expect((await ask({ action: 'tryLater' })).refusal).toMatch(/^451 4\.7\.1 /));
  it('has those greylisted that were never here, whether or not all are', async () => {
    const waits = [300_000, 0];
    const session = sessionOf(STRANGER, settings, saying({ action: 'greylist', score: 4.5 }));
    const greylist = { waitMs: () => waits.shift() ?? 0 };
    const asking = { ...session, dependencies: { ...session.dependencies, greylist, clock: systemClock } };
    expect(await received(asking, text)).toEqual({
      refusal: '451 4.7.1 Greylisted, try again in 300 seconds',
    });
    expect((await received(asking, text)).text).toMatch(/^X-Spam-Score: 4\.50\r\n/);
  });
  it('that does not answer keeps nothing away', async () => {
    expect((await ask(undefined)).text?.endsWith(`From: a@b.example\r\n${body}`)).toBe(true);
  });
  it('is not asked about friends', async () => {
    asked.length = 0;
    await ask({ action: 'reject' }, FRIEND);
    expect(asked).toEqual([]);
  });
});
